package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.StarList;

/** The compiled statements. */
public final class Statements {
    private Statements() {}

    /** Statements one after the other, each of which counts. */
    public record Block(Stmt[] statements, int[] places) implements Stmt {
        @Override
        public int exec(Frame f) {
            for (int i = 0; i < statements.length; i++) {
                // for limits, which any statement can reach
                f.at = places[i];
                f.run.tick();
                int signal = statements[i].exec(f);
                if (signal != NORMAL) {
                    return signal;
                }
            }
            return NORMAL;
        }
    }

    public record Do(Expr expression) implements Stmt {
        @Override
        public int exec(Frame f) {
            expression.eval(f);
            return NORMAL;
        }
    }

    public record AssignLocal(int slot, Expr value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.slots[slot] = value.eval(f);
            return NORMAL;
        }
    }

    public record Assign(Target target, Expr value) implements Stmt {
        @Override
        public int exec(Frame f) {
            target.assign(f, value.eval(f));
            return NORMAL;
        }
    }

    public record Return(Expr value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.result = value.eval(f);
            return RETURN;
        }
    }

    public record Jump(int signal) implements Stmt {
        @Override
        public int exec(Frame f) {
            return signal;
        }
    }

    /** A condition without {@code else}. */
    public record When(Expr condition, Stmt then) implements Stmt {
        @Override
        public int exec(Frame f) {
            return condition.test(f) ? then.exec(f) : NORMAL;
        }
    }

    /** @param blocks one more than conditions, the last being what is done otherwise */
    public record If(Expr[] conditions, Stmt[] blocks) implements Stmt {
        @Override
        public int exec(Frame f) {
            int i = 0;
            while (i < conditions.length && !conditions[i].test(f)) {
                i++;
            }
            return blocks[i].exec(f);
        }
    }

    /** A loop; each round counts. */
    public record For(int slot, Target target, Expr items, int at, Stmt body) implements Stmt, Loops.Round {
        static For of(Target target, Expr items, int at, Stmt body) {
            return new For(target instanceof Target.Local(int slot) ? slot : -1, target, items, at, body);
        }

        @Override
        public int exec(Frame f) {
            Object all = items.eval(f);
            f.at = at;
            return Loops.over(f, all, this);
        }

        @Override
        public int go(Frame f, Object item) {
            f.run.tick();
            if (slot >= 0) {
                f.slots[slot] = item;
            } else {
                target.assign(f, item);
            }
            return body.exec(f);
        }
    }

    /** What a list comprehension does in its innermost loop. */
    public record Collect(int slot, Expr value) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object item = value.eval(f);
            ((StarList) f.slots[slot]).append(f.run, item);
            return NORMAL;
        }
    }

    /** What a dict comprehension does in its innermost loop. */
    public record CollectEntry(int slot, Expr key, Expr value, int at) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object k = key.eval(f);
            Object v = value.eval(f);
            f.at = at;
            ((Dict) f.slots[slot]).enter(f.run, k, v);
            return NORMAL;
        }
    }
}
