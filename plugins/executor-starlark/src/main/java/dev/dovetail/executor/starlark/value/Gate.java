package dev.dovetail.executor.starlark.value;

/** Looks at a run before each of its steps, on its thread, and may hold it there. */
public interface Gate {
    /** Nobody looks. */
    Gate OPEN = run -> {};

    /** @throws Halt to end the run */
    void pass(Run run);
}
