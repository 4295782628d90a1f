package dev.dovetail.executor.starlark.value;

import java.time.Duration;

/**
 * What all runs may hold of the heap together. A run has the first bytes of its own, and so most never ask here; what it
 * needs beyond it takes in pieces, and gives back when it ends. Thread-safe.
 */
public final class Room {
    /** For runs that are no function's: each has what it was given. */
    static final Room ENDLESS = new Room(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    /** Calls are short as a rule: for so long a run that holds nothing yet waits for what others give back. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** And for so long one that holds something: those that wait for each other must not do so for long. */
    private static final Duration HOLDERS_PATIENCE = Duration.ofMillis(100);

    /** One in so many: what each has of its own, and how much is taken at once. */
    private static final int SHARES = 256;

    private static final long LEAST_SHARE = 64 << 10;
    private static final long MOST_SHARE = 1 << 20;

    private final long most;
    private final long own;
    private final long piece;
    private long taken;

    /** @param bytes all of it */
    public Room(long bytes) {
        this(
                bytes,
                Math.clamp(bytes / SHARES, LEAST_SHARE, MOST_SHARE),
                Math.clamp(bytes / 64, LEAST_SHARE, MOST_SHARE));
    }

    private Room(long most, long own, long piece) {
        this.most = most;
        this.own = own;
        this.piece = piece;
    }

    /** What a run has without asking. */
    long own() {
        return own;
    }

    /** What is best taken at once, if it is not more. */
    long piece() {
        return piece;
    }

    public long bytes() {
        return most;
    }

    /** What runs hold now, without what each has of its own. */
    public synchronized long taken() {
        return taken;
    }

    /** False, and nothing taken, if so much is not left. */
    synchronized boolean take(long bytes) {
        if (bytes > most - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** The same after some patience. */
    synchronized boolean await(long bytes, boolean holds) throws InterruptedException {
        long until = System.nanoTime() + (holds ? HOLDERS_PATIENCE : PATIENCE).toNanos();
        while (!take(bytes)) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized void give(long bytes) {
        taken -= bytes;
        notifyAll();
    }
}
