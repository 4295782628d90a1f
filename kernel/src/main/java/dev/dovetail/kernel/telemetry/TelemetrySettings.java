package dev.dovetail.kernel.telemetry;

import dev.dovetail.kernel.telemetry.log.LogSettings;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * What is measured, traced and logged.
 *
 * @param log how log lines are written; nothing leaves it as the launcher set it
 * @param sampled the share of calls without a caller's decision that are traced, from 0 to 1
 * @param labelSets how many versions have series of their own; the others share one per tenant, as {@code _other}
 * @param spansKept how many of the last sampled spans are kept in memory
 * @param otlp where spans and metrics are sent as well, such as {@code http://collector:4318}
 * @param otlpHeaders sent with each export, such as an {@code Authorization}
 */
public record TelemetrySettings(
        Optional<LogSettings> log,
        double sampled,
        int labelSets,
        int spansKept,
        Optional<URI> otlp,
        Map<String, String> otlpHeaders) {
    /** One call of a hundred traced, nothing sent anywhere. */
    public static final TelemetrySettings USUAL =
            new TelemetrySettings(Optional.empty(), 0.01, 2_000, 4_096, Optional.empty(), Map.of());

    public TelemetrySettings {
        if (!(sampled >= 0 && sampled <= 1)) {
            throw new IllegalArgumentException("Not a share of calls to trace: " + sampled + "; expected 0 to 1");
        }
        if (labelSets < 1) {
            throw new IllegalArgumentException("Not a number of label sets: " + labelSets + "; expected 1 or more");
        }
        if (spansKept < 1) {
            throw new IllegalArgumentException("Not a number of spans to keep: " + spansKept + "; expected 1 or more");
        }
        otlpHeaders = Map.copyOf(otlpHeaders);
    }

    public TelemetrySettings withSampled(double share) {
        return new TelemetrySettings(log, share, labelSets, spansKept, otlp, otlpHeaders);
    }

    public TelemetrySettings withLabelSets(int count) {
        return new TelemetrySettings(log, sampled, count, spansKept, otlp, otlpHeaders);
    }

    public TelemetrySettings withOtlp(URI endpoint) {
        return new TelemetrySettings(log, sampled, labelSets, spansKept, Optional.of(endpoint), otlpHeaders);
    }

    /** Headers may hold a password. */
    @Override
    public String toString() {
        return "TelemetrySettings[sampled=" + sampled + ", labelSets=" + labelSets + ", otlp=" + otlp + "]";
    }
}
