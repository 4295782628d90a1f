package dev.dovetail.executor.wasm;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads that guests compute on, which the operating system shares out in time. So many compute at once;
 * the others wait for their turn in the order in which they came. A guest that waits for the host keeps its thread but
 * gives its turn away, so that guests who call guests never wait for each other's turns. Thread-safe.
 */
final class Lanes implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** How many guests there may be for one that computes, the others waiting for the host. */
    private static final int WAITING = 16;

    private final Semaphore turns;
    private final ThreadPoolExecutor pool;

    Lanes(int atOnce, ThreadFactory threads) {
        this.turns = new Semaphore(atOnce, true);
        this.pool = new ThreadPoolExecutor(
                0, atOnce * WAITING, IDLE.toMillis(), TimeUnit.MILLISECONDS, new SynchronousQueue<>(), threads);
    }

    void takeTurn() throws InterruptedException {
        turns.acquire();
    }

    void endTurn() {
        turns.release();
    }

    /** False if there are as many guests as there may be. */
    boolean start(Runnable guest) {
        try {
            pool.execute(guest);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("Guests still run after their instances were closed: " + pool);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
