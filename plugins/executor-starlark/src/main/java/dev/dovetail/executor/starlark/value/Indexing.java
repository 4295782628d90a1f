package dev.dovetail.executor.starlark.value;

import java.math.BigInteger;
import java.util.Arrays;

/** {@code x[i]}, {@code x[i] = y} and {@code x[a:b:c]}. */
public final class Indexing {
    /** A number in an element that had none when its place was counted. */
    private static final int NUMBER = 16;

    private Indexing() {}

    public static Object at(Run run, Object object, Object key) {
        return switch (object) {
            case StarList list -> list.at(index(key, list.size(), "list"));
            case Tuple tuple -> tuple.at(index(key, tuple.size(), "tuple"));
            case Dict dict -> in(run, dict, key);
            case Struct struct -> in(run, struct.fields(), key);
            case String text -> {
                run.allocateText(1);
                yield String.valueOf(text.charAt(index(key, text.length(), "string")));
            }
            case Octets octets -> Ints.of(octets.content()[index(key, octets.content().length, "bytes")] & 0xFF);
            case Range range -> Ints.of(range.at(longIndex(key, range.size(), "range")));
            default ->
                throw Failure.type("cannot index: " + Values.type(object)
                        + (object instanceof Table ? "; a set has no order to index" : ""));
        };
    }

    private static Object in(Run run, Dict dict, Object key) {
        int entry = dict.find(run, key);
        if (entry < 0) {
            throw new Failure(Failure.Kind.KEY, "key not found: " + shortened(Text.repr(run, key)));
        }
        return dict.value(entry);
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    public static void put(Run run, Object object, Object key, Object value) {
        switch (object) {
            case StarList list -> {
                if (value instanceof Long || value instanceof Double) {
                    run.allocate(NUMBER);
                }
                list.set(index(key, list.size(), "list"), value);
            }
            case Dict dict -> dict.put(run, key, value);
            case Struct _ ->
                throw new Failure(
                        Failure.Kind.FROZEN, "cannot change a struct; dict(x.items()) makes a copy to change");
            default -> throw Failure.type("cannot assign to an element of " + Values.type(object));
        }
    }

    private static int index(Object key, int size, String type) {
        return (int) longIndex(key, size, type);
    }

    private static long longIndex(Object key, long size, String type) {
        if (!(key instanceof Long number)) {
            if (key instanceof BigInteger) {
                throw outside(key, size, type);
            }
            throw Failure.type("the index of a " + type + " is an int, not " + Values.type(key));
        }
        long index = number < 0 ? number + size : number;
        if (index < 0 || index >= size) {
            throw outside(key, size, type);
        }
        return index;
    }

    private static Failure outside(Object key, long size, String type) {
        return new Failure(
                Failure.Kind.INDEX,
                "index out of range: " + shortened(key.toString()) + " in a " + type + " of " + size);
    }

    /** A limit of a slice: None is the limit that the direction begins or ends with. */
    private static long limit(Object value, long standard, long size, long least, long most) {
        if (value == None.NONE) {
            return standard;
        }
        if (value instanceof BigInteger big) {
            return big.signum() < 0 ? least : most;
        }
        if (!(value instanceof Long number)) {
            throw Failure.type("a slice's limit is an int or None, not " + Values.type(value));
        }
        long index = number < 0 ? number + size : number;
        return Math.clamp(index, least, most);
    }

    public static Object slice(Run run, Object object, Object from, Object to, Object by) {
        long size = object instanceof Table || object instanceof Struct ? -1 : Sequences.size(object);
        if (size < 0) {
            throw Failure.type("cannot slice: " + Values.type(object));
        }
        long step = by == None.NONE
                ? 1
                : by instanceof Long number ? number : by instanceof BigInteger big ? big.signum() * (1L << 40) : 0;
        if (step == 0) {
            throw by instanceof Long
                    ? Failure.value("a slice's step cannot be 0")
                    : Failure.type("a slice's step is an int or None, not " + Values.type(by));
        }
        step = Math.clamp(step, -(1L << 40), 1L << 40);
        boolean up = step > 0;
        long least = up ? 0 : -1;
        long most = up ? size : size - 1;
        long start = limit(from, up ? least : most, size, least, most);
        long end = limit(to, up ? most : least, size, least, most);
        if (object instanceof Range range) {
            return new Range(range.at(start), range.at(end), product(range.step(), step));
        }
        long count = new Range(start, end, step).size();
        if (object instanceof String text) {
            run.allocateText(count);
            run.work(count);
            return text(text, (int) start, (int) count, step);
        }
        if (object instanceof Octets(byte[] octets)) {
            run.allocate(40 + count);
            byte[] some = new byte[(int) count];
            for (int i = 0; i < count; i++) {
                some[i] = octets[(int) (start + i * step)];
            }
            return new Octets(some);
        }
        Sequences.reserve(run, count);
        if (object instanceof Tuple tuple) {
            return new Tuple(items(tuple.items(), (int) start, (int) count, step));
        }
        StarList list = (StarList) object;
        if (step == 1) {
            return new StarList(run.mutability(), list.toArray((int) start, (int) (start + count)));
        }
        return new StarList(run.mutability(), items(list.toArray(), (int) start, (int) count, step));
    }

    /** A step that is too large for a long is past the end anyway. */
    private static long product(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        boolean fits = high == 0 && low >= 0 || high == -1 && low < 0;
        return fits && Math.abs(low) <= 1L << 61 ? low : (a < 0) == (b < 0) ? 1L << 61 : -(1L << 61);
    }

    private static Object[] items(Object[] all, int start, int count, long step) {
        if (step == 1) {
            return Arrays.copyOfRange(all, start, start + count);
        }
        Object[] some = new Object[count];
        for (int i = 0; i < count; i++) {
            some[i] = all[(int) (start + i * step)];
        }
        return some;
    }

    private static String text(String text, int start, int count, long step) {
        if (step == 1) {
            return text.substring(start, start + count);
        }
        StringBuilder some = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            some.append(text.charAt((int) (start + i * step)));
        }
        return some.toString();
    }
}
