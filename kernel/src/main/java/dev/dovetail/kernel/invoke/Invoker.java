package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Callers;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.invoke.Idempotency.Claimed;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.store.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * Calls functions. The steps and their order are the same whatever the surface: (authenticated by the surface) tenant,
 * resolve, contract in, policy and quota, a dry run ends here, rate, idempotency, cache, admit; then run and record.
 * Thread-safe.
 */
public final class Invoker implements Hosts.Calls, AutoCloseable {
    private final Catalog catalog;
    private final InstantSource clock;
    private final Permits permits;
    private final Idempotency idempotency;
    private final Plain plain;
    private final Nested nested;
    private final Accepting accepting;
    private final Streaming streaming;

    /**
     * @param mostConcurrent plain calls under way at once on this node
     * @param cluster this process among all that live
     * @param streams keeps what streamed calls send
     * @param threads makes the virtual threads on which streamed calls run
     * @param durable carries what is taken on; asked for once something is
     */
    public Invoker(
            Catalog catalog,
            Runs runs,
            Records records,
            Slot<StateStore> state,
            Schemas schemas,
            Telemetry telemetry,
            InstantSource clock,
            int mostConcurrent,
            Cluster cluster,
            Streams streams,
            ThreadFactory threads,
            Supplier<Durable> durable) {
        this.catalog = catalog;
        this.clock = clock;
        this.permits = new Permits(mostConcurrent, id -> telemetry.meter(id).throttled());
        this.nested = new Nested(this, telemetry);
        this.accepting = new Accepting(this, catalog, durable, telemetry, clock);
        this.idempotency = new Idempotency(state, schemas, clock, cluster);
        Cache cache = new Cache((id, hit) -> telemetry.meter(id).cache(hit));
        this.plain = new Plain(runs, records, idempotency, permits, cache, accepting, clock);
        this.streaming =
                new Streaming(plain, accepting, idempotency, runs, streams, schemas, telemetry, threads, clock);
    }

    /**
     * Takes an execution on: it is kept when this returns, and carried to its end.
     *
     * @throws Refusal if the call is not admitted
     */
    public Answered accept(Request request, Order.Link link) throws InterruptedException {
        return accept(request, accepting.newId(), link);
    }

    Answered accept(Request request, String id, Order.Link link) throws InterruptedException {
        try (Trace trace = request.trace().begin(Trace.Stage.INVOKE)) {
            trace.label(Trace.Label.REQUEST_ID, request.correlationId());
            trace.label(Trace.Label.TENANT, request.principal().tenant().text());
            Request under = request.under(trace);
            Deployed version = resolved(under, trace);
            if (request.dryRun()) {
                return new Answered.WouldRun(version);
            }
            trace.label(Trace.Label.EXECUTION_ID, id);
            return accept(under, version, id, link);
        }
    }

    private Answered accept(Request request, Deployed version, String id, Order.Link link) throws InterruptedException {
        if (request.idempotencyKey().isEmpty()) {
            return accepting.accept(request, version, id, List.of(), link);
        }
        return switch (plain.claim(request, version, id, true)) {
            case Claimed.Ended ended -> accepting.earlier(version, ended);
            case Claimed.Mine mine ->
                idempotency.unlessRefused(
                        mine,
                        id,
                        () -> accepting.accept(request, version, id, List.of(idempotency.accepted(mine, id)), link));
        };
    }

    /** @throws Refusal if this would not be admitted; nothing is called */
    void check(Request request) {
        Checks.all(request, catalog.resolve(request.principal().tenant(), request.callable(), request.wish()));
    }

    private Deployed resolved(Request request, Trace trace) {
        Deployed version;
        try (Trace _ = trace.begin(Trace.Stage.ROUTE)) {
            version = catalog.resolve(request.principal().tenant(), request.callable(), request.wish());
        }
        trace.label(Trace.Label.FUNCTION, version.id().function().text());
        trace.label(Trace.Label.VERSION, version.version().text());
        Checks.all(request, version);
        return version;
    }

    /**
     * Calls a function and waits for its end.
     *
     * @throws Refusal if the call is not admitted
     */
    public Answered invoke(Request request) throws InterruptedException {
        return invoke(request, Ids.next(clock.instant()));
    }

    /** The same under this id, unless it is a workflow. */
    Answered invoke(Request request, String id) throws InterruptedException {
        try (Trace trace = request.trace().begin(Trace.Stage.INVOKE)) {
            trace.label(Trace.Label.REQUEST_ID, request.correlationId());
            trace.label(Trace.Label.TENANT, request.principal().tenant().text());
            return invoke(request.under(trace), trace, id);
        }
    }

    private Answered invoke(Request request, Trace trace, String id) throws InterruptedException {
        Deployed version = resolved(request, trace);
        if (request.dryRun()) {
            return new Answered.WouldRun(version);
        }
        accepting.checkGoesOn(version);
        if (version.function().kind().equals("workflow")) {
            Answered accepted = accept(request, version, accepting.newId(), Order.Link.NONE);
            return accepted instanceof Answered.Accepted it
                    ? accepting.await(request, version, it.executionId())
                    : accepted;
        }
        trace.label(Trace.Label.EXECUTION_ID, id);
        return plain.invoke(request, version, id);
    }

    /**
     * Calls a function whose answer is streamed: in the same steps, up to its first event. What goes wrong afterwards is the stream's
     * last event.
     *
     * @throws Refusal if the call is not admitted
     */
    public Streamed stream(Request request) throws InterruptedException {
        try (Trace trace = request.trace().begin(Trace.Stage.INVOKE)) {
            trace.label(Trace.Label.REQUEST_ID, request.correlationId());
            trace.label(Trace.Label.TENANT, request.principal().tenant().text());
            Request under = request.under(trace);
            Deployed version = resolved(under, trace);
            return request.dryRun() ? new Streamed.WouldRun(version) : streaming.begin(under, version, trace);
        }
    }

    /** A function calls a function: as its own caller, in the same steps, one deeper. */
    @Override
    public HostReply invoke(Running caller, HostCall.Invoke call) throws InterruptedException {
        return nested.invoke(caller, call);
    }

    @Override
    public Optional<Fault> refuses(Running caller, Compensation it) throws InterruptedException {
        return nested.refuses(caller, it);
    }

    /** Forgets the keys of requests that may be used anew; done by one node of the cluster, and by the others not at all. */
    public void forgetExpiredKeys() throws InterruptedException {
        if (accepting.sweeps()) {
            idempotency.forgetExpired();
        }
    }

    /** Ends the streamed calls that are still under way; the others have callers, who wait for them. */
    @Override
    public void close() {
        streaming.close();
    }

    /** How executions call functions. */
    public Callers callers() {
        return accepting;
    }

    /** How many plain calls are under way. */
    public int underWay() {
        return permits.underWay();
    }

    /** How many calls of this function are under way here. */
    public int underWay(Name tenant, Name function) {
        return permits.underWay(tenant, function);
    }

    /** How many plain calls are under way on this node, beside how many may be. */
    public Quota usage() {
        return permits.usage();
    }

    /** An empty object, which a missing body stands for. */
    public static Bytes nothing() {
        return Bytes.utf8("{}");
    }
}
