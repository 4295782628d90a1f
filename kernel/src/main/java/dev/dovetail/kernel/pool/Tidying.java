package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.pool.Foresight.Whose;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.plugin.ExecutorProvider.Trust;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings each shelf to what it is to hold, once in a while. Used by one thread. */
final class Tidying {
    private static final Duration CROWDED = Duration.ofSeconds(15);

    private final Pools pools;
    private final Workers workers;
    private final Catalog catalog;
    private final Telemetry telemetry;
    private final Foresight foresight;

    Tidying(Pools pools, Workers workers, Catalog catalog, Telemetry telemetry, Foresight foresight) {
        this.pools = pools;
        this.workers = workers;
        this.catalog = catalog;
        this.telemetry = telemetry;
        this.foresight = foresight;
    }

    /** @param tooMany whether there are so many idle instances that each is kept for a short time only */
    void tidy(Map<VersionId, Shelf> shelves, boolean tooMany) throws InterruptedException {
        Map<VersionId, Catalog.Wanted> wanted = new HashMap<>();
        catalog.wanted().forEach(each -> wanted.put(each.version().id(), each));
        wanted.forEach((id, its) -> shelves.computeIfAbsent(id, any -> new Shelf(its.version())));
        foretell(shelves.values());
        Set<VersionId> all = new HashSet<>(shelves.keySet());
        for (VersionId id : all) {
            Shelf shelf = shelves.get(id);
            if (shelf != null) {
                Catalog.Wanted its = wanted.get(id);
                tidy(shelf, its == null ? 0 : its.instances(), tooMany);
                if (catalog.find(id).isEmpty() && shelf.all().isEmpty() && shelf.queued() == 0) {
                    shelves.remove(id, shelf);
                }
            }
        }
    }

    private void tidy(Shelf shelf, int instances, boolean tooMany) throws InterruptedException {
        Optional<Deployed> now = catalog.find(shelf.version().id());
        now.ifPresent(shelf::refresh);
        boolean gone = now.isEmpty();
        shelf.want(gone ? 0 : instances);
        shelf.demand(gone ? 0 : demanded(shelf));
        if (gone) {
            shelf.foretell(0);
        }
        if (shelf.kept() > 0 && isWorker(shelf.version()) || shelf.queued() > 0) {
            workers.want(shelf);
        }
        Duration idle = tooMany ? CROWDED : shelf.version().function().scaling().scaleDownCooldown();
        boolean succeeded = shelf.fresh() >= shelf.wanted();
        for (Warm warm : shelf.idleFor(gone ? 0 : idle.toNanos(), succeeded, shelf.kept())) {
            pools.end(shelf, warm);
        }
    }

    private int demanded(Shelf shelf) {
        Deployed version = shelf.version();
        VersionId id = version.id();
        return shelf.demand()
                .instances(
                        version.function().scaling(),
                        version.version().memoryMb(),
                        shelf.fresh(),
                        name -> telemetry
                                .measured(id.tenant(), id.function(), name)
                                .orElse(Double.NaN),
                        System.nanoTime());
    }

    private void foretell(Collection<Shelf> shelves) throws InterruptedException {
        Map<Boolean, List<Shelf>> asking = shelves.stream()
                .collect(Collectors.partitioningBy(
                        shelf -> shelf.version().function().scaling().predictive()));
        asking.get(false).forEach(shelf -> shelf.foretell(0));
        Map<Whose, List<Shelf>> byFunction =
                asking.get(true).stream().collect(Collectors.groupingBy(shelf -> Whose.of(shelf.version())));
        Map<Whose, Integer> needed = new HashMap<>();
        byFunction.forEach((whose, its) ->
                needed.put(whose, its.stream().mapToInt(Tidying::needed).sum()));
        Map<Whose, Integer> foretold = foresight.look(needed);
        byFunction.forEach((whose, its) -> {
            // calls go where they went last; after a restart, to where they go without a wish
            Optional<Shelf> latest = its.stream().max(Comparator.comparingLong(Shelf::called));
            its.forEach(shelf -> shelf.foretell(latest.get() == shelf ? foretold.getOrDefault(whose, 0) : 0));
        });
    }

    /** How many workers its calls needed at once since the last time. */
    private static int needed(Shelf shelf) {
        int seats = Math.max(1, shelf.version().traits().concurrency());
        int target = shelf.version().function().scaling().targetConcurrency();
        int each = target > 0 ? Math.min(target, seats) : seats;
        return (shelf.load().most() + each - 1) / each;
    }

    private boolean isWorker(Deployed version) {
        return catalog.findOffer(version)
                .filter(offer -> offer.trust() == Trust.WORKER)
                .isPresent();
    }
}
