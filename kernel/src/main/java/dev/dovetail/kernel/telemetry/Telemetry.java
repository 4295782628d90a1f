package dev.dovetail.kernel.telemetry;

import dev.dovetail.kernel.telemetry.log.LogSettings;
import dev.dovetail.kernel.telemetry.log.Loggers;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.CardinalityLimitSelector;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Spans and metrics of this process, and how its log is written.
 *
 * <p>Thread-safe. Closed last of all, so that what the others say while they close is still heard; closing waits some
 * seconds at most for what is on its way out.
 */
public final class Telemetry implements AutoCloseable {
    /** The content type of {@link #metrics}. */
    public static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String SCOPE = "dev.dovetail";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofMinutes(1);
    /** How long the series of what is gone can be read. */
    private static final Duration READABLE = Duration.ofMinutes(10);

    // series of versions that are gone stay in the library; so many of them are waited for before it shares one
    private static final int TURNOVER = 4;

    private final double sampled;
    private final SpanRing ring;
    private final Tracing tracing;
    private final SdkMeterProvider meters;
    private final Meter meter;
    private final PrometheusReader reader;
    private final LabelSets labelSets;
    private final CodeMeters codeMeters;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long keptAt = System.nanoTime();

    public Telemetry(TelemetrySettings settings) {
        settings.log().ifPresent(Loggers::apply);
        Loggers.adoptLibraries();
        sampled = settings.sampled();
        Optional<Otlp> otlp = settings.otlp().map(uri -> new Otlp(uri, settings.otlpHeaders()));
        Resource resource = Resource.getDefault().toBuilder()
                .put("service.name", "dovetail")
                .build();

        ring = new SpanRing(settings.spansKept());
        tracing = new Tracing(SCOPE, resource, ring, otlp);

        int mostSeries = settings.labelSets() * TURNOVER * CallOutcome.values().length;
        CardinalityLimitSelector limit = _ -> mostSeries;
        reader = new PrometheusReader(this::shown);
        SdkMeterProviderBuilder metering =
                SdkMeterProvider.builder().setResource(resource).registerMetricReader(reader, limit);
        otlp.ifPresent(o -> o.addTo(metering, limit));
        meters = metering.build();
        meter = meters.get(SCOPE);
        labelSets = new LabelSets(Instruments.of(meter), settings.labelSets());
        codeMeters = new CodeMeters(meter, settings.labelSets() * TURNOVER);
        gauge(
                "log.lines.dropped",
                "Log lines dropped because standard error did not keep up",
                () -> List.of(new Reading(Loggers.dropped(), Map.of())));
    }

    private boolean shown(Attributes labels) {
        return labelSets.shown(labels) && codeMeters.shown(labels);
    }

    /** Another way to write the log, from the next line on. */
    public void log(LogSettings settings) {
        Loggers.apply(settings);
    }

    /**
     * What was run since this process began.
     *
     * @param ended attempts, however they ended
     * @param failed those that count as errors, whoever's fault it was
     * @param took all together, waiting for an instance included; {@code tookCold} those with cold starts
     */
    public record Ran(long ended, long failed, long coldStarts, Duration took, Duration tookCold) {}

    /** What the meters of all versions were told so far. */
    public Ran ran() {
        return labelSets.totals().ran();
    }

    /** The meter of this version, the same for all its calls that are under way at once. */
    public FunctionMeter meter(VersionId version) {
        return labelSets.meter(version);
    }

    /**
     * Ends the series of versions that have not been there for ten minutes: until then their last counts can be read. To be called
     * often.
     */
    public void keep(Predicate<VersionId> there) {
        long now = System.nanoTime();
        if (now - keptAt >= LOOK.toNanos()) {
            keptAt = now;
            keep(there, now);
        }
    }

    void keep(Predicate<VersionId> there, long now) {
        labelSets.keep(there, READABLE, now);
        codeMeters.keep(there, READABLE, now);
    }

    /**
     * Takes what the code of this version measures. It has the labels {@code tenant} and {@code function} besides its own.
     *
     * @param name whose ending says what it is: {@code .total} a sum, {@code .seconds}, {@code .milliseconds}, {@code .bytes} and
     *     {@code .amount} a distribution, anything else a value of which the last one counts
     * @return why it is not kept, in words, if it is not
     */
    public Optional<String> measure(VersionId version, String name, double value, Map<String, String> labels) {
        return codeMeters.take(version, name, value, labels);
    }

    /** Whether this is the name of a value of which the last one counts, as {@link #measure} takes it. */
    public static boolean isValue(String name) {
        return CodeMeters.isValue(name);
    }

    /** The value that a function's code measured last, of all its label sets together; empty if that was minutes ago. */
    public OptionalDouble measured(Name tenant, Name function, String name) {
        return codeMeters.last(tenant.text(), function.text(), name);
    }

    /**
     * A counter of its own, for what has few label sets: all that are ever given count against a bound of the
     * instrument.
     *
     * @param name in lower case with dots, ending in {@code .total}
     */
    public Counter counter(String name, String description, Map<String, String> labels) {
        LongCounter counter =
                meter.counterBuilder(name).setDescription(description).build();
        Attributes attributes = attributes(labels);
        return amount -> counter.add(amount, attributes);
    }

    /**
     * Shows what this supplier says, each time that somebody asks, until closed.
     *
     * @param name in lower case with dots
     * @param readings called on the thread of the one who asks; must not block
     */
    public Shown gauge(String name, String description, Supplier<List<Reading>> readings) {
        ObservableDoubleGauge gauge = meter.gaugeBuilder(name)
                .setDescription(description)
                .buildWithCallback(to -> readings.get().forEach(r -> to.record(r.value(), attributes(r.labels()))));
        return gauge::close;
    }

    /** A gauge that is shown, until it is closed. */
    @FunctionalInterface
    public interface Shown extends AutoCloseable {
        @Override
        void close();
    }

    private static Attributes attributes(Map<String, String> labels) {
        AttributesBuilder builder = Attributes.builder();
        labels.forEach(builder::put);
        return builder.build();
    }

    /** All metrics, as {@link #METRICS_TYPE}. */
    public String metrics() {
        return reader.render();
    }

    /** Begins the trace of a call that no traced caller made. */
    public Trace trace() {
        TraceContext begun = TraceContext.begin(false);
        boolean chosen = (begun.traceLow() >>> 11) * 0x1p-53 < sampled;
        return chosen ? SampledTrace.root(tracing.tracer()) : new UnsampledTrace(begun);
    }

    /**
     * Carries on the trace of a caller, whose decision to sample is kept.
     *
     * @param traceparent the caller's header; one that is not valid begins a new trace
     */
    public Trace trace(String traceparent) {
        Optional<TraceContext> caller = TraceContext.parse(traceparent);
        return caller.isPresent() ? trace(caller.get()) : trace();
    }

    /** Carries on the trace of a caller within the system. */
    public Trace trace(TraceContext caller) {
        return caller.sampled() ? SampledTrace.under(tracing.tracer(), caller) : new UnsampledTrace(caller.child());
    }

    /** What is still known of a sampled trace, the first that started first; spans not ended are not in it. */
    public List<FinishedSpan> spans(String traceId) {
        return ring.of(traceId);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            CompletableResultCode.ofAll(List.of(tracing.shutdown(), meters.shutdown()))
                    .join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            Loggers.flush(PATIENCE);
        }
    }
}
