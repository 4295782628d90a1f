package dev.dovetail.executor.starlark.value;

/** The value of type {@code tuple}. The array is never written to. */
public final class Tuple {
    public static final Tuple EMPTY = new Tuple();

    private final Object[] items;
    /** 0 until it is asked for: what is shared many times is hashed once. */
    private int hash;

    public Tuple(Object... items) {
        this.items = items;
    }

    public int size() {
        return items.length;
    }

    public Object at(int index) {
        return items[index];
    }

    /** The array itself, only to be read. */
    public Object[] items() {
        return items;
    }

    int hash(int room) {
        if (hash == 0) {
            int all = 1;
            for (Object item : items) {
                all = 31 * all + Values.hash(item, room);
            }
            hash = all == 0 ? 1 : all;
        }
        return hash;
    }
}
