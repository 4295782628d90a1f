package dev.dovetail.cli.local;

import java.time.Duration;

/** Interrupts the thread that made it once the time is up, unless it was closed before. */
final class Alarm implements AutoCloseable {
    private final Thread sleeper = Thread.currentThread();
    private final Thread watch;
    private boolean rang;
    private boolean closed;

    Alarm(Duration after) {
        watch = Thread.ofPlatform().daemon().name("timeout").start(() -> {
            try {
                Thread.sleep(after);
                ring();
            } catch (InterruptedException _) {
                // closed in time
            }
        });
    }

    private synchronized void ring() {
        if (!closed) {
            rang = true;
            sleeper.interrupt();
        }
    }

    /** Whether the time was up before this was closed. */
    synchronized boolean rang() {
        return rang;
    }

    /** From now on nobody is interrupted; to be called by the thread that made it. */
    @Override
    public synchronized void close() {
        closed = true;
        watch.interrupt();
        if (rang) {
            Thread.interrupted(); // it was this one's, and nobody else is to stop for it
        }
    }
}
