package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.PluginFailure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** A thread that does one thing again and again, whatever fails, until it is told to end. */
final class Rounds {
    private static final System.Logger LOG = System.getLogger(Rounds.class.getName());

    private final String what;
    private final Step step;
    private final Duration pause;
    private final Duration retry;
    private final Runnable broken;
    private final Thread thread;
    private volatile boolean ending;
    private boolean failing;

    /** What is done. */
    interface Step {
        void run() throws InterruptedException;
    }

    /**
     * @param pause from the beginning of one round to that of the next, after one that went well
     * @param retry the same, after one that failed
     * @param broken is run if an error ends the thread
     */
    Rounds(ThreadFactory threads, String what, Step step, Duration pause, Duration retry, Runnable broken) {
        this.what = what;
        this.step = step;
        this.pause = pause;
        this.retry = retry;
        this.broken = broken;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Begins the next round now. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends it, with an interruption if it does not end by itself; false if it does not end at all. */
    boolean end(Duration patience) throws InterruptedException {
        ending = true;
        wake();
        if (thread.join(patience)) {
            return true;
        }
        thread.interrupt();
        return thread.join(patience);
    }

    private void run() {
        try {
            while (!ending) {
                long began = System.nanoTime();
                Duration until = round() ? pause : retry;
                LockSupport.parkNanos(this, Math.max(1, until.toNanos() - (System.nanoTime() - began)));
            }
        } finally {
            if (!ending) {
                broken.run();
            }
        }
    }

    private boolean round() {
        try {
            step.run();
            if (failing) {
                failing = false;
                LOG.log(Level.INFO, "{0} works again", what);
            }
            return true;
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "{0} was interrupted", what); // whoever wants the thread to end says so besides
        } catch (PluginFailure e) {
            if (!failing) {
                LOG.log(Level.WARNING, "{0} fails and is tried until it works: {1}", what, e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.log(Level.ERROR, what + " fails and is tried until it works", e);
            }
            failing = true;
        }
        return false;
    }
}
