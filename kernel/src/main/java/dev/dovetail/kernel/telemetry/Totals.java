package dev.dovetail.kernel.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** What was run by this process, of all versions together. Thread-safe. */
final class Totals {
    private final LongAdder ended = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cold = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder coldNanos = new LongAdder();

    void ended(long took, boolean error, boolean coldStart) {
        ended.increment();
        nanos.add(took);
        if (error) {
            failed.increment();
        }
        if (coldStart) {
            cold.increment();
            coldNanos.add(took);
        }
    }

    Telemetry.Ran ran() {
        return new Telemetry.Ran(
                ended.sum(),
                failed.sum(),
                cold.sum(),
                Duration.ofNanos(nanos.sum()),
                Duration.ofNanos(coldNanos.sum()));
    }
}
