package dev.dovetail.kernel.plugin;

import java.time.Duration;

/**
 * How what is warm in a service passes to its successor: all at once, or, where it is busy, one after the other. A new
 * version's code is slow until it is compiled; going over bit by bit, few calls are slow at a time.
 *
 * @param began in nanoseconds of the system's clock
 * @param nanos how long it takes; 0 for at once
 */
record Easing(long began, long nanos) {
    static final Easing AT_ONCE = new Easing(0, 0);

    static Easing from(long now, Duration time) {
        return new Easing(now, time.toNanos());
    }

    boolean atOnce() {
        return nanos == 0;
    }

    /** @param place of who asks among those who go, from 0 for the first up to 1 */
    boolean reached(double place, long now) {
        return now - began >= place * nanos;
    }

    /** How much is left of it. */
    Duration left(long now) {
        return Duration.ofNanos(Math.max(0, began + nanos - now));
    }
}
