package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** The last sampled spans, in memory: a new one takes the place of the oldest. */
final class SpanRing implements SpanProcessor {
    private final AtomicReferenceArray<FinishedSpan> places;
    private final AtomicLong next = new AtomicLong();

    SpanRing(int size) {
        places = new AtomicReferenceArray<>(size);
    }

    /** The spans of this trace that are still here, the first that started first. */
    List<FinishedSpan> of(String traceId) {
        return IntStream.range(0, places.length())
                .mapToObj(i -> Optional.ofNullable(places.get(i)))
                .flatMap(Optional::stream)
                .filter(span -> span.traceId().equals(traceId))
                .sorted(Comparator.comparing(FinishedSpan::started))
                .toList();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan ended) {
        int place = (int) Math.floorMod(next.getAndIncrement(), (long) places.length());
        places.set(place, finished(ended.toSpanData()));
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private static FinishedSpan finished(SpanData data) {
        Map<String, String> attributes = new HashMap<>();
        data.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value.toString()));
        String parent = data.getParentSpanId();
        return new FinishedSpan(
                data.getTraceId(),
                data.getSpanId(),
                data.getParentSpanContext().isValid() ? Optional.of(parent) : Optional.empty(),
                data.getName(),
                Instant.EPOCH.plusNanos(data.getStartEpochNanos()),
                Duration.ofNanos(data.getEndEpochNanos() - data.getStartEpochNanos()),
                attributes,
                data.getStatus().getStatusCode() == StatusCode.ERROR);
    }
}
