package dev.dovetail.kernel.http;

import dev.dovetail.kernel.record.Execution;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Counts and times of executions, as a function's metrics show them. */
final class Figures {
    private Figures() {}

    static ObjectNode of(ObjectNode json, List<Execution> seen, String window) {
        List<Duration> durations =
                seen.stream().map(Execution::duration).sorted().toList();
        long errors = seen.stream().filter(each -> each.error().isPresent()).count();
        long cold = seen.stream().filter(Execution::coldStart).count();
        long most =
                seen.stream().mapToLong(each -> each.usage().peakBytes()).max().orElse(0);
        double memory = seen.stream()
                .mapToLong(each -> each.usage().peakBytes())
                .average()
                .orElse(0);
        json.put("window", window)
                .putObject("metrics")
                .put("invocations", seen.size())
                .put("errors", errors)
                .put("errorRate", seen.isEmpty() ? 0 : (double) errors / seen.size())
                .put("coldStarts", cold)
                .put(
                        "avgDuration",
                        durations.stream().mapToDouble(Views::millis).average().orElse(0))
                .put("p50Duration", quantile(durations, 0.50))
                .put("p95Duration", quantile(durations, 0.95))
                .put("p99Duration", quantile(durations, 0.99))
                .put("avgMemoryUsed", memory / 1024 / 1024)
                .put("maxMemoryUsed", most / 1024.0 / 1024);
        return json;
    }

    private static double quantile(List<Duration> sorted, double share) {
        return sorted.isEmpty()
                ? 0
                : Views.millis(sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size())));
    }
}
