package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.PluginFailure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * A time that has passed on every clock there is, for whatever is let go because it is old: what a clock that is ahead took for old
 * would be lost. It is this node's, unless another one that was heard of lately is behind it, and unless it leaps ahead of the time
 * that passes, or of what a process before wrote down: then it is believed a day later. As long as the store has not told, it is
 * long ago. Thread-safe.
 */
final class Calendar implements InstantSource {
    private static final System.Logger LOG = System.getLogger(Calendar.class.getName());

    /** Clocks may differ by that, and be set. */
    static final Duration LEAP = Duration.ofHours(1);

    /** For somebody to see the warning and to set the clock. */
    static final Duration DOUBT = Duration.ofDays(1);

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Almanac store;
    private final AtomicBoolean looking = new AtomicBoolean();
    private Optional<Seen> seen = Optional.empty();
    private Optional<Seen> others = Optional.empty();
    private Instant written = Instant.MIN;
    private long leaptAt;
    private boolean doubted;

    /** What the store tells of clocks. */
    interface Almanac {
        /** The earliest time that a beat tells of the one who wrote it, and the latest that was written down. */
        Told times() throws InterruptedException;

        void passed(Instant latest) throws InterruptedException;
    }

    record Told(Optional<Instant> earliest, Optional<Instant> written) {}

    private record Seen(Instant time, long at) {
        Instant by(long now) {
            return time.plusNanos(now - at);
        }
    }

    Calendar(InstantSource clock, LongSupplier nanos, Almanac store) {
        this.clock = clock;
        this.nanos = nanos;
        this.store = store;
    }

    @Override
    public Instant instant() {
        if (isStale() && looking.compareAndSet(false, true)) {
            try {
                look();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (PluginFailure e) {
                LOG.log(Level.DEBUG, "What time it is elsewhere is not known now: {0}", e.getMessage());
            } finally {
                looking.set(false);
            }
        }
        return passed();
    }

    private synchronized boolean isStale() {
        return others.isEmpty() || nanos.getAsLong() - others.get().at >= LOOK.toNanos();
    }

    private void look() throws InterruptedException {
        Told told = store.times();
        boolean late;
        synchronized (this) {
            long now = nanos.getAsLong();
            if (seen.isEmpty()) {
                told.written().ifPresent(before -> seen = Optional.of(new Seen(before, now)));
                written = told.written().orElse(Instant.MIN);
            }
            others = Optional.of(new Seen(told.earliest().orElse(Instant.MAX), now));
            late = written.equals(Instant.MIN) || passed().isAfter(written.plus(LEAP));
        }
        if (late) {
            Instant latest = passed();
            store.passed(latest);
            written = latest;
        }
    }

    private synchronized Instant passed() {
        if (others.isEmpty()) {
            return Instant.EPOCH;
        }
        long now = nanos.getAsLong();
        Instant own = own(now);
        Instant earliest = others.get().time;
        return earliest.isBefore(own) ? min(own, others.get().by(now)) : own;
    }

    private Instant own(long now) {
        Instant told = clock.instant();
        Instant expected = seen.map(it -> it.by(now)).orElse(told);
        if (!told.isAfter(expected.plus(LEAP))) {
            doubted = false;
            seen = Optional.of(new Seen(told, now));
            return told;
        }
        if (!doubted) {
            doubted = true;
            leaptAt = now;
            boolean far = told.isAfter(expected.plus(DOUBT)); // else it rested overnight
            LOG.log(
                    far ? Level.WARNING : Level.DEBUG,
                    "This node''s clock says {0}, and {1} was expected: if it is wrong, set it. Nothing is let go as old by it for a"
                            + " day; then it is believed",
                    told,
                    expected);
        }
        if (now - leaptAt < DOUBT.toNanos()) {
            return expected;
        }
        doubted = false;
        seen = Optional.of(new Seen(told, now));
        return told;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
