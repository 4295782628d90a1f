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
import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Prestarts;
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

    record Started(Warm warm, Cold how) {}

    private record Facts(Instance instance, int calls, List<Instance.Stage> stages) {}

    /** A worker without code, as this launch would need it. */
    Blanks.Ready blank(Deployed version, Launch launch, Name name) throws InterruptedException {
        Slot<Executor> slot = plugins.findExecutor(name)
                .orElseThrow(
                        () -> Refusal.of(ErrorType.UNAVAILABLE, "The executor \"" + name + "\" is not there any more"));
        Lease<Executor> lease =
                slot.lease(new Route(version.id().tenant(), version.id().function(), "", OptionalInt.empty()));
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
        Slot<Executor> slot = plugins.findExecutor(name)
                .orElseThrow(
                        () -> Refusal.of(ErrorType.UNAVAILABLE, "The executor \"" + name + "\" is not there any more"));
        Launch launch = catalog.launch(version);
        long fetched = System.nanoTime();
        Route route = new Route(version.id().tenant(), version.id().function(), stickyKey, OptionalInt.empty());
        Lease<Executor> lease = blank.isPresent() ? blank.get().lease() : slot.lease(route, within);
        long leased = System.nanoTime();
        Optional<Facts> facts = Optional.empty();
        try {
            facts = Optional.of(lease.use(executor -> {
                Instance instance = blank.isPresent() && executor instanceof Prestarts prestarts
                        ? prestarts.start(launch, blank.get().blank())
                        : executor.start(launch);
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
                new Warm(it.instance(), lease, lease.plugin(), seats, megabytes),
                Cold.of(
                        Duration.ofNanos(leased - fetched),
                        Duration.ofNanos(fetched - began),
                        Duration.ofNanos(System.nanoTime() - leased),
                        it.stages()));
    }
}
