package dev.dovetail.kernel.plugin;

import java.time.Duration;

/**
 * Asks for a collection before anything is said to linger, and now and then while something does: a process with little to do
 * collects seldom, and what nobody holds may stay for hours. Counts those that come by themselves. Thread-safe.
 */
final class Broom {
    /** Between two that are asked for. */
    static final Duration PAUSE = Duration.ofMinutes(1);
    /** The same, while something lingers that a collection did not take. */
    static final Duration SELDOM = Duration.ofMinutes(10);

    private final OldCollections collections;
    private final Runnable collect;
    private long began;
    private long begun;
    private long done;
    private boolean sweeping;

    /** @param collect collects whatever is not held, and returns when it has */
    Broom(OldCollections collections, Runnable collect) {
        this.collections = collections;
        this.collect = collect;
    }

    static Broom ofThisJvm() {
        return new Broom(OldCollections.ofThisJvm(), System::gc);
    }

    /** How many collections of the old generation there have been. */
    long old() {
        return collections.old();
    }

    /** How many were begun because they were asked for. */
    synchronized long begun() {
        return begun;
    }

    /** Whether one that was asked for began after there were so many, and is over. */
    synchronized boolean sweptSince(long before) {
        return done > before;
    }

    /** Begins one on a thread of its own, unless one goes on or the last began less than so long ago. */
    synchronized void ask(Duration pause) {
        long now = System.nanoTime();
        if (sweeping || begun > 0 && now - began < pause.toNanos()) {
            return;
        }
        sweeping = true;
        began = now;
        begun++;
        Thread.ofPlatform()
                .name("afterlife")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(this::collect);
    }

    /** The same, with the usual pause, and waits until none goes on. */
    synchronized void sweep() throws InterruptedException {
        ask(PAUSE);
        while (sweeping) {
            wait();
        }
    }

    private void collect() {
        try {
            collect.run();
        } finally {
            over();
        }
    }

    private synchronized void over() {
        sweeping = false;
        done = begun;
        notifyAll();
    }
}
