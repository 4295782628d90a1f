package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Deployed;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** One version's instances, those who wait for one, and how many are being started. Thread-safe. */
final class Shelf {
    private static final System.Logger LOG = System.getLogger(Shelf.class.getName());

    /** A reference for each free seat, the one used last on top. */
    private final ConcurrentLinkedDeque<Warm> free = new ConcurrentLinkedDeque<>();

    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Set<Warm> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger starting = new AtomicInteger();
    private volatile Deployed version;
    private final Load load = new Load();
    private final Demand demand = new Demand(load);
    private volatile int wanted;
    private volatile int demanded;
    private volatile int foretold;
    private volatile long called = System.nanoTime();
    private volatile long startedAt = System.nanoTime() - Long.MAX_VALUE / 2;
    private final Turnover turnover = new Turnover();

    Shelf(Deployed version) {
        this.version = version;
    }

    /** Somebody who waits for a seat, in line. */
    static final class Waiting {
        private final CompletableFuture<Seat> seat = new CompletableFuture<>();

        CompletableFuture<Seat> seat() {
            return seat;
        }
    }

    /** A seat that was handed over. */
    record Seat(Warm warm, boolean cold, Cold how) {}

    Deployed version() {
        return version;
    }

    /** The same version, as the catalog has it now. */
    void refresh(Deployed version) {
        this.version = version;
    }

    long called() {
        return called;
    }

    void touch() {
        called = System.nanoTime();
    }

    /** How many instances there are to be although nobody calls. */
    int wanted() {
        return wanted;
    }

    void want(int instances) {
        wanted = instances;
    }

    /** What calls take, and how many instances that asks for. */
    Load load() {
        return load;
    }

    Demand demand() {
        return demand;
    }

    /** So many are to be there by what is measured, as long as nobody needs their room more. */
    void demand(int instances) {
        demanded = instances;
    }

    /** So many will be needed by what was needed before, as long as nobody needs their room more. */
    void foretell(int instances) {
        foretold = instances;
    }

    /** How many instances there are to be although nobody waits for one, for whatever reason. */
    int kept() {
        return Math.max(wanted, Math.max(demanded, foretold));
    }

    Set<Warm> all() {
        return all;
    }

    AtomicInteger starting() {
        return starting;
    }

    long startedAt() {
        return startedAt;
    }

    /** An instance is there; its start took so long. */
    void started(long nanos) {
        startedAt = System.nanoTime();
        turnover.started(nanos);
    }

    Turnover turnover() {
        return turnover;
    }

    /** Somebody has got up who had sat there so long. */
    void sat(long nanos) {
        turnover.freed(nanos, System.nanoTime());
    }

    private int seats() {
        int seats = 0;
        for (Warm each : all) {
            seats += each.doomed() ? 0 : each.seats();
        }
        return seats;
    }

    /** Whether all who wait will sit soon without another instance, as seats have become free until now. */
    boolean seatsSoon(long nanos) {
        return turnover.seatsSoon(queued(), seats(), nanos, System.nanoTime());
    }

    /** Whether more wait than there are seats, and have done so for less than this. */
    boolean crowdedForLessThan(long nanos) {
        return queued() > seats() && turnover.waitedForLessThan(nanos, System.nanoTime());
    }

    /** Those that an executor without a successor has started. */
    int fresh() {
        int fresh = 0;
        for (Warm each : all) {
            if (!each.doomed() && !each.lease().retiring()) {
                fresh++;
            }
        }
        return fresh;
    }

    /** A free seat, entered; unusable instances on the way are answered to be closed. */
    Optional<Warm> take(List<Warm> unfit) throws InterruptedException {
        for (Warm warm = free(); warm != null; warm = free()) {
            if (!warm.enter()) {
                continue;
            }
            if ((!warm.lease().retiring() || wanted > 0) && warm.usable()) {
                return Optional.of(warm);
            }
            warm.doom();
            if (warm.leave()) {
                unfit.add(warm);
            }
        }
        return Optional.empty();
    }

    /**
     * The seat used last; where instances are kept by what is measured of each, the less taken one of this and of the one used
     * longest ago, so that what they do is spread. Null if there is none.
     */
    private Warm free() {
        Warm last = free.pollFirst();
        if (last == null || last.seats() == 1 || demanded == 0) {
            return last;
        }
        Warm other = free.pollLast();
        if (other != null && other.taken() < last.taken()) {
            free.addFirst(last);
            return other;
        }
        if (other != null) {
            free.addLast(other);
        }
        return last;
    }

    /** Puts a seat back that nobody sits in, or hands it to whoever waits. */
    void put(Warm warm) {
        free.addFirst(warm);
        while (!waiting.isEmpty()) {
            // whoever began to wait looked at the free seats just before this one was there, or will see it
            Warm next = free.pollFirst();
            if (next == null) {
                return;
            }
            if (!next.enter()) {
                continue;
            }
            Waiting first = waiting.poll();
            if (first == null || !first.seat.complete(new Seat(next, false, Cold.NOT))) {
                next.leave();
                free.addFirst(next);
            }
        }
    }

    /** A new instance: its seats go to those who wait, and the rest lie free. */
    void add(Warm warm, Cold how) {
        all.add(warm);
        tell("one instance more");
        for (int i = 0; i < warm.seats(); i++) {
            boolean given = false;
            for (Waiting first = waiting.poll(); first != null && !given; first = given ? null : waiting.poll()) {
                if (warm.enter()) {
                    given = first.seat.complete(new Seat(warm, true, how));
                    if (!given) {
                        warm.leave();
                    }
                }
            }
            if (!given) {
                put(warm);
            }
        }
    }

    /** The start that somebody waits for has failed. */
    void fail(RuntimeException failure) {
        for (Waiting first = waiting.poll(); first != null; first = waiting.poll()) {
            if (first.seat.completeExceptionally(failure)) {
                return;
            }
        }
    }

    Waiting queue() {
        Waiting here = new Waiting();
        turnover.waits(System.nanoTime());
        waiting.add(here);
        return here;
    }

    void leave(Waiting here) {
        waiting.remove(here);
    }

    int queued() {
        return waiting.size();
    }

    /** Instances nobody is in, so long or of an executor that has a successor; they are closed by whoever asks. */
    List<Warm> idleFor(long nanos, boolean retiring, int keep) {
        List<Warm> gone = new ArrayList<>();
        long now = System.nanoTime();
        int left = all.size();
        for (Warm warm : all) {
            boolean old = warm.lease().retiring();
            boolean due = old ? retiring : left > keep && warm.idleNanos(now) > nanos;
            if (due && !warm.busy() && warm.doom()) {
                gone.add(warm);
                left--;
            }
        }
        return gone;
    }

    /** Takes out all references to an instance that is closed. */
    void remove(Warm warm) {
        if (all.remove(warm)) {
            tell("one instance less");
        }
        free.removeIf(each -> each == warm);
    }

    private void tell(String what) {
        if (LOG.isLoggable(Level.DEBUG)) {
            var id = version.id();
            LOG.log(
                    Level.DEBUG,
                    id.tenant() + "/" + id.function() + " v" + id.number() + " has " + what + ": " + all.size() + ", "
                            + queued() + " callers wait");
        }
    }
}
