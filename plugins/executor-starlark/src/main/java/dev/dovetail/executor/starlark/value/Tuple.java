package dev.dovetail.executor.starlark.value;

/** The value of type {@code tuple}. The array is never written to. */
public final class Tuple {
    public static final Tuple EMPTY = new Tuple();

    private final Object[] items;

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

    @Override
    public boolean equals(Object other) {
        return Values.equal(this, other);
    }

    @Override
    public int hashCode() {
        return Values.hash(this);
    }
}
