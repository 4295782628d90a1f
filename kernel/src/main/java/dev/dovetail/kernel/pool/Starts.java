package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Scaling;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * Starts instances for those who wait and those who are to be warm, so many at once and each version in its turn: a version that
 * wants a hundred does not hold up another one that wants its first. Thread-safe.
 */
final class Starts {
    private static final long LEAST_PATIENCE = Duration.ofMillis(100).toNanos();
    private static final long MOST_PATIENCE = Duration.ofSeconds(1).toNanos();

    private final int atOnce;
    private final Processors processors;
    private final ThreadFactory threads;
    private final Deque<Shelf> turns = new ArrayDeque<>();
    private final Deque<Shelf> noRoom = new ArrayDeque<>();
    private final Map<Shelf, Integer> asked = new HashMap<>();
    private int running;

    /** Makes an instance; called on a thread that may wait. */
    interface Starter {
        /** @return false if there is no room for it now */
        boolean start(Shelf shelf, long askedAt) throws InterruptedException;
    }

    private final Starter starter;

    Starts(int atOnce, Processors processors, ThreadFactory threads, Starter starter) {
        this.atOnce = atOnce;
        this.processors = processors;
        this.threads = threads;
        this.starter = starter;
    }

    /**
     * How long somebody waits for a seat, in nanoseconds, while the processors are busy, before another instance is made for them: as
     * long as its start would take.
     */
    static long patience(Shelf shelf) {
        return Math.clamp(shelf.turnover().toStart(), LEAST_PATIENCE, MOST_PATIENCE);
    }

    /**
     * Whether those who wait had better wait for a seat than for a start. While the processors have nothing to spare, a start takes from
     * the calls that run, and one more instance would have to share with them. Whether they have is known only a while after the calls came: a
     * burst of short calls would get a worker for each of its first moments, and the next burst as many again.
     */
    boolean hadBetterWait(Shelf shelf) {
        boolean busy = processors.busy(); // asked in any case, so that what it tells next is of the time since
        return shelf.queued() > 0
                && shelf.seatsSoon(patience(shelf))
                && (busy || shelf.crowdedForLessThan(Processors.KNOWN_AFTER.toNanos()));
    }

    /** Begins as many starts as those who wait and what is wanted need, and the function's settings allow. */
    void want(Shelf shelf) {
        Scaling scaling = shelf.version().function().scaling();
        synchronized (this) {
            int fresh = shelf.fresh();
            int needed = Math.max(needed(shelf, fresh), shelf.kept() - fresh)
                    - shelf.starting().get();
            int allowed = scaling.maxInstances() - fresh - shelf.starting().get();
            boolean cooling = fresh > 0
                    && System.nanoTime() - shelf.startedAt()
                            < scaling.scaleUpCooldown().toNanos();
            for (int i = 0; i < Math.min(needed, allowed) && !cooling; i++) {
                shelf.starting().incrementAndGet();
                if (asked.merge(shelf, 1, Integer::sum) == 1) {
                    turns.addLast(shelf);
                }
            }
        }
        go();
    }

    /**
     * How many more those who wait need. One after the other while the processors are busy, for each slows down all that run; and where
     * all who wait will sit before a second one is there.
     */
    private int needed(Shelf shelf, int fresh) {
        if (hadBetterWait(shelf)) {
            return 0;
        }
        int seats = Math.max(1, shelf.version().traits().concurrency());
        int needed = (shelf.queued() + seats - 1) / seats;
        boolean oneByOne = fresh > 0 && (processors.busy() || shelf.seatsSoon(patience(shelf)));
        return oneByOne ? Math.min(1, needed) : needed;
    }

    /** Whether nobody needs a start that was asked for a while ago: none of those who wait, or this one not yet. */
    boolean isNeedless(Shelf shelf) {
        boolean oneOfMany = shelf.fresh() > 0 && shelf.starting().get() > 1;
        return shelf.queued() == 0 || hadBetterWait(shelf) || oneOfMany && processors.busy();
    }

    private synchronized void go() {
        while (running < atOnce && !turns.isEmpty()) {
            Shelf next = turns.pollFirst();
            int left = asked.merge(next, -1, Integer::sum);
            if (left > 0) {
                turns.addLast(next);
            } else {
                asked.remove(next);
            }
            running++;
            long askedAt = System.nanoTime();
            threads.newThread(() -> run(next, askedAt)).start();
        }
    }

    private void run(Shelf shelf, long askedAt) {
        boolean room = true;
        try {
            room = starter.start(shelf, askedAt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of all
        } finally {
            synchronized (this) {
                running--;
                if (room) {
                    shelf.starting().decrementAndGet();
                } else {
                    noRoom.addLast(shelf);
                }
            }
            go();
        }
    }

    /** There may be room again: those that found none have their turn. */
    void roomAgain() {
        synchronized (this) {
            while (!noRoom.isEmpty()) {
                Shelf next = noRoom.pollFirst();
                if (next.queued() == 0 && next.kept() <= next.fresh()) {
                    next.starting().decrementAndGet(); // whoever waited has left
                } else if (asked.merge(next, 1, Integer::sum) == 1) {
                    turns.addLast(next);
                }
            }
        }
        go();
    }

    synchronized boolean starved() {
        return !noRoom.isEmpty();
    }
}
