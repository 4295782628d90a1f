package dev.dovetail.executor.starlark.value;

/** The value of type {@code dict}. */
public final class Dict extends Table {
    public Dict(Mutability mutability) {
        super(mutability, 0);
    }

    public Dict(Mutability mutability, int capacity) {
        super(mutability, capacity);
    }

    public void put(Run run, Object key, Object value) {
        checkMutable("dict");
        enter(run, key, value);
    }

    /** Removes the entry of this number. */
    public void remove(int entry) {
        checkMutable("dict");
        drop(entry);
    }

    public void clear() {
        checkMutable("dict");
        wipe();
    }

    /** The number of the first entry of a dict that is not empty. */
    public int firstEntry() {
        return first();
    }

    /** Fails if it may not be changed now. */
    public void check() {
        checkMutable("dict");
    }
}
