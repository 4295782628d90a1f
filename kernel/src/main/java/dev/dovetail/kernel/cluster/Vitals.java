package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How a node fares, as it tells with each of its beats: for people, and for whoever spreads calls. Nothing is decided by it.
 *
 * @param startedAt when its process began, on its own clock
 * @param serves whether it answers plain calls
 * @param troubles what does not work, by part, in words; empty if all does
 * @param processors those that it may use
 * @param cpuLoad the share of them that is at work, for whomever, from 0 to 1
 * @param memoryUsedMb of the kernel's own process, which may take {@code memoryMaxMb}
 * @param memoryPromisedMb what the workers that are there now may take together
 * @param callsUnderWay requests to run something that came here and are not answered yet
 * @param executionsUnderWay accepted work that it carries now
 * @param executionsQueued accepted work that is due and waits for it
 * @param metrics of what it ran since it was started
 * @param warm of which versions it has instances; of a great many, those with the most
 */
public record Vitals(
        Instant startedAt,
        boolean serves,
        Map<String, String> troubles,
        int processors,
        double cpuLoad,
        long memoryUsedMb,
        long memoryMaxMb,
        long memoryPromisedMb,
        int callsUnderWay,
        long executionsUnderWay,
        long executionsQueued,
        Metrics metrics,
        List<Warm> warm) {
    public Vitals {
        troubles = Map.copyOf(troubles);
        warm = List.copyOf(warm);
    }

    /**
     * What was run, each attempt counted.
     *
     * @param failed those that ended with an error, whoever's fault it was
     * @param coldStarts those for which an instance had to be started
     * @param took all of them together, waiting for an instance included; {@code tookCold} those with cold starts
     */
    public record Metrics(long invocations, long failed, long coldStarts, Duration took, Duration tookCold) {}

    /** Instances of a version that are idle or busy. */
    public record Warm(Name tenant, Name function, int version, int instances) {}
}
