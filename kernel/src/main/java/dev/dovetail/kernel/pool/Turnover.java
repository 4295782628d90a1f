package dev.dovetail.kernel.pool;

import java.time.Duration;

/**
 * How a version's seats become free, and since when callers wait for one. Times are nanoseconds of one clock. Thread-safe; of two
 * at the same moment one may be lost, for what it tells are averages.
 */
final class Turnover {
    /** How many of the last ones weigh most in an average. */
    private static final int AVERAGED = 8;

    /** Whoever waits so long after the one before belongs to others than that one. */
    private static final long APART = Duration.ofMillis(250).toNanos();

    /** How long a seat was sat in, on average of the last ones; 0 before the first. */
    private volatile long sat;
    /** How long a start took, on average of the last ones; 0 before the first. */
    private volatile long toStart;

    private volatile long freedAt;
    private volatile boolean waitedFor;
    private volatile long waitedAt;
    /** When the first of those began to wait who did so one soon after the other. */
    private volatile long waitedSince;

    private static long averaged(long before, long now) {
        return before == 0 ? Math.max(1, now) : before + (now - before) / AVERAGED;
    }

    /** A start took so long. */
    void started(long nanos) {
        toStart = averaged(toStart, nanos);
    }

    /** How long a start takes here and now; 0 if none has been made. */
    long toStart() {
        return toStart;
    }

    /** Somebody begins to wait for a seat. */
    void waits(long now) {
        if (!waitedFor || now - waitedAt > APART) {
            waitedSince = now;
        }
        waitedAt = now;
        waitedFor = true;
    }

    /** A seat is free in which somebody had sat so long. */
    void freed(long nanos, long now) {
        sat = averaged(sat, nanos);
        freedAt = now;
    }

    /** Whether callers have waited for less than this: those of now, and those just before them. */
    boolean waitedForLessThan(long nanos, long now) {
        return waitedFor && now - waitedSince < nanos;
    }

    /**
     * Whether so many who wait will all sit within this time, as seats have become free until now. Not if nobody has got up for that
     * long although somebody waited.
     */
    boolean seatsSoon(int queued, int seats, long nanos, long now) {
        boolean moves = now - freedAt < nanos || waitedForLessThan(nanos, now);
        return seats > 0 && sat > 0 && moves && (double) queued * sat / seats < nanos;
    }
}
