package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Failure;

/** How variables are read, by where they live. */
public final class Variables {
    private Variables() {}

    public static Failure unassigned(Frame f, int at, String kind, String name) {
        f.at = at;
        return new Failure(Failure.Kind.NAME, kind + " variable \"" + name + "\" is used before it is assigned");
    }

    public record Constant(Object value) implements Expr {
        @Override
        public Object eval(Frame f) {
            return value;
        }
    }

    public record Local(int slot, int at, String name) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = f.slots[slot];
            if (value == null) {
                throw unassigned(f, at, "local", name);
            }
            return value;
        }
    }

    /** A local variable that inner functions share. */
    public record Shared(int slot, int at, String name) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = ((Cell) f.slots[slot]).value;
            if (value == null) {
                throw unassigned(f, at, "local", name);
            }
            return value;
        }
    }

    /** A variable of an enclosing function. */
    public record Free(int index, int at, String name) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = f.function.free[index].value;
            if (value == null) {
                throw unassigned(f, at, "enclosing function's", name);
            }
            return value;
        }
    }

    public record Global(int index, int at, String name) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = f.function.globals[index];
            if (value == null) {
                throw unassigned(f, at, "global", name);
            }
            return value;
        }
    }
}
