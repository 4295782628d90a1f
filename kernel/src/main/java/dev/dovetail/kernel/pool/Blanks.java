package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.plugin.ExecutorProvider.Ability;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/**
 * Workers that were started before it is known for which version: one for each runtime and size that was started lately, so that
 * the next cold start of such a version loads its code only. Made when nothing waits for them, and the first to go when memory is
 * short. Thread-safe.
 */
final class Blanks {
    private static final System.Logger LOG = System.getLogger(Blanks.class.getName());
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Starting starting;
    private final Catalog catalog;
    private final Room room;
    private final ThreadFactory threads;
    private final Map<Fits, Ready> ready = new ConcurrentHashMap<>();
    private final Map<Fits, Boolean> coming = new ConcurrentHashMap<>();
    private final boolean wanted;
    private volatile boolean closed;

    /** What a blank is good for. */
    private record Fits(Name slot, String runtime, int megabytes, Launch.Isolation isolation) {}

    /** A started worker, and the lease on the executor that it is of. */
    record Ready(Prestarts.Blank blank, Lease<Executor> lease, int megabytes, long since) {
        void close() throws InterruptedException {
            try (lease) {
                lease.use(executor -> {
                    blank.close();
                    return true;
                });
            } catch (PluginFailure e) {
                LOG.log(Level.WARNING, "A worker that was not used could not be closed: {0}", e.getMessage());
            }
        }
    }

    Blanks(Starting starting, Catalog catalog, Room room, ThreadFactory threads, boolean wanted) {
        this.wanted = wanted;
        this.starting = starting;
        this.catalog = catalog;
        this.room = room;
        this.threads = threads;
    }

    private static Fits fits(Launch launch, Name slot) {
        return new Fits(slot, launch.runtime(), launch.limits().memoryMb(), launch.atLeast());
    }

    /** One that this version can be started in, which is the caller's then. Its memory is given back: the caller has its own. */
    Optional<Ready> find(Deployed version, Name slot) throws InterruptedException {
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        Launch launch = catalog.launch(version);
        if (launch.egress().granted()) {
            return Optional.empty(); // what it was started without, it does not get
        }
        Ready found = ready.remove(fits(launch, slot));
        if (found == null) {
            return Optional.empty();
        }
        room.giveBack(found.megabytes());
        if (found.lease().retiring()) {
            found.close();
            return Optional.empty();
        }
        return Optional.of(found);
    }

    /** A version like this was started: the next of its kind shall find a blank. */
    void want(Deployed version, RuntimeOffer offer) throws InterruptedException {
        if (closed || !wanted || !offer.abilities().contains(Ability.PRESTART)) {
            return;
        }
        Launch launch = catalog.launch(version);
        if (launch.egress().granted()) {
            return;
        }
        Fits fits = fits(launch, offer.slot());
        if (ready.containsKey(fits) || coming.putIfAbsent(fits, true) != null) {
            return;
        }
        if (room.isShort() || !room.take(fits.megabytes())) {
            coming.remove(fits);
            return;
        }
        threads.newThread(() -> make(version, launch, fits)).start();
    }

    private void make(Deployed version, Launch launch, Fits fits) {
        boolean kept = false;
        try {
            Ready made = starting.blank(version, launch, fits.slot());
            kept = !closed && ready.putIfAbsent(fits, made) == null;
            if (!kept) {
                made.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of all
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "No worker of {0} could be started ahead: {1}", fits.runtime(), e.getMessage());
        } finally {
            if (!kept) {
                room.giveBack(fits.megabytes());
            }
            coming.remove(fits);
        }
    }

    /** Closes those of executors that have a successor, and those that nobody needed for long. */
    void tidy() throws InterruptedException {
        long now = System.nanoTime();
        for (Map.Entry<Fits, Ready> each : ready.entrySet()) {
            boolean old = now - each.getValue().since() > KEPT.toNanos();
            if (old || each.getValue().lease().retiring()) {
                end(each.getKey(), each.getValue());
            }
        }
    }

    private boolean end(Fits fits, Ready which) throws InterruptedException {
        if (!ready.remove(fits, which)) {
            return false;
        }
        room.giveBack(which.megabytes());
        which.close();
        return true;
    }

    /** Closes one, for its memory. */
    boolean evict() throws InterruptedException {
        for (Map.Entry<Fits, Ready> each : ready.entrySet()) {
            if (end(each.getKey(), each.getValue())) {
                return true;
            }
        }
        return false;
    }

    void close() {
        closed = true;
        try {
            while (evict()) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
