package dev.dovetail.executor.starlark.value;

import java.util.ArrayList;
import java.util.List;

/** Ends a run for a reason that is not an error of the function's code. No program can hold it up. */
public final class Halt extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        STEPS,
        MEMORY,
        /** Other runs hold the memory that this one might have. */
        CROWDED,
        STOPPED,
        SUSPENDED
    }

    private final Reason reason;
    private final transient List<Failure.Frame> frames = new ArrayList<>();

    public Halt(Reason reason, String message) {
        this(reason, message, Active.NONE);
    }

    /** @param innermost the call that is ended, with all that led to it */
    public Halt(Reason reason, String message, Active innermost) {
        super(message, null, false, false);
        this.reason = reason;
        for (Active active = innermost; active != Active.NONE; active = active.caller()) {
            frames.add(new Failure.Frame(active.name(), active.place()));
        }
    }

    /** The calls that are ended, innermost first, if they are known. */
    public List<Failure.Frame> frames() {
        return frames;
    }

    public Reason reason() {
        return reason;
    }
}
