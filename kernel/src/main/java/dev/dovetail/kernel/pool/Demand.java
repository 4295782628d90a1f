package dev.dovetail.kernel.pool;

import dev.dovetail.kernel.catalog.Scaling;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * How many workers a version is to have by what is measured of it: so many that each comes to the target. A little more or less
 * changes nothing, and there are fewer only when fewer would have done for as long as the function's settings say. Used by one
 * thread.
 */
final class Demand {
    /** How long is measured before it is looked at: long enough that a call more or less is no trend. */
    static final Duration ROUND = Duration.ofSeconds(10);

    /** The part of a target that a value may be off without a change; what Kubernetes' autoscaler allows. */
    private static final double TOLERANCE = 0.1;

    private final Load load;
    private boolean begun;
    private long lookedAt;
    private int instances;
    private long neededAt;

    Demand(Load load) {
        this.load = load;
    }

    /**
     * @param memoryMb the limit of one worker
     * @param fresh how many workers there are
     * @param values what the code measured last, by name; not a number where it did not
     * @param now the time, in nanoseconds of some clock
     * @return how many there are to be; 0 if nothing measured says anything
     */
    int instances(Scaling scaling, int memoryMb, int fresh, ToDoubleFunction<String> values, long now) {
        if (scaling.metrics().isEmpty()) {
            begun = false;
            instances = 0;
            return 0;
        }
        if (!begun) {
            begun = true;
            lookedAt = now;
            load.used();
            return instances;
        }
        if (now - lookedAt >= ROUND.toNanos()) {
            double seconds = (now - lookedAt) / 1e9;
            lookedAt = now;
            Load.Used used = load.used();
            int needed = 0;
            for (Scaling.Metric metric : scaling.metrics()) {
                needed = Math.max(needed, needed(metric, memoryMb, fresh, used, values, seconds));
            }
            take(Math.min(needed, scaling.maxInstances()), scaling.scaleDownCooldown(), now);
        }
        return instances;
    }

    private static int needed(
            Scaling.Metric metric,
            int memoryMb,
            int fresh,
            Load.Used used,
            ToDoubleFunction<String> values,
            double seconds) {
        return switch (metric.name()) {
            case Scaling.Metric.CPU -> forEach(100 * used.cpuNanos() / 1e9 / seconds, metric.target(), fresh);
            case Scaling.Metric.MEMORY -> {
                double limit = memoryMb * 1024.0 * 1024.0;
                yield forEach(fresh * 100 * used.peakBytes() / limit, metric.target(), fresh);
            }
            default -> forEach(values.applyAsDouble(metric.name()), metric.target(), fresh);
        };
    }

    /** How many there are to be so that of all this each has no more than the target. */
    private static int forEach(double all, double target, int fresh) {
        if (!(all > 0)) {
            return 0;
        }
        double needed = all / target;
        return Math.abs(needed - fresh) <= TOLERANCE * fresh
                ? fresh
                : (int) Math.min(Integer.MAX_VALUE, Math.ceil(needed));
    }

    private void take(int needed, Duration cooldown, long now) {
        if (needed >= instances || now - neededAt >= cooldown.toNanos()) {
            instances = needed;
            neededAt = now;
        }
    }
}
