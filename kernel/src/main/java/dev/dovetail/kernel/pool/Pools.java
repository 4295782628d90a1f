package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps warm instances of versions. An instance holds a lease on the executor that started it, so an executor is not closed
 * under it; as soon as the executor has a successor, idle instances are closed and busy ones when they come back.
 * Thread-safe.
 */
public final class Pools implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration LATELY = Duration.ofDays(1);
    /** Idle instances kept in all; beyond, those that were idle longest go first. */
    private static final int MOST_IDLE = 4096;

    private final Plugins plugins;
    private final Catalog catalog;
    private final Map<VersionId, Shelf> shelves = new ConcurrentHashMap<>();
    private final AtomicInteger idle = new AtomicInteger();
    private volatile boolean closed;

    public Pools(Plugins plugins, Catalog catalog) {
        this.plugins = plugins;
        this.catalog = catalog;
    }

    /** The idle instances of one version, the one used last on top. */
    static final class Shelf {
        private final ConcurrentLinkedDeque<Warm> idle = new ConcurrentLinkedDeque<>();
        private final Deployed version;
        private volatile long called = System.nanoTime();

        Shelf(Deployed version) {
            this.version = version;
        }
    }

    /** Lends a warm instance of this version, if there is one. */
    public Optional<Loan> findWarm(Deployed version) throws InterruptedException {
        Shelf shelf = shelf(version);
        for (Warm warm = shelf.idle.pollFirst(); warm != null; warm = shelf.idle.pollFirst()) {
            idle.decrementAndGet();
            if (warm.fit()) {
                return Optional.of(new Loan(this, shelf, warm, false, Duration.ZERO));
            }
            warm.close();
        }
        return Optional.empty();
    }

    private Shelf shelf(Deployed version) {
        Shelf known = shelves.get(version.id());
        Shelf shelf = known != null ? known : shelves.computeIfAbsent(version.id(), any -> new Shelf(version));
        shelf.called = System.nanoTime();
        return shelf;
    }

    /**
     * Starts an instance of this version and lends it.
     *
     * @param within how long the caller has
     * @throws dev.dovetail.kernel.plugin.PluginFailure if it does not start
     */
    public Loan start(Deployed version, String stickyKey, Duration within) throws InterruptedException {
        long began = System.nanoTime();
        Warm started = begin(version, stickyKey, within);
        return new Loan(this, shelf(version), started, true, Duration.ofNanos(System.nanoTime() - began));
    }

    private Warm begin(Deployed version, String stickyKey, Duration within) throws InterruptedException {
        RuntimeOffer offer = catalog.offer(version);
        Name name = offer.slot();
        Slot<Executor> slot = plugins.findExecutor(name)
                .orElseThrow(
                        () -> Refusal.of(ErrorType.UNAVAILABLE, "The executor \"" + name + "\" is not there any more"));
        Launch launch = catalog.launch(version);
        Route route = new Route(version.id().tenant(), version.id().function(), stickyKey, OptionalInt.empty());
        Lease<Executor> lease = slot.lease(route, within);
        Optional<Instance> instance = Optional.empty();
        try {
            instance = Optional.of(lease.use(executor -> executor.start(launch)));
            return new Warm(instance.get(), lease, offer.plugin());
        } finally {
            if (instance.isEmpty()) {
                lease.close();
            }
        }
    }

    void takeBack(Shelf shelf, Warm warm) throws InterruptedException {
        if (closed || !warm.fit()) {
            warm.close();
            return;
        }
        warm.idle(System.nanoTime());
        shelf.idle.addFirst(warm);
        idle.incrementAndGet();
        // the swap or the end may have looked at the shelf just before
        if ((closed || warm.lease().retiring()) && shelf.idle.remove(warm)) {
            idle.decrementAndGet();
            warm.close();
        }
    }

    /** How many instances are idle. */
    public int idle() {
        return idle.get();
    }

    /** Closes what was idle for long, what is too much, and what is of an executor that has a successor. */
    public void tidy() throws InterruptedException {
        long now = System.nanoTime();
        boolean tooMany = idle.get() > MOST_IDLE;
        long limit = tooMany ? IDLE.toNanos() / 20 : IDLE.toNanos();
        for (Shelf shelf : shelves.values()) {
            for (Warm warm : shelf.idle) {
                if ((warm.idleLongerThan(limit, now) || warm.lease().retiring()) && shelf.idle.remove(warm)) {
                    idle.decrementAndGet();
                    warm.close();
                }
            }
        }
    }

    /** The versions that were called within the last day and run on this executor, those called last first. */
    public List<Deployed> calledLately(Name executor) {
        long now = System.nanoTime();
        return shelves.values().stream()
                .filter(shelf -> now - shelf.called < LATELY.toNanos())
                .filter(shelf -> catalog.offer(shelf.version).slot().equals(executor))
                .sorted(Comparator.comparingLong((Shelf shelf) -> now - shelf.called))
                .map(shelf -> shelf.version)
                .toList();
    }

    /** Closes the idle instances of executors that have a successor, so that a swap does not wait for them. */
    public void retire() throws InterruptedException {
        for (Shelf shelf : shelves.values()) {
            for (Warm warm : shelf.idle) {
                if (warm.lease().retiring() && shelf.idle.remove(warm)) {
                    idle.decrementAndGet();
                    warm.close();
                }
            }
        }
    }

    /** Closes all idle instances; those that are lent are closed when they come back. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        for (Shelf shelf : shelves.values()) {
            for (Warm warm = shelf.idle.pollFirst(); warm != null; warm = shelf.idle.pollFirst()) {
                idle.decrementAndGet();
                try {
                    warm.close();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
