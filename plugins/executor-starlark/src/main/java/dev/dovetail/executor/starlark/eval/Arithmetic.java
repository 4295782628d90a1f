package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Operators;

/** Operators on numbers, quick when both are small. */
public final class Arithmetic {
    private Arithmetic() {}

    public record Add(Expr left, Expr right, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            if (x instanceof Long a && y instanceof Long b) {
                long sum = a + b;
                if (((a ^ sum) & (b ^ sum)) >= 0) {
                    return Ints.of(sum);
                }
            }
            f.at = at;
            return Operators.add(f.run, x, y);
        }
    }

    public record Subtract(Expr left, Expr right, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            if (x instanceof Long a && y instanceof Long b) {
                long difference = a - b;
                if (((a ^ b) & (a ^ difference)) >= 0) {
                    return Ints.of(difference);
                }
            }
            f.at = at;
            return Operators.subtract(f.run, x, y);
        }
    }

    public record Modulo(Expr left, Expr right, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            if (x instanceof Long a && y instanceof Long b && b != 0) {
                return Ints.of(Math.floorMod(a, b));
            }
            f.at = at;
            return Operators.modulo(f.run, x, y);
        }
    }

    /** Any other one. */
    public record Binary(Expr left, String op, Operation operation, Expr right, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object x = left.eval(f);
            Object y = right.eval(f);
            f.at = at;
            return operation.apply(f.run, x, y);
        }
    }
}
