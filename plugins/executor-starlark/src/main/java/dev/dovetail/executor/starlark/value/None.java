package dev.dovetail.executor.starlark.value;

/** The value {@code None}. */
public enum None {
    NONE;

    @Override
    public String toString() {
        return "None";
    }
}
