package dev.dovetail.kernel.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many instances of a function's versions are kept, on each node.
 *
 * @param minInstances of the version that calls go to without a wish
 * @param maxInstances of each version; calls wait for one of them
 * @param targetConcurrency calls that an instance takes before another one is started; 0 is as many as it can
 * @param scaleUpCooldown how long after a start the next one waits while there is an instance to wait for
 * @param scaleDownCooldown how long an instance is idle before it is closed
 * @param provisioned instances of the version that calls go to without a wish, started before anybody calls and never closed
 * @param keepWarm how often the last instance is looked after so that it does not go; zero is never
 * @param schedules when more instances are kept of the version that calls go to without a wish
 * @param metrics by which so many instances of a version are kept that each has no more than its part
 * @param predictive whether as many are started ahead as were needed at this time before
 */
public record Scaling(
        int minInstances,
        int maxInstances,
        int targetConcurrency,
        Duration scaleUpCooldown,
        Duration scaleDownCooldown,
        int provisioned,
        Duration keepWarm,
        List<Window> schedules,
        List<Metric> metrics,
        boolean predictive) {
    /** Of a function that says nothing. */
    public static final Scaling USUAL =
            new Scaling(0, 100, 0, Duration.ZERO, Duration.ofMinutes(5), 0, Duration.ZERO, List.of(), List.of(), false);

    public Scaling {
        schedules = List.copyOf(schedules);
        metrics = List.copyOf(metrics);
    }

    /**
     * Something measured.
     *
     * @param name {@code cpu} (percent of one processor), {@code memory} (percent of the limit), or a value that the code measures
     * @param target how much of it is to come on one instance
     */
    public record Metric(String name, double target) {
        public static final String CPU = "cpu";
        public static final String MEMORY = "memory";
    }

    /** Puts it into this object. */
    public ObjectNode json(ObjectNode json) {
        if (!schedules.isEmpty()) {
            ArrayNode windows = json.putArray("schedules");
            schedules.forEach(each -> each.json(windows.addObject()));
        }
        if (!metrics.isEmpty()) {
            ArrayNode all = json.putArray("metrics");
            metrics.forEach(each -> all.addObject().put("name", each.name()).put("target", each.target()));
        }
        if (predictive) {
            json.put("predictiveWarming", true);
        }
        return json.put("minInstances", minInstances)
                .put("maxInstances", maxInstances)
                .put("targetConcurrency", targetConcurrency)
                .put("scaleUpCooldown", scaleUpCooldown.toString())
                .put("scaleDownCooldown", scaleDownCooldown.toString())
                .put("provisionedConcurrency", provisioned)
                .put("keepWarmInterval", keepWarm.toString());
    }

    /** How many instances there are at least at this time. */
    int wanted(Instant now) {
        return schedules.stream()
                .filter(each -> each.min() > wantedAlways() && each.open(now))
                .mapToInt(Window::min)
                .max()
                .orElse(wantedAlways());
    }

    /** How many there are at least at some time. */
    int wantedAtMost() {
        return schedules.stream().mapToInt(Window::min).reduce(wantedAlways(), Math::max);
    }

    private int wantedAlways() {
        int kept = keepWarm.isZero() ? 0 : 1;
        return Math.max(Math.max(minInstances, provisioned), kept);
    }
}
