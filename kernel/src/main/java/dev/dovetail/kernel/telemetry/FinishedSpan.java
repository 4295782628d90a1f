package dev.dovetail.kernel.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A sampled span that has ended.
 *
 * @param parentSpanId nothing for the first span of a trace
 * @param attributes in the order of their keys
 */
public record FinishedSpan(
        String traceId,
        String spanId,
        Optional<String> parentSpanId,
        String name,
        Instant started,
        Duration duration,
        Map<String, String> attributes,
        boolean failed) {
    public FinishedSpan {
        attributes = Map.copyOf(attributes);
    }
}
