package dev.dovetail.kernel.plugin;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who is inside. Once shut it lets nobody in but those who are in already. One atomic addition on the way in and one
 * on the way out; only whoever waits for it to empty takes a lock.
 */
final class Gate {
    private static final long SHUT = Long.MIN_VALUE;

    /** The number inside, and the sign bit for shut. */
    private final AtomicLong state = new AtomicLong();

    /** Shut, and was empty since: who is counted now only knocks. */
    private volatile boolean empty;

    /** @return false, and nobody went in, if the gate is shut */
    boolean enter() {
        if (state.getAndIncrement() >= 0) {
            return true;
        }
        leave();
        return false;
    }

    /** For those who are inside: they may go in once more, and leave once more, though the gate is shut. */
    void enterAgain() {
        state.getAndIncrement();
    }

    void leave() {
        if (state.decrementAndGet() == SHUT) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    void shut() {
        empty = false;
        state.getAndUpdate(now -> now | SHUT);
    }

    void open() {
        state.getAndUpdate(now -> now & ~SHUT);
    }

    boolean isShut() {
        return state.get() < 0;
    }

    /** How many are inside. */
    long inside() {
        return empty && isShut() ? 0 : state.get() & ~SHUT;
    }

    /**
     * Waits, with the gate shut, until nobody is inside.
     *
     * @return false if some still were when the patience ran out
     */
    synchronized boolean awaitEmpty(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (inside() > 0) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        empty = true;
        return true;
    }
}
