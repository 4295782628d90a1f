package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Scaling;
import dev.dovetail.kernel.pool.Foresight.Whose;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.plugin.ExecutorProvider.Trust;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        telemetry.keep(version -> catalog.find(version).isPresent());
        Map<VersionId, Integer> wanted = new HashMap<>();
        catalog.wanted().forEach(each -> {
            shelves.computeIfAbsent(each.version().id(), any -> new Shelf(each.version()));
            wanted.put(each.version().id(), each.instances());
        });
        Map<Whose, List<Shelf>> ofFunctions = shelves.values().stream()
                .filter(Tidying::needsFunction)
                .collect(Collectors.groupingBy(shelf -> Whose.of(shelf.version())));
        Map<Whose, Shelf> calledLast = new HashMap<>();
        ofFunctions.forEach((whose, its) -> calledLast.put(whose, calledLast(its)));
        Map<Whose, Integer> foretold = foretold(ofFunctions);
        for (Shelf shelf : List.copyOf(shelves.values())) {
            Deployed known = shelf.version();
            Optional<Deployed> now = catalog.find(known.id());
            now.ifPresent(shelf::refresh);
            if (now.isPresent()) {
                Whose whose = Whose.of(known);
                boolean called = calledLast.get(whose) == shelf;
                shelf.want(wanted.getOrDefault(known.id(), 0));
                shelf.demand(demanded(shelf, called));
                shelf.foretell(called ? foretold.getOrDefault(whose, 0) : 0);
            } else {
                shelf.want(0);
                shelf.demand(0);
                shelf.foretell(0);
            }
            startOrEnd(shelf, now.isEmpty(), tooMany);
            if (now.isEmpty() && shelf.all().isEmpty() && shelf.queued() == 0) {
                shelves.remove(known.id(), shelf);
            }
        }
    }

    private void startOrEnd(Shelf shelf, boolean gone, boolean tooMany) throws InterruptedException {
        if (shelf.kept() > 0 && isWorker(shelf.version()) || shelf.queued() > 0) {
            workers.want(shelf);
        }
        Duration idle = tooMany ? CROWDED : shelf.version().function().scaling().scaleDownCooldown();
        boolean succeeded = shelf.fresh() >= shelf.wanted();
        for (Warm warm : shelf.idleFor(gone ? 0 : idle.toNanos(), succeeded, shelf.kept())) {
            pools.end(shelf, warm);
        }
    }

    /** Whether something of its function and not of this version says how many there are to be. */
    private static boolean needsFunction(Shelf shelf) {
        Scaling scaling = shelf.version().function().scaling();
        return scaling.predictive() || !scaling.metrics().isEmpty();
    }

    /** Where a function's calls go: where the last one went; after a restart, where they go without a wish. */
    private static Shelf calledLast(List<Shelf> shelves) {
        long now = System.nanoTime();
        return Collections.min(shelves, Comparator.comparingLong(shelf -> now - shelf.called()));
    }

    /** @param called whether the function's calls go to this version: for it alone is what the code measures of the function */
    private int demanded(Shelf shelf, boolean called) {
        Deployed version = shelf.version();
        VersionId id = version.id();
        return shelf.demand()
                .instances(
                        version.function().scaling(),
                        version.version().memoryMb(),
                        shelf.fresh(),
                        name -> called
                                ? telemetry
                                        .measured(id.tenant(), id.function(), name)
                                        .orElse(Double.NaN)
                                : Double.NaN,
                        System.nanoTime());
    }

    private Map<Whose, Integer> foretold(Map<Whose, List<Shelf>> ofFunctions) throws InterruptedException {
        Map<Whose, Integer> needed = new HashMap<>();
        ofFunctions.forEach((whose, its) -> {
            if (its.getFirst().version().function().scaling().predictive()) {
                needed.put(whose, its.stream().mapToInt(Tidying::needed).sum());
            }
        });
        return foresight.look(needed);
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
