package dev.dovetail.executor.starlark.eval;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** How much a function's code has been walked, and what its calls run instead once there is something. Thread-safe. */
public final class Warmth {
    private final Backend backend;
    private final long enough;
    private final AtomicBoolean told = new AtomicBoolean();
    /** Counted without care: runs at the same time may lose some, and nothing depends on it. */
    private long walked;

    /** Null until it is made. */
    private volatile Quick quick;

    Warmth(Backend backend) {
        this.backend = backend;
        this.enough = backend.enough();
    }

    /** What calls run from now on. */
    public void become(Quick made) {
        quick = made;
    }

    public Optional<Quick> made() {
        return Optional.ofNullable(quick);
    }

    /** For a call that begins: what it runs, or null if it walks. */
    Quick find(Code code) {
        Quick found = quick;
        if (found == null && walked >= enough && told.compareAndSet(false, true)) {
            backend.warm(code);
            found = quick;
        }
        return found;
    }

    void walked(long steps) {
        walked += steps;
    }
}
