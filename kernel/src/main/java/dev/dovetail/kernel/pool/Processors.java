package dev.dovetail.kernel.pool;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Whether the processors that this process may use are all at work, for whomever: then one more worker makes nothing faster. The
 * JDK counts what a container may use, and tells the share since it was asked last; it is asked at most ten times a second.
 * Thread-safe.
 */
final class Processors {
    private static final long OLD = Duration.ofMillis(100).toNanos();

    /** A pause of the collector, or what falls between two ticks, is not yet an end of work: of that several looks must tell. */
    private static final long REMEMBERED = 4 * OLD;

    /** How long after their work began it is told for certain, to one who asks all the time. */
    static final Duration KNOWN_AFTER = Duration.ofNanos(2 * OLD);

    private final OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final double busyFrom;
    private double load;
    private long asked = System.nanoTime() - OLD;

    /** @param busyFrom the share, from 0 (they always are) to beyond 1 (they never are) */
    Processors(double busyFrom) {
        this.busyFrom = busyFrom;
    }

    boolean busy() {
        return load() >= busyFrom;
    }

    /** The share that is at work, from 0 to 1. */
    synchronized double load() {
        long now = System.nanoTime();
        if (now - asked >= OLD) {
            double sample = Math.max(0, machine.getCpuLoad()); // negative where the machine does not tell
            double weight = Math.min(1, (double) (now - asked) / REMEMBERED);
            load = Math.max(sample, load + (sample - load) * weight);
            asked = now;
        }
        return load;
    }
}
