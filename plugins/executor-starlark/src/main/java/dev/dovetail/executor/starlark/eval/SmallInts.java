package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Operators;

/** Operators with an int on the right that is written down, which are most of those in loops. */
public final class SmallInts {
    private SmallInts() {}

    /** @param right what is added; its negative stands for subtraction */
    public record Add(Expr left, long right, boolean minus, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            if (x instanceof Long a) {
                long sum = minus ? a - right : a + right;
                if (minus ? ((a ^ right) & (a ^ sum)) >= 0 : ((a ^ sum) & (right ^ sum)) >= 0) {
                    return Ints.of(sum);
                }
            }
            f.at = at;
            return minus ? Operators.subtract(f.run, x, right) : Operators.add(f.run, x, right);
        }
    }

    /** @param right not 0 */
    public record Modulo(Expr left, long right, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            if (x instanceof Long a) {
                return Ints.of(Math.floorMod(a, right));
            }
            f.at = at;
            return Operators.modulo(f.run, x, right);
        }
    }

    public record Equal(Expr left, long right, boolean wanted) implements Expr {
        @Override
        public Object eval(Frame f) {
            return test(f);
        }

        @Override
        public boolean test(Frame f) {
            Object x = left.eval(f);
            return (x instanceof Long a ? a == right : Comparing.equal(f.run, x, right)) == wanted;
        }
    }
}
