package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;

/** Expressions that build values, and that take them apart. */
public final class Builds {
    private Builds() {}

    static Object[] all(Frame f, Expr[] items) {
        Object[] values = new Object[items.length];
        for (int i = 0; i < items.length; i++) {
            values[i] = items[i].eval(f);
        }
        return values;
    }

    public record ListOf(Expr[] items) implements Expr {
        @Override
        public Object eval(Frame f) {
            f.run.allocate(40 + StarList.SLOT * items.length);
            return new StarList(f.run.mutability(), all(f, items));
        }
    }

    public record TupleOf(Expr[] items) implements Expr {
        @Override
        public Object eval(Frame f) {
            f.run.allocate(32 + StarList.SLOT * items.length);
            return new Tuple(all(f, items));
        }
    }

    public record DictOf(Expr[] keys, Expr[] values, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            f.run.allocate(64 + 60L * keys.length);
            Dict dict = new Dict(f.run.mutability(), keys.length);
            for (int i = 0; i < keys.length; i++) {
                Object key = keys[i].eval(f);
                Object value = values[i].eval(f);
                f.at = at;
                enter(f, dict, key, value);
            }
            return dict;
        }

        /** Adds an entry that must not be there yet. */
        public static void enter(Frame f, Dict dict, Object key, Object value) {
            if (dict.find(f.run, key) >= 0) {
                throw new Failure(Failure.Kind.KEY, "the same key twice in a dict: " + key);
            }
            dict.enter(f.run, key, value);
        }
    }

    /** A comprehension: loops that collect into a hidden variable. */
    public record Comprehension(int slot, boolean dict, Stmt loops) implements Expr {
        @Override
        public Object eval(Frame f) {
            f.run.allocate(64);
            f.slots[slot] = dict ? new Dict(f.run.mutability()) : new StarList(f.run.mutability());
            loops.exec(f);
            return f.slots[slot];
        }
    }

    /** Makes a function: {@code captures} are slots of this frame, or, inverted, free variables of its function. */
    public record Closure(Code code, Expr[] standards, int[] captures) implements Expr {
        @Override
        public Object eval(Frame f) {
            f.run.allocate(64 + 8L * (standards.length + captures.length));
            Cell[] free = new Cell[captures.length];
            for (int i = 0; i < free.length; i++) {
                int from = captures[i];
                free[i] = from >= 0 ? (Cell) f.slots[from] : f.function.free[~from];
            }
            return new StarFunction(code, f.function.globals, free, all(f, standards));
        }
    }

    public record Index(Expr object, Expr key, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object container = object.eval(f);
            Object index = key.eval(f);
            f.at = at;
            return Indexing.at(f.run, container, index);
        }
    }

    public record Slice(Expr object, Expr from, Expr to, Expr step, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object container = object.eval(f);
            Object start = from.eval(f);
            Object stop = to.eval(f);
            Object by = step.eval(f);
            f.at = at;
            return Indexing.slice(f.run, container, start, stop, by);
        }
    }

    static final Expr NONE = new Variables.Constant(None.NONE);

    public record Negate(Expr operand, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = operand.eval(f);
            f.at = at;
            return of(f, value);
        }

        public static Object of(Frame f, Object value) {
            return switch (value) {
                case Double number -> -number;
                case Object whole when Ints.is(whole) -> Ints.negate(f.run, whole);
                default -> throw Failure.type("unsupported: -" + Values.type(value));
            };
        }
    }

    public record Plus(Expr operand, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = operand.eval(f);
            f.at = at;
            return of(value);
        }

        public static Object of(Object value) {
            if (value instanceof Double || Ints.is(value)) {
                return value;
            }
            throw Failure.type("unsupported: +" + Values.type(value));
        }
    }

    public record Invert(Expr operand, int at) implements Expr {
        @Override
        public Object eval(Frame f) {
            Object value = operand.eval(f);
            f.at = at;
            return of(f, value);
        }

        public static Object of(Frame f, Object value) {
            if (!Ints.is(value)) {
                throw Failure.type("unsupported: ~" + Values.type(value));
            }
            return Ints.subtract(f.run, -1L, value);
        }
    }
}
