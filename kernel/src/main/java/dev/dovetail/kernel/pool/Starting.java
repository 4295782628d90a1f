package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Lease;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Route;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Starts one instance: fetches its code, takes hold of its executor, and lets that start it. Thread-safe. */
final class Starting {
    private final Plugins plugins;
    private final Catalog catalog;

    Starting(Plugins plugins, Catalog catalog) {
        this.plugins = plugins;
        this.catalog = catalog;
    }

    /** A hold on what serves for this version, or on just this plugin version. */
    Lease<Executor> lease(Deployed version, Name slot, Optional<Release> on) throws InterruptedException {
        return on.isPresent()
                ? plugins.leaseVersion(slot, on.get().plugin(), on.get().version())
                : slot(slot).lease(route(version, "", OptionalInt.empty()));
    }

    Lease<Executor> leaseReading(Deployed version, Name slot, int dialect) throws InterruptedException {
        return plugins.leaseReading(slot, route(version, "", OptionalInt.of(dialect)));
    }

    private static Route route(Deployed version, String stickyKey, OptionalInt dialect) {
        return new Route(version.id().tenant(), version.id().function(), stickyKey, dialect);
    }

    private Slot<Executor> slot(Name name) {
        return plugins.findExecutor(name)
                .orElseThrow(
                        () -> Refusal.of(ErrorType.UNAVAILABLE, "The executor \"" + name + "\" is not there any more"));
    }

    record Started(Warm warm, Cold how) {}

    private record Facts(Instance instance, int calls, List<Instance.Stage> stages) {}

    /** A worker without code, as this launch would need it. */
    Blanks.Ready blank(Deployed version, Launch launch, Name name) throws InterruptedException {
        Slot<Executor> slot = slot(name);
        Lease<Executor> lease = slot.lease(route(version, "", OptionalInt.empty()));
        Optional<Prestarts.Blank> blank = Optional.empty();
        try {
            blank = Optional.of(lease.useAs(
                    Prestarts.class,
                    executor -> executor.prestart(launch.runtime(), launch.limits(), launch.atLeast())));
        } finally {
            if (blank.isEmpty()) {
                lease.close();
            }
        }
        return new Blanks.Ready(blank.get(), lease, launch.limits().memoryMb(), System.nanoTime());
    }

    private static Instance started(Instance instance, Lease<Executor> lease) {
        return PluginFailure.unlessNull(instance, "The start of " + lease.plugin());
    }

    /** Starts an instance on a lease that is used up by it: closed with the instance, or here. */
    Started apart(Launch launch, Lease<Executor> lease) throws InterruptedException {
        long began = System.nanoTime();
        Optional<Facts> facts = Optional.empty();
        try {
            facts = Optional.of(lease.use(executor -> {
                Instance instance = started(executor.start(launch), lease);
                return new Facts(instance, 1, List.copyOf(instance.stages()));
            }));
        } finally {
            if (facts.isEmpty()) {
                lease.close();
            }
        }
        Facts it = facts.get();
        return new Started(
                // what this plugin version says of itself is not asked: the next one may keep its code elsewhere
                new Warm(it.instance(), lease, lease.plugin(), 1, 0, false),
                Cold.of(Duration.ZERO, Duration.ZERO, Duration.ofNanos(System.nanoTime() - began), it.stages()));
    }

    /**
     * @param megabytes that were promised for it
     * @param blank to start it in, used up whatever happens
     */
    Started start(
            Deployed version,
            RuntimeOffer offer,
            String stickyKey,
            Duration within,
            int megabytes,
            Optional<Blanks.Ready> blank)
            throws InterruptedException {
        long began = System.nanoTime();
        Name name = offer.slot();
        Slot<Executor> slot = slot(name);
        Launch launch = catalog.launch(version);
        long fetched = System.nanoTime();
        Route route = route(version, stickyKey, OptionalInt.empty());
        Lease<Executor> lease = blank.isPresent() ? blank.get().lease() : slot.lease(route, within);
        long leased = System.nanoTime();
        Optional<Facts> facts = Optional.empty();
        try {
            facts = Optional.of(lease.use(executor -> {
                Instance instance = started(
                        blank.isPresent() && executor instanceof Prestarts prestarts
                                ? prestarts.start(launch, blank.get().blank())
                                : executor.start(launch),
                        lease);
                int calls = instance instanceof Concurrent several ? several.calls() : 1;
                return new Facts(instance, calls, List.copyOf(instance.stages()));
            }));
        } finally {
            if (facts.isEmpty()) {
                lease.close();
            }
        }
        Facts it = facts.get();
        int target = version.function().scaling().targetConcurrency();
        int seats = Math.max(1, target > 0 ? Math.min(target, it.calls()) : it.calls());
        return new Started(
                new Warm(
                        it.instance(),
                        lease,
                        lease.plugin(),
                        seats,
                        megabytes,
                        offer.trust() == ExecutorProvider.Trust.IN_PROCESS && !offer.isNative()),
                Cold.of(
                        Duration.ofNanos(leased - fetched),
                        Duration.ofNanos(fetched - began),
                        Duration.ofNanos(System.nanoTime() - leased),
                        it.stages()));
    }
}
