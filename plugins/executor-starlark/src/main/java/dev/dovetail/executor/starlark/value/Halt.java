package dev.dovetail.executor.starlark.value;

/** Ends a run for a reason that is not an error of the function's code. No program can hold it up. */
public final class Halt extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        STEPS,
        MEMORY,
        STOPPED,
        SUSPENDED
    }

    private final Reason reason;

    public Halt(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
