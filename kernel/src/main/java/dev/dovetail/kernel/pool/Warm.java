package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import java.lang.System.Logger.Level;

/** An instance, with the lease on the executor that started it. */
final class Warm {
    private static final System.Logger LOG = System.getLogger(Warm.class.getName());

    private final Instance instance;
    private final Lease<Executor> lease;
    private final String plugin;
    private volatile long idleSince;

    Warm(Instance instance, Lease<Executor> lease, String plugin) {
        this.plugin = plugin;
        this.instance = instance;
        this.lease = lease;
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

    void idle(long nanos) {
        idleSince = nanos;
    }

    boolean idleLongerThan(long nanos, long now) {
        return now - idleSince > nanos;
    }

    /** Whether its executor has no successor yet, and the instance can take another call. */
    boolean fit() throws InterruptedException {
        try {
            return !lease.retiring() && lease.use(executor -> instance.usable());
        } catch (PluginFailure e) {
            return false;
        }
    }

    void close() throws InterruptedException {
        try (lease) {
            lease.use(executor -> {
                instance.close();
                return true;
            });
        } catch (PluginFailure e) {
            LOG.log(Level.WARNING, "An instance could not be closed: {0}", e.getMessage());
        }
    }
}
