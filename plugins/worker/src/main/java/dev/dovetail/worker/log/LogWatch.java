package dev.dovetail.worker.log;

import dev.dovetail.spi.Context;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after the standard streams of all workers of an executor, on one platform thread: pipes cannot be selected on, and a
 * thread that is blocked in each would be two for every worker.
 */
public final class LogWatch implements AutoCloseable {
    private static final long BUSY_NANOS = 1_000_000;
    private static final long IDLE_NANOS = 25_000_000;

    private final Set<Pipes> watched = ConcurrentHashMap.newKeySet();
    private final System.Logger log;
    private final Thread thread;
    private volatile boolean closed;

    private LogWatch(Context context) {
        log = context.log();
        thread = context.threads(0).newThread(this::run);
    }

    public static LogWatch open(Context context) {
        LogWatch watch = new LogWatch(context);
        watch.thread.start();
        return watch;
    }

    public void watch(Pipes pipes) {
        if (watched.add(pipes)) {
            LockSupport.unpark(thread);
        }
    }

    public void leave(Pipes pipes) {
        watched.remove(pipes);
    }

    private void run() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            boolean much = false;
            for (Pipes pipes : watched) {
                try {
                    much |= pipes.drain();
                } catch (RuntimeException e) {
                    // a sink that fails must not make the others deaf
                    log.log(System.Logger.Level.WARNING, "A worker's lines could not be passed on", e);
                }
            }
            if (watched.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, much ? BUSY_NANOS : IDLE_NANOS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
