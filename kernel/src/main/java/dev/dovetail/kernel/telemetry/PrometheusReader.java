package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Collects the metrics when somebody asks for them, as text for Prometheus. */
final class PrometheusReader implements MetricReader {
    private final Predicate<Attributes> shown;
    private volatile CollectionRegistration registered = CollectionRegistration.noop();

    /** @param shown says whether a series with these labels is told */
    PrometheusReader(Predicate<Attributes> shown) {
        this.shown = shown;
    }

    String render() {
        List<MetricData> metrics = registered.collectAllMetrics().stream()
                .sorted(Comparator.comparing(MetricData::getName))
                .toList();
        PrometheusText text = new PrometheusText(shown);
        metrics.forEach(text::add);
        return text.toString();
    }

    @Override
    public void register(CollectionRegistration registration) {
        registered = registration;
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
        return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
