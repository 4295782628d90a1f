package dev.dovetail.worker;

import dev.dovetail.spi.executor.Outcome.Usage;
import dev.dovetail.worker.sandbox.Cell;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts what calls used. To ask the machine takes longer than a short call does; so for those the worker is believed until
 * the machine is asked again, and what it kept to itself is put down to the call that ends then. Thread-safe.
 */
final class Meter {
    private static final long LONG_CALL = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long OLD = TimeUnit.MILLISECONDS.toNanos(100);

    private final Cell cell;
    private Cell.Used last;
    private long asked;
    private long accounted;

    Meter(Cell cell) {
        this.cell = cell;
        restart();
    }

    /** What was used until now is nobody's. */
    synchronized void restart() {
        last = cell.used();
        asked = System.nanoTime();
        accounted = 0;
    }

    /**
     * @param saidMicros what the worker says that the call used of the processor
     * @param elapsed how long the call took, in nanoseconds
     * @param exact whether no other call could have used it
     */
    synchronized Usage usage(long saidMicros, long elapsed, boolean exact) {
        long said = Math.clamp(saidMicros, 0, elapsed / 1000) * 1000;
        long now = System.nanoTime();
        if (elapsed > LONG_CALL || now - asked > OLD) {
            Cell.Used used = cell.used();
            long measured = used.cpu().minus(last.cpu()).toNanos() - accounted;
            last = used;
            asked = now;
            accounted = 0;
            said = Math.max(said, measured);
        } else {
            accounted += said;
        }
        return new Usage(Duration.ofNanos(said), last.peakBytes().orElse(0L), 0, exact);
    }
}
