package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An instance, with the lease on the executor that started it. It has a seat for each call that it takes at once; whoever takes
 * the last one out after it was closed closes it for good.
 */
final class Warm {
    private static final System.Logger LOG = System.getLogger(Warm.class.getName());
    private static final int CLOSED = -1;

    private final Instance instance;
    private final Lease<Executor> lease;
    private final String plugin;
    private final int seats;
    private final int megabytes;
    private final boolean confined;
    private final AtomicInteger taken = new AtomicInteger();
    private volatile boolean doomed;
    private volatile long idleSince = System.nanoTime();

    /**
     * @param megabytes that were promised for it; 0 if it is no worker, or nothing was
     * @param confined whether it is certain that its code can reach nothing but its host
     */
    Warm(Instance instance, Lease<Executor> lease, String plugin, int seats, int megabytes, boolean confined) {
        this.confined = confined;
        this.instance = instance;
        this.lease = lease;
        this.plugin = plugin;
        this.seats = seats;
        this.megabytes = megabytes;
    }

    Instance instance() {
        return instance;
    }

    Lease<Executor> lease() {
        return lease;
    }

    /** Such as {@code executor-python 1.2.0}. */
    String plugin() {
        return plugin;
    }

    boolean isConfined() {
        return confined;
    }

    int seats() {
        return seats;
    }

    int megabytes() {
        return megabytes;
    }

    /** Takes a seat; false if it is closed, or about to be. */
    boolean enter() {
        int now = taken.get();
        while (now != CLOSED && !doomed) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** Gives a seat back; true if the instance was doomed and this was the last one, so that it has to be closed now. */
    boolean leave() {
        idleSince = System.nanoTime();
        return taken.decrementAndGet() == 0 && doomed && shut();
    }

    /** Lets nobody in any more; true if nobody is in, so that it has to be closed now. */
    boolean doom() {
        doomed = true;
        return shut();
    }

    private boolean shut() {
        return taken.compareAndSet(0, CLOSED);
    }

    boolean doomed() {
        return doomed;
    }

    /** How many seats are taken; not above 0 if it is closed. */
    int taken() {
        return taken.get();
    }

    boolean busy() {
        return taken.get() > 0;
    }

    long idleNanos(long now) {
        return now - idleSince;
    }

    /** Somebody looked after it, so that it does not go. */
    void touch() {
        idleSince = System.nanoTime();
    }

    /** Whether it can take another call. */
    boolean usable() throws InterruptedException {
        try {
            return !doomed && lease.use(executor -> instance.usable());
        } catch (PluginFailure e) {
            return false;
        }
    }

    /** Ends the instance; called once, by whoever was told to. */
    void close() throws InterruptedException {
        try (lease) {
            lease.use(executor -> {
                instance.close();
                return true;
            });
        } catch (PluginFailure e) {
            LOG.log(Level.WARNING, "An instance of {0} could not be closed: {1}", plugin, e.getMessage());
        }
    }
}
