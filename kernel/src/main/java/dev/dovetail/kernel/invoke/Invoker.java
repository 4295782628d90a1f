package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Callers;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.invoke.Answered.From;
import dev.dovetail.kernel.invoke.Idempotency.Claimed;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Calls functions. The steps and their order are the same whatever the surface: (authenticated by the surface) tenant,
 * resolve, contract in, policy and quota, a dry run ends here, rate, idempotency, cache, admit; then run and record.
 * Thread-safe.
 */
public final class Invoker implements Hosts.Calls {
    private final Catalog catalog;
    private final Runs runs;
    private final Records records;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Permits permits;
    private final Idempotency idempotency;
    private final Cache cache = new Cache();
    private final Nested nested;
    private final Accepting accepting;

    /**
     * @param mostConcurrent plain calls under way at once on this node
     * @param boot names this run of this process
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
            String boot,
            Supplier<Durable> durable) {
        this.catalog = catalog;
        this.runs = runs;
        this.records = records;
        this.schemas = schemas;
        this.clock = clock;
        this.permits = new Permits(mostConcurrent, id -> telemetry.meter(id).throttled());
        this.nested = new Nested(this, telemetry);
        this.accepting = new Accepting(this, catalog, durable, telemetry, clock);
        this.idempotency = new Idempotency(state, schemas, clock, boot);
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
        String key = Idempotency.checked(request.idempotencyKey().get());
        Claimed claimed =
                idempotency.claim(request.principal(), version.id().function(), key, id, request.input(), true);
        return switch (claimed) {
            case Claimed.Ended ended -> Accepting.earlier(version, ended);
            case Claimed.Mine mine ->
                accepting.accept(request, version, id, List.of(idempotency.accepted(mine, id)), link);
        };
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
        try (Trace trace = request.trace().begin(Trace.Stage.INVOKE)) {
            trace.label(Trace.Label.REQUEST_ID, request.correlationId());
            trace.label(Trace.Label.TENANT, request.principal().tenant().text());
            return invoke(request.under(trace), trace);
        }
    }

    private Answered invoke(Request request, Trace trace) throws InterruptedException {
        Deployed version = resolved(request, trace);
        if (request.dryRun()) {
            return new Answered.WouldRun(version);
        }
        if (version.function().kind().equals("workflow")) {
            Answered accepted = accept(request, version, accepting.newId(), Order.Link.NONE);
            return accepted instanceof Answered.Accepted it
                    ? accepting.await(request, version, it.executionId())
                    : accepted;
        }
        String id = Ids.next(clock.instant());
        trace.label(Trace.Label.EXECUTION_ID, id);
        if (request.idempotencyKey().isEmpty()) {
            return admitted(request, version, id);
        }
        String key = Idempotency.checked(request.idempotencyKey().get());
        boolean mayRepeat = version.traits().idempotent();
        Claimed claimed =
                idempotency.claim(request.principal(), version.id().function(), key, id, request.input(), mayRepeat);
        return switch (claimed) {
            case Claimed.Ended ended -> repeated(request, version, ended);
            case Claimed.Mine mine -> claimedRun(request, version, id, mine);
        };
    }

    private Answered claimedRun(Request request, Deployed version, String id, Claimed.Mine claim)
            throws InterruptedException {
        boolean settled = false;
        try {
            Answered answered = admitted(request, version, id);
            if (answered instanceof Answered.Ended ended) {
                boolean platform =
                        ended.execution().error().filter(Invoker::ofThePlatform).isPresent();
                settled = true;
                idempotency.end(claim, ended.execution().id(), ended.body(), platform);
            }
            return answered;
        } finally {
            if (!settled) {
                idempotency.end(claim, id, Optional.empty(), true);
            }
        }
    }

    private static boolean ofThePlatform(Fault fault) {
        return fault.owner() == Owner.PLATFORM;
    }

    private Answered repeated(Request request, Deployed version, Claimed.Ended ended) throws InterruptedException {
        if (Cache.applies(request, version)) {
            Optional<Cache.Hit> hit = cache.find(request, version, clock.instant());
            if (hit.isPresent()) {
                return new Answered.Ended(
                        version, hit.get().execution(), Optional.of(hit.get().body()), From.CACHE, Cold.NOT);
            }
        }
        return earlier(request, version, ended);
    }

    private Answered earlier(Request request, Deployed version, Claimed.Ended ended) throws InterruptedException {
        Execution execution = records.find(request.principal().tenant(), ended.executionId())
                .orElseThrow(() -> Refusal.of(
                                ErrorType.IDEMPOTENCY_CONFLICT,
                                "The request with this Idempotency-Key has ended, and its record is not kept any more")
                        .with("executionId", ended.executionId()));
        Optional<Bytes> body = ended.body().or(execution::output);
        if (body.isEmpty() && execution.error().isEmpty()) {
            throw Refusal.of(
                            ErrorType.IDEMPOTENCY_CONFLICT,
                            "The request with this Idempotency-Key has succeeded, but its answer of "
                                    + execution.outputSize() + " bytes was too large to be kept")
                    .with("executionId", ended.executionId());
        }
        return new Answered.Ended(version, execution, body, From.EARLIER_CALL, Cold.NOT);
    }

    private Answered admitted(Request request, Deployed version, String id) throws InterruptedException {
        try (Permits.Permit _ = permits.take(version, request.internal())) {
            Work work = work(request, version, id);
            Ran ran = work.logContext().bound().call(() -> runs.run(work));
            // whoever repeats the key looks the record up, after a crash too
            record(
                    ran.execution(),
                    version.traits().recordDurable() || request.idempotencyKey().isPresent());
            if (ran.body().isPresent() && Cache.applies(request, version)) {
                cache.keep(request, version, ran.execution(), ran.body().get(), clock.instant());
            }
            return new Answered.Ended(version, ran.execution(), ran.body(), From.RUN, ran.how());
        }
    }

    private void record(Execution execution, boolean durably) throws InterruptedException {
        if (durably) {
            records.addDurably(execution);
        } else {
            records.add(execution);
        }
    }

    private Work work(Request request, Deployed version, String id) {
        return new Work(
                id,
                version,
                request.principal(),
                request.input(),
                "sync",
                request.correlationId(),
                request.trace(),
                request.wish().key().orElse(""),
                request.depth(),
                timeout(request, version),
                clock.instant(),
                1,
                new Entry.Main());
    }

    private static Duration timeout(Request request, Deployed version) {
        Duration own = Duration.ofSeconds(version.version().timeoutSeconds());
        return request.atMost().filter(most -> most.compareTo(own) < 0).orElse(own);
    }

    /** A function calls a function: as its own caller, in the same steps, one deeper. */
    @Override
    public HostReply invoke(Running caller, HostCall.Invoke call) throws InterruptedException {
        return nested.invoke(caller, call);
    }

    /** How executions call functions. */
    public Callers callers() {
        return accepting;
    }

    /** How many plain calls are under way. */
    public int underWay() {
        return permits.underWay();
    }

    /** An empty object, which a missing body stands for. */
    public static Bytes nothing() {
        return Bytes.utf8("{}");
    }
}
