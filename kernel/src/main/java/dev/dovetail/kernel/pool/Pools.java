package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.plugin.ExecutorProvider.Trust;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps warm instances of versions. An instance holds a lease on the executor that started it, so an executor is not closed
 * under it; as soon as the executor has a successor, idle instances are closed and busy ones when they come back. Those that an
 * operator wants to be there serve until their successors do. Thread-safe.
 *
 * <p>A call for which nothing is warm is served by a new instance or by one that comes back meanwhile, whichever is there first.
 * Instances inside the kernel's process cost next to nothing and are made by the caller; workers are started a few at once, each
 * version in its turn, as long as there is memory for them: for it the idle ones that were used least lately go.
 */
public final class Pools implements AutoCloseable {
    private static final Duration LATELY = Duration.ofDays(1);
    /** Idle instances kept in all; beyond, those that were idle longest go first. */
    private static final int MOST_IDLE = 4096;

    private final Catalog catalog;
    private final Map<VersionId, Shelf> shelves = new ConcurrentHashMap<>();
    private final Starting starting;
    private final Workers workers;
    private final Tidying tidying;
    private volatile boolean closed;

    /**
     * How much the pools may take.
     *
     * @param megabytes that workers may be promised together; 0 to work it out from the machine
     * @param starts workers that are started at once
     * @param prestart whether workers are started before it is known for which version
     * @param busyFrom the load of the processors, as a share, from which on callers wait for a worker that comes back soon
     */
    public record Bounds(long megabytes, int starts, boolean prestart, double busyFrom) {}

    /** Whom the pools ask, and where they keep what is to be known after a restart. */
    public record Around(
            Plugins plugins,
            Catalog catalog,
            Telemetry telemetry,
            Schemas schemas,
            InstantSource clock,
            Supplier<String> node) {}

    /** @param threads on which workers are started; they may wait */
    public Pools(Around around, Bounds bounds, ThreadFactory threads) {
        Plugins plugins = around.plugins;
        this.catalog = around.catalog;
        this.starting = new Starting(plugins, catalog);
        this.workers = new Workers(this, starting, catalog, bounds, threads);
        this.tidying = new Tidying(
                this,
                workers,
                catalog,
                around.telemetry,
                new Foresight(plugins.state(), around.schemas, around.clock, around.node));
    }

    /** What there is now. */
    public record Figures(int instances, int idle, int starting, int waiting, long promisedMb) {}

    public Figures figures() {
        int instances = 0;
        int idle = 0;
        int starting = 0;
        int waiting = 0;
        for (Shelf shelf : shelves.values()) {
            instances += shelf.all().size();
            idle += (int) shelf.all().stream().filter(warm -> !warm.busy()).count();
            starting += shelf.starting().get();
            waiting += shelf.queued();
        }
        return new Figures(instances, idle, starting, waiting, workers.promised());
    }

    /** How many instances there are, idle or busy, of each version that has any. */
    public Map<VersionId, Integer> instances() {
        return shelves.values().stream()
                .filter(shelf -> !shelf.all().isEmpty())
                .collect(Collectors.toMap(
                        shelf -> shelf.version().id(), shelf -> shelf.all().size()));
    }

    /** The share of the processors that is at work, for whomever, from 0 to 1. */
    public double cpuLoad() {
        return workers.cpuLoad();
    }

    /** The versions of which something lives or is being started. */
    public Stream<Deployed> live() {
        return shelves.values().stream()
                .filter(shelf -> !shelf.all().isEmpty() || shelf.starting().get() > 0)
                .map(Shelf::version);
    }

    /** Lends a warm instance of this version, if there is one. */
    public Optional<Loan> findWarm(Deployed version) throws InterruptedException {
        Shelf shelf = shelf(version);
        return take(shelf).map(warm -> new Loan(this, shelf, warm, false, Cold.NOT));
    }

    Optional<Warm> take(Shelf shelf) throws InterruptedException {
        List<Warm> unfit = new ArrayList<>(0);
        Optional<Warm> found = shelf.take(unfit);
        for (Warm each : unfit) {
            end(shelf, each);
        }
        return found;
    }

    Collection<Shelf> shelves() {
        return shelves.values();
    }

    boolean closed() {
        return closed;
    }

    private Shelf shelf(Deployed version) {
        Shelf known = shelves.get(version.id());
        Shelf shelf = known != null ? known : shelves.computeIfAbsent(version.id(), any -> new Shelf(version));
        if (shelf.version() != version) {
            shelf.refresh(version);
        }
        shelf.touch();
        return shelf;
    }

    /**
     * Lends an instance of this version: a new one, or one that comes back before it is there.
     *
     * @param within how long the caller has
     * @throws dev.dovetail.kernel.plugin.PluginFailure if it does not start
     * @throws dev.dovetail.kernel.contract.Refusal UNAVAILABLE if there was no room for it in time
     */
    public Loan start(Deployed version, String stickyKey, Duration within) throws InterruptedException {
        Shelf shelf = shelf(version);
        RuntimeOffer offer = catalog.offer(version);
        if (offer.trust() == Trust.IN_PROCESS) {
            Starting.Started started = starting.start(version, offer, stickyKey, within, 0, Optional.empty());
            started.warm().enter();
            shelf.all().add(started.warm());
            for (int i = 1; i < started.warm().seats(); i++) {
                shelf.put(started.warm());
            }
            return new Loan(this, shelf, started.warm(), true, started.how());
        }
        return workers.lend(shelf, within);
    }

    /** Where instances are lent that are nobody else's. */
    public Apart apart() {
        return new LentApart(this, starting, catalog);
    }

    void takeBack(Shelf shelf, Warm warm) throws InterruptedException {
        boolean old = warm.lease().retiring() && shelf.wanted() == 0;
        if (closed || old || !warm.usable()) {
            warm.doom();
        }
        if (warm.leave()) {
            end(shelf, warm);
        } else if (!warm.doomed()) {
            shelf.put(warm);
            // the swap or the end may have looked at the shelf just before
            if (closed || warm.lease().retiring() && shelf.wanted() == 0) {
                discardIdle(shelf, warm);
            }
        }
    }

    void discard(Shelf shelf, Warm warm) throws InterruptedException {
        warm.doom();
        if (warm.leave()) {
            end(shelf, warm);
        } else {
            shelf.remove(warm);
        }
    }

    void discardIdle(Shelf shelf, Warm warm) throws InterruptedException {
        if (warm.doom()) {
            end(shelf, warm);
        }
    }

    /** Closes an instance that nobody is in and nobody comes into any more. */
    void end(Shelf shelf, Warm warm) throws InterruptedException {
        shelf.remove(warm);
        try {
            warm.close();
        } finally {
            if (warm.megabytes() > 0) {
                workers.gone(warm.megabytes());
            }
        }
        if (shelf.queued() > 0) {
            workers.want(shelf);
        }
    }

    /** How many instances are idle. */
    public int idle() {
        return figures().idle();
    }

    /**
     * Starts what is wanted and is not there, and closes what was idle for long, what is too much, what is of an executor that has
     * a successor, and what is of a version that is not called any more.
     */
    public void tidy() throws InterruptedException {
        tidying.tidy(shelves, idle() > MOST_IDLE);
        workers.tidy();
    }

    /** The versions that were called within the last day and run on this executor, those called last first. */
    public List<Deployed> calledLately(Name executor) {
        long now = System.nanoTime();
        return shelves.values().stream()
                .filter(shelf -> now - shelf.called() < LATELY.toNanos())
                .filter(shelf -> catalog.findOffer(shelf.version())
                        .filter(offer -> offer.slot().equals(executor))
                        .isPresent())
                .sorted(Comparator.comparingLong((Shelf shelf) -> now - shelf.called()))
                .map(Shelf::version)
                .toList();
    }

    /**
     * Closes the idle instances of executors that have a successor, so that a swap does not wait for them; where instances are
     * wanted, as soon as their successors are there.
     */
    public void retire() throws InterruptedException {
        for (Shelf shelf : shelves.values()) {
            if (shelf.wanted() > 0) {
                workers.want(shelf);
            }
            for (Warm warm : shelf.idleFor(Long.MAX_VALUE, shelf.fresh() >= shelf.wanted(), shelf.wanted())) {
                end(shelf, warm);
            }
        }
    }

    /** Closes all idle instances; those that are lent are closed when they come back. */
    @Override
    public void close() {
        closed = true;
        workers.close();
        boolean interrupted = false;
        for (Shelf shelf : shelves.values()) {
            for (Warm warm : shelf.all()) {
                try {
                    discardIdle(shelf, warm);
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
