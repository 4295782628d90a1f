package dev.dovetail.worker.log;

import dev.dovetail.spi.Context;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after all workers of an executor, on one platform thread: pipes cannot be selected on, and a thread that is blocked in
 * each would be two for every worker.
 */
public final class LogWatch implements AutoCloseable {
    private static final long BUSY_NANOS = 1_000_000;
    private static final long IDLE_NANOS = 25_000_000;

    private final Set<Looked> watched = ConcurrentHashMap.newKeySet();
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

    /** What is looked at again and again. */
    public interface Looked {
        /** Answers whether it should be looked at again soon. Does not wait for anything. */
        boolean look();
    }

    public void watch(Looked one) {
        if (watched.add(one)) {
            LockSupport.unpark(thread);
        }
    }

    public void leave(Looked one) {
        watched.remove(one);
    }

    private void run() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            boolean much = false;
            for (Looked each : watched) {
                try {
                    much |= each.look();
                } catch (RuntimeException e) {
                    // a sink that fails must not make the others deaf
                    log.log(System.Logger.Level.WARNING, "A worker could not be looked after", e);
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
