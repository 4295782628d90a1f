package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Halt;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * One of the lines of code that run in turn within a call, with a stack and so a thread of its own. Exactly one thread of
 * a call runs at any moment: who resumes a strand waits until it pauses or ends. So nothing of a run needs a lock; what one
 * thread did before it handed over is seen by the next.
 */
final class Strand {
    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private final FutureTask<Void> task;
    private final Thread thread;
    private boolean started;
    private boolean left;

    Strand(ThreadFactory threads, Runnable body) {
        task = new FutureTask<>(body, null);
        thread = threads.newThread(() -> {
            try {
                task.run();
            } finally {
                back.release();
            }
        });
    }

    boolean ended() {
        return task.isDone();
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
                if (ended()) {
                    thread.join();
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
                if (ended()) {
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
        if (left) {
            throw new Halt(Halt.Reason.STOPPED, "The step is no longer wanted");
        }
    }

    /** Ends it where it waits; it has then unwound. */
    void leave() {
        left = true;
        if (!started) {
            task.cancel(false);
        } else if (!ended()) {
            resume();
        }
    }

    /** The error that it ended with. */
    Optional<Throwable> thrown() {
        return task.state() == Future.State.FAILED ? Optional.of(task.exceptionNow()) : Optional.empty();
    }
}
