package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.invoke.Idempotency.Claimed;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.StreamEvent;
import dev.dovetail.kernel.stream.StreamLog;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The end of the pipeline for calls whose answer is streamed. A workflow is accepted with its stream in one commit; anything else
 * runs on a thread of its own, so that it goes on when its caller leaves.
 */
final class Streaming {
    private static final System.Logger LOG = System.getLogger(Streaming.class.getName());
    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final Plain plain;
    private final Idempotency idempotency;
    private final Accepting accepting;
    private final Runs runs;
    private final Streams streams;
    private final Schemas schemas;
    private final Telemetry telemetry;
    private final ThreadFactory threads;
    private final InstantSource clock;
    private final Set<Thread> underWay = ConcurrentHashMap.newKeySet();

    Streaming(
            Plain plain,
            Accepting accepting,
            Idempotency idempotency,
            Runs runs,
            Streams streams,
            Schemas schemas,
            Telemetry telemetry,
            ThreadFactory threads,
            InstantSource clock) {
        this.plain = plain;
        this.idempotency = idempotency;
        this.accepting = accepting;
        this.runs = runs;
        this.streams = streams;
        this.schemas = schemas;
        this.telemetry = telemetry;
        this.threads = threads;
        this.clock = clock;
    }

    Streamed begin(Request request, Deployed version, Trace trace) throws InterruptedException {
        boolean workflow = version.function().kind().equals("workflow");
        String id = workflow ? accepting.newId() : Ids.next(clock.instant());
        trace.label(Trace.Label.EXECUTION_ID, id);
        if (request.idempotencyKey().isEmpty()) {
            return workflow
                    ? accept(request, version, id, Optional.empty())
                    : run(request, version, id, Optional.empty());
        }
        boolean mayRepeat = workflow || version.traits().idempotent();
        return switch (plain.claim(request, version, id, mayRepeat)) {
            case Claimed.Ended ended -> earlier(request, version, ended);
            case Claimed.Mine mine ->
                workflow
                        ? accept(request, version, id, Optional.of(mine))
                        : run(request, version, id, Optional.of(mine));
        };
    }

    /** The stream of that call, as long as it is kept; its answer afterwards. */
    private Streamed earlier(Request request, Deployed version, Claimed.Ended ended) throws InterruptedException {
        Name tenant = request.principal().tenant();
        if (streams.find(tenant, ended.executionId()).isPresent()) {
            return new Streamed.Open(version, ended.executionId());
        }
        if (version.function().kind().equals("workflow")) {
            throw Refusal.of(
                            ErrorType.IDEMPOTENCY_CONFLICT,
                            "The request with this Idempotency-Key was not made as a stream, or its stream is not kept any"
                                    + " more; GET /api/v1/executions/" + ended.executionId() + " shows it")
                    .with("executionId", ended.executionId());
        }
        return new Streamed.Whole(plain.repeated(request, version, ended));
    }

    private Streamed accept(Request request, Deployed version, String id, Optional<Claimed.Mine> claim)
            throws InterruptedException {
        var changes = new java.util.ArrayList<>(
                streams.opening(version.id().tenant(), id, version.id().function()));
        claim.ifPresent(mine -> changes.add(idempotency.accepted(mine, id)));
        if (claim.isPresent()) {
            idempotency.unlessRefused(
                    claim.get(), id, () -> accepting.accept(request, version, id, changes, Order.Link.NONE));
        } else {
            accepting.accept(request, version, id, changes, Order.Link.NONE);
        }
        return new Streamed.Open(version, id);
    }

    private Streamed run(Request request, Deployed version, String id, Optional<Claimed.Mine> claim)
            throws InterruptedException {
        boolean began = false;
        Work known = plain.work(request, version, id, "stream");
        Optional<Permits.Permit> permit = Optional.empty();
        try {
            permit = Optional.of(plain.permit(version, request.internal()));
            StreamLog log = streams.open(version.id().tenant(), id, version.id().function());
            Permits.Permit taken = permit.get();
            String traceparent = request.trace().context().traceparent();
            Thread thread = threads.newThread(() -> {
                try (taken;
                        Trace trace = telemetry.trace(traceparent).begin(Trace.Stage.INVOKE)) {
                    carry(request.under(trace), version, id, log, claim);
                } finally {
                    runs.kept(known);
                    streams.release(log);
                    underWay.remove(Thread.currentThread());
                }
            });
            runs.expect(known);
            underWay.add(thread);
            thread.start();
            began = true;
            return new Streamed.Open(version, id);
        } finally {
            if (!began) {
                runs.kept(known);
                permit.ifPresent(Permits.Permit::close);
                if (claim.isPresent()) {
                    idempotency.end(claim.get(), id, Optional.empty(), true);
                }
            }
        }
    }

    private void carry(Request request, Deployed version, String id, StreamLog log, Optional<Claimed.Mine> claim) {
        boolean settled = false;
        try {
            Work work = plain.work(request, version, id, "stream");
            Ran ran = plain.ended(request, version, work.logContext().bound().call(() -> runs.run(work, log)));
            Execution execution = ran.execution();
            if (claim.isPresent()) {
                idempotency.end(
                        claim.get(),
                        id,
                        ran.body(),
                        execution.error().filter(Plain::ofThePlatform).isPresent());
                settled = true;
            }
            if (execution.error().isEmpty()) {
                log.end(StreamEvent.Kind.RESULT, ran.body().orElse(Schemas.NULL));
            } else {
                log.end(StreamEvent.Kind.ERROR, said(execution.error().get(), execution.traceId()));
            }
        } catch (InterruptedException e) {
            Fault fault = Fault.of(
                    ErrorType.UNAVAILABLE.id(), Owner.PLATFORM, "The node was stopped before the call had ended");
            failed(request, id, log, fault);
        } catch (RuntimeException e) {
            // whatever it was: the reader is not left with a stream that nobody ends
            LOG.log(Level.WARNING, "The streamed call " + id + " has ended, and its end could not be kept", e);
            failed(
                    request,
                    id,
                    log,
                    Fault.of(Fault.PLATFORM, Owner.PLATFORM, "The answer could not be kept: " + e.getMessage()));
        } finally {
            if (claim.isPresent() && !settled) {
                giveBack(claim.get(), id);
            }
        }
    }

    /** What the function said is not known or could not be kept; that is said instead, if anything can be. */
    private void failed(Request request, String id, StreamLog log, Fault fault) {
        try {
            log.end(
                    StreamEvent.Kind.ERROR,
                    said(fault, request.trace().context().traceId()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (PluginFailure e) {
            LOG.log(Level.WARNING, "The stream of {0} has no end: {1}", id, e.getMessage());
        }
    }

    private void giveBack(Claimed.Mine claim, String id) {
        try {
            idempotency.end(claim, id, Optional.empty(), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (PluginFailure e) {
            LOG.log(Level.DEBUG, "A key stays claimed: {0}", e.getMessage());
        }
    }

    private Bytes said(Fault fault, String traceId) {
        ObjectNode json = schemas.object().put("traceId", traceId);
        json.set("fault", Faulted.write(schemas, fault));
        return schemas.bytes(json);
    }

    /** Ends what is still under way. */
    void close() {
        underWay.forEach(Thread::interrupt);
        long until = System.nanoTime() + LEAVING.toNanos();
        for (Thread each : underWay) {
            try {
                each.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
