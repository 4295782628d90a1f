package dev.dovetail.executor.starlark.value;

import java.util.Arrays;

/** The value of type {@code list}. */
public final class StarList extends Changeable {
    /** A place in an array, and the number that may be in it, which nobody counted when it was computed. */
    public static final long SLOT = 20;

    private Object[] items;
    private int size;

    /** @param items the array itself, given away */
    public StarList(Mutability mutability, Object[] items, int size) {
        super(mutability);
        this.items = items;
        this.size = size;
    }

    public StarList(Mutability mutability, Object... items) {
        this(mutability, items, items.length);
    }

    public int size() {
        return size;
    }

    public Object at(int index) {
        return items[index];
    }

    public Object[] toArray() {
        return Arrays.copyOf(items, size);
    }

    public Object[] toArray(int from, int to) {
        return Arrays.copyOfRange(items, from, to);
    }

    public void add(Run run, Object item) {
        checkMutable("list");
        append(run, item);
    }

    /** Adds to a list that nobody else has seen yet. */
    public void append(Run run, Object item) {
        if (size == items.length) {
            int grown = Math.max(8, size + (size >> 1));
            run.allocate(SLOT * (grown - size));
            items = Arrays.copyOf(items, grown);
        }
        items[size++] = item;
    }

    /** Fails if it may not be changed now. */
    public void check() {
        checkMutable("list");
    }

    public void set(int index, Object item) {
        checkMutable("list");
        items[index] = item;
    }

    public void insert(Run run, int index, Object item) {
        add(run, item);
        run.work(size - index);
        System.arraycopy(items, index, items, index + 1, size - 1 - index);
        items[index] = item;
    }

    public Object remove(Run run, int index) {
        checkMutable("list");
        Object removed = items[index];
        run.work(size - index);
        System.arraycopy(items, index + 1, items, index, size - 1 - index);
        items[--size] = None.NONE;
        return removed;
    }

    public void clear() {
        checkMutable("list");
        items = Callable.NO_ARGUMENTS;
        size = 0;
    }
}
