package dev.dovetail.executor.starlark.value;

/** Something that can be called. */
public interface Callable {
    Object[] NO_ARGUMENTS = {};

    String name();

    /** @param named names and values in turn */
    Object call(Run run, Object[] positional, Object[] named);
}
