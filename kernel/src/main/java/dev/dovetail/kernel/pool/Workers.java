package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Instances that are processes of their own: they take time to start and memory to be there. Thread-safe. */
final class Workers {
    /** How long an executor that is being swapped may keep a start waiting. */
    private static final Duration START = Duration.ofMinutes(1);

    private final Pools pools;
    private final Starting starting;
    private final Catalog catalog;
    private final Room room;
    private final Starts starts;
    private final Blanks blanks;
    private final Processors processors;

    Workers(Pools pools, Starting starting, Catalog catalog, Pools.Bounds bounds, ThreadFactory threads) {
        this.pools = pools;
        this.starting = starting;
        this.catalog = catalog;
        this.room = new Room(bounds.megabytes());
        this.processors = new Processors(bounds.busyFrom());
        this.starts = new Starts(bounds.starts(), processors, threads, this::startWorker);
        this.blanks = new Blanks(starting, catalog, room, threads, bounds.prestart());
    }

    long promised() {
        return room.promised();
    }

    double cpuLoad() {
        return processors.load();
    }

    void want(Shelf shelf) {
        starts.want(shelf);
    }

    /** A worker has ended. */
    void gone(int megabytes) {
        room.giveBack(megabytes);
        starts.roomAgain();
    }

    void tidy() throws InterruptedException {
        blanks.tidy();
        if (room.isShort()) {
            evict();
        }
        starts.roomAgain();
    }

    void close() {
        blanks.close();
    }

    /** Lends a worker: a new one, or one that comes back before it is there. */
    Loan lend(Shelf shelf, Duration within) throws InterruptedException {
        Shelf.Waiting here = shelf.queue();
        boolean served = false;
        try {
            Optional<Warm> free = pools.take(shelf); // one may have come back just before the caller stood in line
            if (free.isPresent()) {
                if (here.seat().complete(new Shelf.Seat(free.get(), false, Cold.NOT))) {
                    served = true;
                    return new Loan(pools, shelf, free.get(), false, Cold.NOT);
                }
                pools.takeBack(shelf, free.get());
            }
            Shelf.Seat seat = seat(shelf, here, within);
            served = true;
            return new Loan(pools, shelf, seat.warm(), seat.cold(), seat.how());
        } catch (TimeoutException e) {
            throw Refusal.of(
                    ErrorType.UNAVAILABLE,
                    "No instance of \"" + shelf.version().id().function() + "\" within " + within.toSeconds() + " s: "
                            + (starts.starved() ? "this machine has no memory for another worker" : "all are busy"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            shelf.leave(here);
            if (!served && !here.seat().cancel(false) && !here.seat().isCompletedExceptionally()) {
                pools.takeBack(shelf, here.seat().join().warm()); // handed over in the very moment of leaving
            }
        }
    }

    /** Asks for a start, and asks again from time to time: that none was needed may have turned out wrong. */
    private Shelf.Seat seat(Shelf shelf, Shelf.Waiting here, Duration within)
            throws InterruptedException, ExecutionException, TimeoutException {
        long until = System.nanoTime() + within.toNanos();
        while (true) {
            starts.want(shelf);
            long left = until - System.nanoTime();
            long patience = Starts.patience(shelf);
            try {
                return here.seat().get(Math.min(left, patience), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left <= patience) {
                    throw e;
                }
            }
        }
    }

    private boolean startWorker(Shelf shelf, long askedAt) throws InterruptedException {
        if (pools.closed() || starts.isNeedless(shelf) && shelf.kept() <= shelf.fresh()) {
            return true; // whoever waited was served by one that came back, or is about to be
        }
        Deployed version = shelf.version();
        int megabytes = version.version().memoryMb();
        if (shelf.queued() == 0 && shelf.wanted() <= shelf.fresh()) {
            if (room.isShort() || !room.take(megabytes)) {
                return true; // only expected to be of use: for it nobody goes
            }
        } else if (!roomFor(megabytes)) {
            return false;
        }
        boolean started = false;
        try {
            RuntimeOffer offer = catalog.offer(version);
            long begun = System.nanoTime();
            Starting.Started made =
                    starting.start(version, offer, "", START, megabytes, blanks.find(version, offer.slot()));
            blanks.want(version, offer);
            shelf.started(System.nanoTime() - begun);
            started = true;
            shelf.add(made.warm(), made.how());
            if (pools.closed()) {
                pools.discardIdle(shelf, made.warm());
            }
        } catch (RuntimeException e) {
            shelf.fail(e);
        } finally {
            if (!started) {
                room.giveBack(megabytes);
            }
        }
        return true;
    }

    private boolean roomFor(int megabytes) throws InterruptedException {
        while (room.isShort() || !room.take(megabytes)) {
            if (!blanks.evict() && !evict()) {
                return false;
            }
        }
        return true;
    }

    /** Closes the idle worker that was used least lately and that nobody wants to be there. */
    private boolean evict() throws InterruptedException {
        long now = System.nanoTime();
        Shelf[] of = new Shelf[1];
        Optional<Warm> oldest = pools.shelves().stream()
                .flatMap(shelf -> shelf.all().stream()
                        .filter(warm -> warm.megabytes() > 0
                                && !warm.busy()
                                && shelf.all().size() > shelf.wanted()))
                .max(Comparator.comparingLong(warm -> warm.idleNanos(now)));
        if (oldest.isEmpty() || !oldest.get().doom()) {
            return false;
        }
        for (Shelf shelf : pools.shelves()) {
            if (shelf.all().contains(oldest.get())) {
                of[0] = shelf;
            }
        }
        pools.end(of[0], oldest.get());
        return true;
    }
}
