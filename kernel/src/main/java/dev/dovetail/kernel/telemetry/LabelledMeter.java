package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** The meter of one set of labels, whose attributes are made once: at its start, or when an outcome is first seen. */
final class LabelledMeter implements FunctionMeter {
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("stage");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error_type");
    private static final CallOutcome[] OUTCOMES = CallOutcome.values();
    private static final double NANOS_PER_SECOND = 1e9;

    private final Instruments to;
    private final Totals totals;
    private final Attributes labels;
    private final Consumer<FunctionMeter> onClose;
    private final AtomicReferenceArray<Attributes> byStatus = new AtomicReferenceArray<>(OUTCOMES.length);
    private final AtomicReferenceArray<Attributes> byError = new AtomicReferenceArray<>(OUTCOMES.length);

    LabelledMeter(Instruments to, Totals totals, Attributes labels, Consumer<FunctionMeter> onClose) {
        this.to = to;
        this.totals = totals;
        this.labels = labels;
        this.onClose = onClose;
    }

    @Override
    public void began() {
        to.concurrent().add(1, labels);
    }

    @Override
    public void invocation(long nanos, CallOutcome outcome, boolean coldStart, long memoryBytes) {
        totals.ended(nanos, outcome.error(), coldStart);
        to.concurrent().add(-1, labels);
        to.invocations().add(1, with(STATUS, outcome, byStatus));
        to.duration().record(nanos / NANOS_PER_SECOND, labels);
        if (outcome.error()) {
            to.errors().add(1, with(ERROR_TYPE, outcome, byError));
        }
        if (coldStart) {
            to.coldStarts().add(1, labels);
        }
        if (memoryBytes > 0) {
            to.memory().record(memoryBytes, labels);
        }
    }

    private Attributes with(AttributeKey<String> key, CallOutcome outcome, AtomicReferenceArray<Attributes> kept) {
        Attributes found = kept.get(outcome.ordinal());
        if (found != null) {
            return found;
        }
        // two threads may both make it: equal values are one series
        Attributes made = labels.toBuilder().put(key, outcome.word()).build();
        kept.set(outcome.ordinal(), made);
        return made;
    }

    @Override
    public void started(long nanos) {
        to.init().record(nanos / NANOS_PER_SECOND, labels);
    }

    @Override
    public void stage(String name, long nanos) {
        to.stage()
                .record(
                        nanos / NANOS_PER_SECOND,
                        labels.toBuilder().put(STAGE, name).build());
    }

    @Override
    public void throttled() {
        to.throttled().add(1, labels);
    }

    @Override
    public void cache(boolean hit) {
        to.cache().add(1, labels.toBuilder().put(RESULT, hit ? "hit" : "miss").build());
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
