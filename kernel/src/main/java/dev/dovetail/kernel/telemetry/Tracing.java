package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Records the spans of sampled calls. Made when the first comes, so that a start does not wait for it. */
final class Tracing {
    private final String scope;
    private final Resource resource;
    private final SpanRing ring;
    private final Optional<Otlp> otlp;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Optional<Open> open = Optional.empty();
    private boolean closed; // guarded by the lock

    private record Open(SdkTracerProvider provider, Tracer tracer) {}

    Tracing(String scope, Resource resource, SpanRing ring, Optional<Otlp> otlp) {
        this.scope = scope;
        this.resource = resource;
        this.ring = ring;
        this.otlp = otlp;
    }

    Tracer tracer() {
        Optional<Open> there = open;
        if (there.isPresent()) {
            return there.get().tracer;
        }
        lock.lock();
        try {
            if (open.isEmpty()) {
                open = Optional.of(made());
            }
            return open.get().tracer;
        } finally {
            lock.unlock();
        }
    }

    private Open made() {
        SdkTracerProviderBuilder tracing = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.alwaysOn()) // whoever is not sampled never comes here
                .addSpanProcessor(ring);
        if (!closed) {
            otlp.ifPresent(o -> o.addTo(tracing));
        }
        SdkTracerProvider provider = tracing.build();
        return new Open(provider, provider.get(scope));
    }

    CompletableResultCode shutdown() {
        lock.lock();
        try {
            closed = true;
            return open.map(o -> o.provider.shutdown()).orElseGet(CompletableResultCode::ofSuccess);
        } finally {
            lock.unlock();
        }
    }
}
