package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.spi.Context;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Emits functions that are warm, one after the other, on a thread of its own: a call never waits for it, and goes on
 * walking until its code is there. The thread begins with the first warm function and ends with {@link #close}.
 */
public final class Forge implements Backend {
    /** What the JIT does with a new class costs more than walking so many steps: see the page of decisions. */
    private static final long ENOUGH = 2_000_000;

    /** Beyond so many that wait, functions go on walking. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Context context;
    private final long enough;
    private final BlockingQueue<Code> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Object lock = new Object();
    private Thread worker;
    private boolean closed;

    public Forge(Context context) {
        this(context, ENOUGH);
    }

    Forge(Context context, long enough) {
        this.context = context;
        this.enough = enough;
    }

    @Override
    public long enough() {
        return enough;
    }

    @Override
    public void warm(Code code) {
        if (!waiting.offer(code)) {
            return;
        }
        synchronized (lock) {
            if (worker == null && !closed) {
                // emitting computes, and a virtual thread would keep its carrier from those who call
                worker = context.threads(0).newThread(this::work);
                worker.start();
            }
        }
    }

    private void work() {
        try {
            while (!Thread.interrupted()) {
                emit(waiting.take());
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void emit(Code code) {
        try {
            FunctionEmitter.emit(code).ifPresent(code.warmth()::become);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            context.log().log(
                    System.Logger.Level.WARNING,
                    "Could not emit " + code.name() + " of " + code.source().file()
                            + " as bytecode; it goes on being walked",
                    e);
        }
    }

    /** Ends the thread. Functions that are walked then are walked for ever. */
    @Override
    public void close() {
        Thread ending;
        synchronized (lock) {
            closed = true;
            ending = worker;
        }
        waiting.clear();
        if (ending == null) {
            return;
        }
        ending.interrupt();
        try {
            ending.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
