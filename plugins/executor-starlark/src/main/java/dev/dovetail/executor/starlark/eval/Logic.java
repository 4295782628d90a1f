package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.Values;

/** Comparisons, and what else is true or false. */
public final class Logic {
    private Logic() {}

    public record Equal(Expr left, Expr right, boolean wanted, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            return test(f);
        }

        @Override
        public boolean test(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            if (x instanceof Long a && y instanceof Long b) {
                return ((long) a == (long) b) == wanted;
            }
            f.at = at;
            f.run.work(Math.min(size(x), size(y)));
            return Comparing.equal(f.run, x, y) == wanted;
        }

        private static long size(Object value) {
            return Math.max(0, Sequences.size(value));
        }
    }

    /** Whether the order of the two is one of those wanted. */
    public record Ordered(Expr left, String op, Expr right, int at, boolean less, boolean same) implements Expr {
        @Override
        public Object eval(Frame f) {
            return test(f);
        }

        @Override
        public boolean test(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            int order;
            if (x instanceof Long a && y instanceof Long b) {
                order = Long.compare(a, b);
            } else {
                f.at = at;
                order = Comparing.order(f.run, x, y, op);
            }
            return order == 0 ? same : order < 0 == less;
        }
    }

    public record In(Expr item, Expr container, boolean wanted, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            return test(f);
        }

        @Override
        public boolean test(Frame f) {
            Object x = item.eval(f);
            Object all = container.eval(f);
            f.at = at;
            return Sequences.contains(f.run, all, x) == wanted;
        }
    }

    public record And(Expr left, Expr right) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            return Values.truth(x) ? right.eval(f) : x;
        }

        @Override
        public boolean test(Frame f) {
            return left.test(f) && right.test(f);
        }
    }

    public record Or(Expr left, Expr right) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            return Values.truth(x) ? x : right.eval(f);
        }

        @Override
        public boolean test(Frame f) {
            return left.test(f) || right.test(f);
        }
    }

    public record Not(Expr operand) implements Expr {
        @Override
        public Object eval(Frame f) {
            return !operand.test(f);
        }

        @Override
        public boolean test(Frame f) {
            return !operand.test(f);
        }
    }

    public record Conditional(Expr condition, Expr then, Expr otherwise) implements Expr {
        @Override
        public Object eval(Frame f) {
            return condition.test(f) ? then.eval(f) : otherwise.eval(f);
        }
    }
}
