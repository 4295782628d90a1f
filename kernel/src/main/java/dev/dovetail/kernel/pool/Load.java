package dev.dovetail.kernel.pool;

import dev.dovetail.spi.executor.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What the calls of a version's workers take, counted as they come and go. Thread-safe. */
final class Load {
    private final AtomicInteger inside = new AtomicInteger();
    private final LongAccumulator most = new LongAccumulator(Math::max, 0);
    private final LongAdder cpuNanos = new LongAdder();
    private final LongAdder peakBytes = new LongAdder();
    private final LongAdder calls = new LongAdder();

    /**
     * What those took that ended in a while.
     *
     * @param cpuNanos of all together
     * @param peakBytes on average of the calls
     */
    record Used(long cpuNanos, double peakBytes) {}

    void entered() {
        most.accumulate(inside.incrementAndGet());
    }

    void left() {
        inside.decrementAndGet();
    }

    void used(Outcome.Usage usage) {
        cpuNanos.add(usage.cpu().toNanos());
        if (usage.peakBytes() > 0) {
            peakBytes.add(usage.peakBytes());
            calls.increment();
        }
    }

    /** What was used since this was asked last; by one thread. A call that ends in this moment may be counted in parts. */
    Used used() {
        return new Used(cpuNanos.sumThenReset(), peakBytes.sumThenReset() / Math.max(1.0, calls.sumThenReset()));
    }

    /** The most calls that were inside at once since this was asked last; by one thread. */
    int most() {
        return Math.max((int) most.getThenReset(), inside.get());
    }
}
