package dev.dovetail.kernel.durable.due;

import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A look into the store that has begun.
 *
 * @param from the place where it begins and {@code until} the one before which it ends
 * @param again whether it is of what was read before
 * @param meanwhile what was said of ids since it began, which is newer than what it finds: when they are due, or that they are not
 */
record Reading(
        Window window, String from, String until, int limit, boolean again, Map<String, Optional<Due>> meanwhile) {
    /** How often what was read is read again, and for how long it should have been carried by then. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private static final Duration OVERDUE = Duration.ofSeconds(10);

    /** The next of what was not read yet. */
    static Reading on(Window window, Instant until, int limit) {
        return new Reading(window, window.edge, Due.moment(until.toEpochMilli()), limit, false, new HashMap<>());
    }

    /**
     * Once more what should have been carried for a while, in the shard in which that was read longest ago. A store that went back -
     * in its server's place is one that lacked the last commits - has open what this node has done with.
     *
     * @param nanos the time, in nanoseconds since any moment
     */
    static Optional<Reading> again(Collection<Window> windows, Instant now, long nanos, int limit) {
        return windows.stream()
                .filter(each -> nanos - each.readAt >= AGAIN.toNanos())
                .min(Comparator.comparingLong(each -> each.readAt - nanos))
                .map(each -> {
                    each.readAt = nanos;
                    String until = Due.moment(now.minus(OVERDUE).toEpochMilli());
                    return new Reading(each, "", until, limit, true, new HashMap<>());
                });
    }

    Range range() {
        String prefix = Due.prefix(window.shard);
        return new Range(Key.Space.STATE, prefix + from, prefix + until, false);
    }
}
