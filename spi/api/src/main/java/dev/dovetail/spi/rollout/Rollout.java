package dev.dovetail.spi.rollout;

import dev.dovetail.spi.KernelProvided;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rollout as it stands.
 *
 * @param wish what a person asked for meanwhile: {@code promote}, {@code rollback}
 */
@KernelProvided
public record Rollout(
        List<Arm> arms, int nodesDone, int nodes, Duration elapsed, Duration sinceStep, Optional<String> wish) {
    public Rollout {
        arms = List.copyOf(arms);
    }

    /** One version taking part: its share in percent, and what was seen of it since the last change. */
    @KernelProvided
    public record Arm(String name, int share, Health sinceStep) {}

    /**
     * What was seen of an arm; faults of the platform or the caller are not among its failures.
     *
     * @param slowerThanBaseline invocations slower than the baseline's p99
     */
    @KernelProvided
    public record Health(
            long invocations,
            long failures,
            long slowerThanBaseline,
            Duration p50,
            Duration p99,
            Map<String, Double> measures) {
        public Health {
            measures = Map.copyOf(measures);
        }
    }
}
