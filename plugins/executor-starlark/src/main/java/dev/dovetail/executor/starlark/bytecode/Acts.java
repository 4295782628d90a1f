package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Builds;
import dev.dovetail.executor.starlark.eval.Cell;
import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.executor.starlark.eval.Frame;
import dev.dovetail.executor.starlark.eval.Operation;
import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.eval.Target;
import dev.dovetail.executor.starlark.lib.Attributes;
import dev.dovetail.executor.starlark.lib.Augment;
import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Indexing;
import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Struct;
import dev.dovetail.executor.starlark.value.Tuple;
import dev.dovetail.executor.starlark.value.Values;

/**
 * What emitted code calls: quick for what is frequent, and for all else the same methods that the walker calls. Each notes
 * in the frame where it is exactly when the walker does, for errors and limits tell it.
 */
public final class Acts {
    private Acts() {}

    public static Object add(Object x, Object y, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b) {
            long sum = a + b;
            if (((a ^ sum) & (b ^ sum)) >= 0) {
                return Long.valueOf(sum);
            }
        }
        f.at = at;
        return Operators.add(f.run, x, y);
    }

    public static Object subtract(Object x, Object y, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b) {
            long difference = a - b;
            if (((a ^ b) & (a ^ difference)) >= 0) {
                return Long.valueOf(difference);
            }
        }
        f.at = at;
        return Operators.subtract(f.run, x, y);
    }

    public static Object modulo(Object x, Object y, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b && b != 0) {
            return Long.valueOf(Math.floorMod(a, b));
        }
        f.at = at;
        return Operators.modulo(f.run, x, y);
    }

    public static Object multiply(Object x, Object y, Frame f, int at) {
        // in any case, as the walker does where it has no way of its own for small ints
        f.at = at;
        if (x instanceof Long a && y instanceof Long b) {
            long high = Math.multiplyHigh(a, b);
            long low = a * b;
            if (high == 0 && low >= 0 || high == -1 && low < 0) {
                return Long.valueOf(low);
            }
        }
        return Operators.multiply(f.run, x, y);
    }

    public static Object addSmall(Object x, long right, Frame f, int at) {
        if (x instanceof Long a) {
            long sum = a + right;
            if (((a ^ sum) & (right ^ sum)) >= 0) {
                return Long.valueOf(sum);
            }
        }
        f.at = at;
        return Operators.add(f.run, x, right);
    }

    public static Object subtractSmall(Object x, long right, Frame f, int at) {
        if (x instanceof Long a) {
            long difference = a - right;
            if (((a ^ right) & (a ^ difference)) >= 0) {
                return Long.valueOf(difference);
            }
        }
        f.at = at;
        return Operators.subtract(f.run, x, right);
    }

    /** @param right not 0 */
    public static Object moduloSmall(Object x, long right, Frame f, int at) {
        if (x instanceof Long a) {
            return Long.valueOf(Math.floorMod(a, right));
        }
        f.at = at;
        return Operators.modulo(f.run, x, right);
    }

    public static Object binary(Object x, Object y, Operation operation, Frame f, int at) {
        f.at = at;
        return operation.apply(f.run, x, y);
    }

    public static Object negate(Object x, Frame f, int at) {
        f.at = at;
        return Builds.Negate.of(f, x);
    }

    public static Object plus(Object x, Frame f, int at) {
        f.at = at;
        return Builds.Plus.of(x);
    }

    public static Object invert(Object x, Frame f, int at) {
        f.at = at;
        return Builds.Invert.of(f, x);
    }

    public static boolean equal(Object x, Object y, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b) {
            return (long) a == (long) b;
        }
        f.at = at;
        if (x instanceof String a && y instanceof String b) {
            f.run.work(Math.min(a.length(), b.length()));
            return a.equals(b);
        }
        f.run.work(Math.min(Math.max(0, Sequences.size(x)), Math.max(0, Sequences.size(y))));
        return Comparing.equal(f.run, x, y);
    }

    public static boolean equalSmall(Object x, long right, Frame f) {
        return x instanceof Long a ? a == right : Comparing.equal(f.run, x, right);
    }

    public static boolean in(Object x, Object all, Frame f, int at) {
        f.at = at;
        return Sequences.contains(f.run, all, x);
    }

    /** Less than 0, 0, or more. */
    public static int order(Object x, Object y, String op, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b) {
            return Long.compare(a, b);
        }
        f.at = at;
        return Comparing.order(f.run, x, y, op);
    }

    public static boolean truth(Object value) {
        return value instanceof Boolean flag ? flag : Values.truth(value);
    }

    public static Object index(Object x, Object key, Frame f, int at) {
        f.at = at;
        if (key instanceof Long number && x instanceof StarList list) {
            long index = number;
            if (index >= 0 && index < list.size()) {
                return list.at((int) index);
            }
        }
        if (key instanceof String text) {
            Dict entries = x instanceof Struct struct ? struct.fields() : x instanceof Dict dict ? dict : null;
            int entry = entries == null ? -1 : entries.find(f.run, text);
            if (entry >= 0) {
                return entries.value(entry);
            }
        }
        return Indexing.at(f.run, x, key);
    }

    public static Object slice(Object x, Object from, Object to, Object by, Frame f, int at) {
        f.at = at;
        return Indexing.slice(f.run, x, from, to, by);
    }

    public static void put(Object x, Object key, Object value, Frame f, int at) {
        f.at = at;
        if (x instanceof Dict dict) {
            dict.put(f.run, key, value);
        } else {
            Indexing.put(f.run, x, key, value);
        }
    }

    public static Object dot(Object x, String name, Frame f, int at) {
        f.at = at;
        return Attributes.of(x, name);
    }

    public static void allocate(Frame f, long bytes) {
        f.run.allocate(bytes);
    }

    public static Object list(Object[] items, Frame f) {
        return new StarList(f.run.mutability(), items);
    }

    public static Object tuple(Object[] items) {
        return new Tuple(items);
    }

    public static Dict dict(Frame f, int capacity) {
        return new Dict(f.run.mutability(), capacity);
    }

    public static void enter(Dict dict, Object key, Object value, Frame f, int at) {
        f.at = at;
        Builds.DictOf.enter(f, dict, key, value);
    }

    public static Object emptyList(Frame f) {
        return new StarList(f.run.mutability());
    }

    public static Object emptyDict(Frame f) {
        return new Dict(f.run.mutability());
    }

    public static void collect(Object item, Object list, Frame f) {
        ((StarList) list).append(f.run, item);
    }

    public static void collect(Object key, Object value, Object dict, Frame f, int at) {
        f.at = at;
        ((Dict) dict).enter(f.run, key, value);
    }

    public static Object closure(Object[] standards, Cell[] free, Code code, Object[] globals) {
        return new StarFunction(code, globals, free, standards);
    }

    public static Object[] unpack(Object value, int count, Frame f, int at) {
        f.at = at;
        return Target.Several.items(f, value, count);
    }

    /** Counts a round over a range, and answers its item. */
    public static Object round(long value, Frame f) {
        f.run.tick();
        return Long.valueOf(value);
    }

    /** What is assigned by {@code x += y}. */
    public static Object augmentAdd(Object x, Object y, Operation operation, Frame f, int at) {
        if (x instanceof Long a && y instanceof Long b) {
            long sum = a + b;
            if (((a ^ sum) & (b ^ sum)) >= 0) {
                return Long.valueOf(sum);
            }
        }
        return augment(x, y, "+", operation, f, at);
    }

    /** What is assigned by an operator and {@code =}. */
    public static Object augment(Object x, Object y, String op, Operation operation, Frame f, int at) {
        f.at = at;
        return x instanceof Long || !Augment.inPlace(f.run, x, op, y) ? operation.apply(f.run, x, y) : x;
    }

    /** The same for an element, whose old value has been read. */
    public static void augmentElement(
            Object container, Object key, Object old, Object y, String op, Operation operation, Frame f, int at) {
        f.at = at;
        if (!Augment.inPlace(f.run, old, op, y)) {
            Indexing.put(f.run, container, key, operation.apply(f.run, old, y));
        }
    }
}
