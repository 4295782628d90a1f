package dev.dovetail.executor.flow.run;

import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * A thread for a line that needs a stack of its own. Exactly one thread of a call runs at any moment: who resumes a strand
 * waits until it pauses or ends. So nothing of a call needs a lock; what one thread did before it handed over is seen by
 * the next.
 */
final class Strand {
    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private final Thread thread;
    private boolean started;
    private volatile boolean ended;

    /** @param body throws nothing */
    Strand(ThreadFactory threads, Runnable body) {
        thread = threads.newThread(() -> {
            try {
                body.run();
            } finally {
                ended = true;
                back.release();
            }
        });
    }

    boolean started() {
        return started;
    }

    boolean ended() {
        return ended;
    }

    /** Runs it until it pauses or ends. An interruption of the caller's is passed on to it, and kept. */
    void resume() {
        if (started) {
            go.release();
        } else {
            started = true;
            thread.start();
        }
        boolean interrupted = false;
        while (true) {
            try {
                back.acquire();
                if (ended) {
                    thread.join();
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
                if (ended) {
                    break;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives control back to who resumed it. Called on its own thread; returns when it is resumed. */
    void pause() {
        back.release();
        go.acquireUninterruptibly();
    }
}
