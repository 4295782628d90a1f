package dev.dovetail.kernel.telemetry;

import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.CardinalityLimitSelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Sends spans and metrics to a collector. Kept apart so that nothing of it is loaded when none is configured. */
record Otlp(URI endpoint, Map<String, String> headers) {
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    void addTo(SdkTracerProviderBuilder tracers) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(at("/v1/traces"))
                .setHeaders(() -> headers)
                .setTimeout(PATIENCE)
                .build();
        tracers.addSpanProcessor(BatchSpanProcessor.builder(exporter).build());
    }

    void addTo(SdkMeterProviderBuilder meters, CardinalityLimitSelector limit) {
        OtlpHttpMetricExporter exporter = OtlpHttpMetricExporter.builder()
                .setEndpoint(at("/v1/metrics"))
                .setHeaders(() -> headers)
                .setTimeout(PATIENCE)
                .build();
        meters.registerMetricReader(
                PeriodicMetricReader.builder(exporter).setInterval(EVERY).build(), limit);
    }

    private String at(String path) {
        String text = endpoint.toString();
        return (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path;
    }
}
