package dev.dovetail.executor.wasm;

/** Unwinds a guest that is to leave. No guest can catch it. */
final class Left extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why it leaves. */
    enum Why {
        STOPPED,
        SUSPENDED,
        CLOSED
    }

    private final Why why;

    Left(Why why) {
        // where it was is told of those that will go on from there
        super(why.name(), null, false, why == Why.SUSPENDED);
        this.why = why;
    }

    Why why() {
        return why;
    }
}
