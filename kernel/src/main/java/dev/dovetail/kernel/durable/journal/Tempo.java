package dev.dovetail.kernel.durable.journal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** How the engine waits, and what it leaves to chance: a simulation has time and luck of its own. Thread-safe. */
public interface Tempo {
    /** No retry is put off for longer, whatever code asks for: as long as anything may wait. */
    double LONGEST_MS = Duration.ofDays(30).toMillis();

    /** A lock whose conditions wait in this time. */
    ReentrantLock lock();

    void pause(Duration duration) throws InterruptedException;

    /** Lets a new thread do something besides. */
    void start(Thread thread);

    /** From 0 up to but not including 1. */
    double chance();

    /** The usual delay, with a little chance in it, so that those that failed together do not come back together. */
    default Duration jittered(double millis) {
        return Duration.ofMillis((long) (Math.min(millis, LONGEST_MS) * (0.9 + 0.2 * chance())));
    }

    static Tempo real() {
        return new Tempo() {
            @Override
            public ReentrantLock lock() {
                return new ReentrantLock();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                Thread.sleep(duration);
            }

            @Override
            public void start(Thread thread) {
                thread.start();
            }

            @Override
            public double chance() {
                return ThreadLocalRandom.current().nextDouble();
            }
        };
    }
}
