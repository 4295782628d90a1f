package dev.dovetail.executor.starlark.value;

/** The value of type {@code set}. */
public final class StarSet extends Table {
    public StarSet(Mutability mutability) {
        super(mutability, 0);
    }

    /** Adds without asking whether that is allowed: for a set that nobody else has seen yet. */
    public void enter(Run run, Object item) {
        enter(run, item, None.NONE);
    }

    public void add(Run run, Object item) {
        checkMutable("set");
        enter(run, item, None.NONE);
    }

    public void remove(int entry) {
        checkMutable("set");
        drop(entry);
    }

    public void clear() {
        checkMutable("set");
        wipe();
    }

    /** Removes and answers the first item of a set that is not empty. */
    public Object removeFirst() {
        checkMutable("set");
        int entry = first();
        Object item = key(entry);
        drop(entry);
        return item;
    }

    /** Fails if it may not be changed now. */
    public void check() {
        checkMutable("set");
    }
}
