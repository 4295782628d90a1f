package dev.dovetail.executor.starlark.value;

import java.util.Arrays;

/** What can be gone over, and what has elements. */
public final class Sequences {
    private Sequences() {}

    public static boolean iterable(Object value) {
        return value instanceof StarList
                || value instanceof Tuple
                || value instanceof Table
                || value instanceof Range
                || value instanceof Struct;
    }

    /** The elements as they are now; only to be read. */
    public static Object[] toArray(Run run, Object value) {
        switch (value) {
            case Tuple tuple -> {
                return tuple.items();
            }
            case StarList list -> {
                reserve(run, list.size());
                return list.toArray();
            }
            case Table table -> {
                reserve(run, table.size());
                return table.keys();
            }
            case Struct struct -> {
                reserve(run, struct.fields().size());
                return struct.fields().keys();
            }
            case Range range -> {
                long size = range.size();
                reserve(run, size, 24);
                Object[] items = new Object[(int) size];
                for (int i = 0; i < items.length; i++) {
                    items[i] = Ints.of(range.at(i));
                }
                return items;
            }
            default ->
                throw Failure.type(
                        "not iterable: " + Values.type(value) + (value instanceof String ? "; use .elems()" : ""));
        }
    }

    /** Counts an array of so many elements. */
    public static void reserve(Run run, long size) {
        reserve(run, size, 8);
    }

    private static void reserve(Run run, long size, int each) {
        if (size > Integer.MAX_VALUE / 2) {
            throw new Halt(Halt.Reason.MEMORY, "A sequence of " + size + " elements is too long");
        }
        run.allocate(32 + size * each);
        run.work(size);
    }

    /** How many elements or characters it has, or -1. */
    public static long size(Object value) {
        return switch (value) {
            case String text -> text.length();
            case StarList list -> list.size();
            case Tuple tuple -> tuple.size();
            case Table table -> table.size();
            case Range range -> range.size();
            case Octets octets -> octets.content().length;
            case Struct struct -> struct.fields().size();
            default -> -1;
        };
    }

    /** Whether {@code item in container}. */
    public static boolean contains(Run run, Object container, Object item) {
        switch (container) {
            case Table table -> {
                return table.find(run, item) >= 0;
            }
            case Struct struct -> {
                return struct.fields().find(run, item) >= 0;
            }
            case String text -> {
                if (!(item instanceof String part)) {
                    throw Failure.type("\"in\" a string needs a string, not " + Values.type(item));
                }
                return Search.find(run, text, part, 0, text.length()) >= 0;
            }
            case StarList list -> {
                for (int i = 0; i < list.size(); i++) {
                    run.tick();
                    if (Comparing.equal(run, list.at(i), item)) {
                        return true;
                    }
                }
                return false;
            }
            case Tuple tuple -> {
                for (Object each : tuple.items()) {
                    run.tick();
                    if (Comparing.equal(run, each, item)) {
                        return true;
                    }
                }
                return false;
            }
            case Range range -> {
                return item instanceof Long number && range.contains(number)
                        || item instanceof Double real && real == Math.rint(real) && range.contains(real.longValue());
            }
            case Octets octets -> {
                return inBytes(run, octets, item);
            }
            default -> throw Failure.type("\"in\" needs a collection on its right, not " + Values.type(container));
        }
    }

    private static boolean inBytes(Run run, Octets octets, Object item) {
        if (item instanceof Octets part) {
            return Search.find(run, latin(octets), latin(part), 0, octets.content().length) >= 0;
        }
        if (item instanceof Long number && number >= 0 && number <= 255) {
            run.work(octets.content().length);
            for (byte octet : octets.content()) {
                if ((octet & 0xFF) == number) {
                    return true;
                }
            }
            return false;
        }
        throw Failure.type("\"in\" bytes needs bytes or an int from 0 to 255, not " + Values.type(item));
    }

    private static String latin(Octets octets) {
        return new String(octets.content(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    static int bounded(long size) {
        if (size > Integer.MAX_VALUE - 16) {
            throw new Halt(Halt.Reason.MEMORY, "A sequence of " + size + " elements is too long");
        }
        return (int) size;
    }

    static Object[] joined(Object[] a, int aSize, Object[] b, int bSize) {
        Object[] all = Arrays.copyOf(a, bounded((long) aSize + bSize));
        System.arraycopy(b, 0, all, aSize, bSize);
        return all;
    }
}
