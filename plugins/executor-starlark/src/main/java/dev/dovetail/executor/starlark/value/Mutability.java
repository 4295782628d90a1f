package dev.dovetail.executor.starlark.value;

/** Says whether the values that were made under it may still be changed: freezing it freezes them all at once. */
public final class Mutability {
    /** What is made under this one never changes. */
    public static final Mutability FROZEN = new Mutability();

    static {
        FROZEN.freeze();
    }

    private boolean frozen;

    public void freeze() {
        frozen = true;
    }

    public boolean frozen() {
        return frozen;
    }
}
