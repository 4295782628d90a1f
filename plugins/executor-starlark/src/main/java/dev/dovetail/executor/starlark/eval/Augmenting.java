package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.lib.Augment;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Ints;

/** {@code x += y} and its kin, which change lists, dicts and sets in place. */
public final class Augmenting {
    private Augmenting() {}

    public record Variable(Expr read, Target write, String op, boolean plus, Expr value, int at, Operation operation)
            implements Stmt {
        @Override
        public int exec(Frame f) {
            Object old = read.eval(f);
            Object operand = value.eval(f);
            if (plus && old instanceof Long a && operand instanceof Long b) {
                long sum = a + b;
                if (((a ^ sum) & (b ^ sum)) >= 0) {
                    write.assign(f, Ints.of(sum));
                    return NORMAL;
                }
            }
            f.at = at;
            if (old instanceof Long || !Augment.inPlace(f.run, old, op, operand)) {
                write.assign(f, operation.apply(f.run, old, operand));
            } else {
                write.assign(f, old);
            }
            return NORMAL;
        }
    }

    public record Element(Expr object, Expr key, String op, Expr value, int at, Operation operation) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object container = object.eval(f);
            Object index = key.eval(f);
            f.at = at;
            Object old = Indexing.at(f.run, container, index);
            Object operand = value.eval(f);
            f.at = at;
            if (!Augment.inPlace(f.run, old, op, operand)) {
                Indexing.put(f.run, container, index, operation.apply(f.run, old, operand));
            }
            return NORMAL;
        }
    }
}
