package dev.dovetail.executor.flow.jq;

/** Ends a call from within an expression: it was interrupted, or has used up what it may use. No fault of one task's. */
public final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What there is no more of. */
    public enum What {
        TIME,
        STEPS,
        MEMORY,
        /** Others hold the memory that there might be. */
        CROWDED,
        /** Not spent: the host said to suspend. */
        SUSPENDED
    }

    private final transient What what;

    public Spent(What what, String message) {
        super(message, null, false, false);
        this.what = what;
    }

    public What what() {
        return what;
    }
}
