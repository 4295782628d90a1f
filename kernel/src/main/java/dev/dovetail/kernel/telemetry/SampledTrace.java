package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

/** A trace whose spans are recorded. */
final class SampledTrace implements Trace {
    private static final double NANOS_PER_MILLI = 1e6;

    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final Map<Label, AttributeKey<String>> KEYS = keys();

    private final Tracer tracer;
    private final Span span;
    private final TraceContext context;
    private final Map<Label, String> labels;

    private SampledTrace(Tracer tracer, Context parent, Stage stage, Map<Label, String> labels) {
        this.tracer = tracer;
        this.labels = labels;
        this.span = tracer.spanBuilder(stage.span()).setParent(parent).startSpan();
        labels.forEach((label, value) -> span.setAttribute(KEYS.get(label), value));
        SpanContext ids = span.getSpanContext();
        this.context = new TraceContext(
                HexFormat.fromHexDigitsToLong(ids.getTraceId(), 0, 16),
                HexFormat.fromHexDigitsToLong(ids.getTraceId(), 16, 32),
                HexFormat.fromHexDigitsToLong(ids.getSpanId()),
                true);
    }

    /** A trace that begins here. */
    static Trace root(Tracer tracer) {
        return new SampledTrace(tracer, Context.root(), Stage.INVOKE, new EnumMap<>(Label.class));
    }

    /** The part of a caller's trace that runs here. */
    static Trace under(Tracer tracer, TraceContext caller) {
        SpanContext remote = SpanContext.createFromRemoteParent(
                caller.traceId(), caller.spanId(), TraceFlags.getSampled(), TraceState.getDefault());
        Context parent = Context.root().with(Span.wrap(remote));
        return new SampledTrace(tracer, parent, Stage.INVOKE, new EnumMap<>(Label.class));
    }

    @Override
    public TraceContext context() {
        return context;
    }

    @Override
    public Trace begin(Stage stage) {
        return new SampledTrace(tracer, Context.root().with(span), stage, new EnumMap<>(labels));
    }

    @Override
    public void label(Label label, String value) {
        labels.put(label, value);
        span.setAttribute(KEYS.get(label), value);
    }

    @Override
    public void stage(String name, long nanos) {
        span.setAttribute(AttributeKey.doubleKey("stage." + name + ".ms"), nanos / NANOS_PER_MILLI);
    }

    @Override
    public void fail(String errorId) {
        span.setAttribute(ERROR, errorId);
        span.setStatus(StatusCode.ERROR);
    }

    @Override
    public void close() {
        span.end();
    }

    private static Map<Label, AttributeKey<String>> keys() {
        Map<Label, AttributeKey<String>> keys = new EnumMap<>(Label.class);
        for (Label label : Label.values()) {
            keys.put(label, AttributeKey.stringKey(label.key()));
        }
        return keys;
    }
}
