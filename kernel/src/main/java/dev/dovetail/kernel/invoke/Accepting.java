package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Callers;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.invoke.Idempotency.Claimed;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Change;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The end of the pipeline for what is taken on: an order, kept before its caller is answered. */
final class Accepting implements Callers {
    private static final System.Logger LOG = System.getLogger(Accepting.class.getName());
    static final int LARGEST_INPUT = 256 * 1024;
    private static final int PAUSED_SECONDS = 30;
    private static final int SUSPENSION_DAYS = 30;
    private static final Duration LONGEST_QUEUE = Duration.ofDays(7);

    private final Invoker invoker;
    private final Catalog catalog;
    private final Supplier<Durable> durable;
    private final Telemetry telemetry;
    private final InstantSource clock;

    Accepting(Invoker invoker, Catalog catalog, Supplier<Durable> durable, Telemetry telemetry, InstantSource clock) {
        this.invoker = invoker;
        this.catalog = catalog;
        this.durable = durable;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    String newId() {
        return durable.get().newId();
    }

    Answered accept(Request request, Deployed version, String id, List<Change> more, Order.Link link)
            throws InterruptedException {
        if (request.input().size() > LARGEST_INPUT) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The input has " + request.input().size() + " bytes; what is taken on may have " + LARGEST_INPUT);
        }
        Order order = order(request, version, id, link, clock.instant());
        try {
            durable.get().accept(order, link.gates(), more);
        } catch (Refusal e) {
            if (e.type() == ErrorType.UNAVAILABLE) {
                telemetry.meter(version.id()).throttled();
            }
            throw e;
        }
        return new Answered.Accepted(version, id, false);
    }

    private static Order order(Request request, Deployed version, String id, Order.Link link, Instant now) {
        boolean workflow = version.function().kind().equals("workflow");
        int days =
                version.traitsJson().path("workflow").path("maxSuspensionDays").intValue(SUSPENSION_DAYS);
        if (!workflow && !link.gates().isEmpty()) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/gates",
                    "expected none: \"" + version.id().function() + "\" is no workflow, and has no steps to be held at",
                    link.gates().size() + " gates");
        }
        return new Order(
                id,
                version.id().tenant(),
                version.id().function(),
                version.version().number(),
                version.function().kind(),
                request.input(),
                request.principal(),
                request.correlationId(),
                request.trace().context().traceparent(),
                request.depth(),
                now,
                Duration.ofSeconds(version.version().timeoutSeconds()),
                now.plus(workflow ? Duration.ofDays(days) : LONGEST_QUEUE),
                link.parent(),
                link.origin(),
                link.clientId());
    }

    /** A call that failed has done what it registered for that; it is kept when this returns, or what is answered says why not. */
    Ran settled(Request request, Deployed version, Ran ran) throws InterruptedException {
        if (ran.registered().isEmpty()) {
            return ran;
        }
        Execution failed = ran.execution();
        Order order = order(request, version, failed.id(), Order.Link.NONE, failed.createdAt());
        try {
            durable.get().takeover().take(order, failed, version.version().memoryMb(), ran.registered());
            return ran.told(failed.compensating());
        } catch (PluginFailure e) {
            LOG.log(
                    Level.ERROR,
                    "What undoes the call {0} of {1} is lost: {2}",
                    failed.id(),
                    order.function(),
                    e.getMessage());
            Fault why = failed.error().orElseThrow();
            return ran.told(failed.failedBy(new Fault(
                    why.id(),
                    why.owner(),
                    why.message() + "; its compensations (" + ran.registered().size()
                            + ") could not be kept and will not run: " + e.getMessage(),
                    why.details(),
                    why.place())));
        }
    }

    /** A call that was taken over when it had failed. */
    Optional<Execution> takenOver(Name tenant, String id) throws InterruptedException {
        return durable.get().takeover().find(tenant, id);
    }

    boolean sweeps() {
        return durable.get().sweeps();
    }

    /** @throws Refusal if the function is paused, so that no caller can be answered now */
    void checkGoesOn(Deployed version) {
        VersionId id = version.id();
        durable.get().pauses().find(id.tenant(), id.function()).ifPresent(pause -> {
            throw Refusal.of(
                            ErrorType.PAUSED,
                            "Nobody can be answered now: " + pause.told() + "; asynchronous calls are taken on")
                    .with("retryAfterSeconds", PAUSED_SECONDS);
        });
    }

    /** A caller waits for what was taken on: until it ends, or waits itself. */
    Answered await(Request request, Deployed version, String id) throws InterruptedException {
        Duration within =
                request.atMost().orElse(Duration.ofSeconds(version.version().timeoutSeconds()));
        var shown = durable.get().await(request.principal().tenant(), id, within, true);
        if (shown.isEmpty() || !shown.get().status().ended()) {
            return new Answered.Suspended(version, id);
        }
        Execution execution = shown.get().record();
        return new Answered.Ended(version, execution, shown.get().output(), Answered.From.RUN, Cold.NOT);
    }

    /**
     * Which execution came of a key.
     *
     * @throws Refusal if it was no job
     */
    Answered earlier(Deployed version, Claimed.Ended ended) throws InterruptedException {
        if (durable.get().find(version.id().tenant(), ended.executionId()).isEmpty()) {
            throw Refusal.of(
                            ErrorType.IDEMPOTENCY_CONFLICT,
                            "The request with this Idempotency-Key was no job, but a call whose caller waited, or the job is not"
                                    + " kept any more")
                    .with("executionId", ended.executionId());
        }
        return new Answered.Accepted(version, ended.executionId(), true);
    }

    @Override
    public boolean isWorkflow(Name tenant, String callable) {
        try {
            return catalog.resolve(tenant, callable, Wish.NONE)
                    .function()
                    .kind()
                    .equals("workflow");
        } catch (Refusal e) {
            return false; // told when it is called
        }
    }

    @Override
    public void start(Order caller, HostCall.Invoke call, Wish wish, String id, Optional<Order.Parent> parent)
            throws InterruptedException {
        if (durable.get().find(caller.tenant(), id).isPresent()) {
            return;
        }
        try (Trace trace = telemetry.trace(caller.traceparent())) {
            Request request = request(caller, call.callable(), wish, call.input(), Optional.of(false), trace);
            invoker.accept(request, id, new Order.Link(parent, Optional.empty(), Optional.empty()));
        } catch (Refusal e) {
            if (e.type() != ErrorType.CONFLICT) {
                throw e;
            }
        }
    }

    @Override
    public Optional<Fault> call(Order caller, String callable, Bytes input, String id) throws InterruptedException {
        try (Trace trace = telemetry.trace(caller.traceparent())) {
            Answered answered =
                    invoker.invoke(request(caller, callable, Wish.NONE, input, Optional.of(true), trace), id);
            return answered instanceof Answered.Ended ended ? ended.execution().error() : Optional.empty();
        } catch (Refusal e) {
            return Optional.of(Fault.of(e.type().id(), e.type().owner(), "\"" + callable + "\": " + e.detail()));
        }
    }

    private static Request request(
            Order caller, String callable, Wish wish, Bytes input, Optional<Boolean> sync, Trace trace) {
        return new Request(
                caller.principal(),
                callable,
                wish,
                input,
                sync,
                false,
                Optional.empty(),
                caller.correlationId(),
                trace,
                true,
                caller.depth() + 1,
                Optional.empty());
    }
}
