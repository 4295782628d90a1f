package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.Optional;

/** Calls of functions by functions. */
final class Nested {
    /** From here on nothing is registered: what is called for each other's failures would be thousands. */
    private static final int DEEP = 8;

    private final Invoker invoker;
    private final Telemetry telemetry;

    Nested(Invoker invoker, Telemetry telemetry) {
        this.invoker = invoker;
        this.telemetry = telemetry;
    }

    /**
     * A function calls a function: as its own caller, in the same steps, one deeper. What goes wrong comes back as a refusal with
     * the callee's error.
     */
    HostReply invoke(Running caller, HostCall.Invoke call) throws InterruptedException {
        boolean async = call.mode() == HostCall.Mode.ASYNC;
        try (Trace trace = telemetry.trace(caller.traceparent())) {
            Request request = new Request(
                    caller.principal(),
                    call.callable(),
                    Wish.NONE,
                    call.input(),
                    Optional.of(!async),
                    false,
                    Optional.empty(),
                    caller.correlationId(),
                    trace,
                    true,
                    caller.depth() + 1,
                    call.timeout().isZero() ? Optional.empty() : Optional.of(call.timeout()));
            Answered answered = async ? invoker.accept(request, Order.Link.NONE) : invoker.invoke(request);
            return switch (answered) {
                case Answered.Accepted it ->
                    new HostReply.Value(Bytes.utf8("{\"job_id\":\"" + it.executionId() + "\"}"));
                case Answered.Suspended it ->
                    refused(
                            ErrorType.SYNC_SUSPENSION.id(),
                            Owner.FUNCTION,
                            "\"" + call.callable() + "\" waits, which a plain call cannot wait for; it goes on as "
                                    + it.executionId());
                case Answered.WouldRun _ -> throw new IllegalStateException("not a dry run");
                case Answered.Ended ended ->
                    ended.execution()
                            .error()
                            .<HostReply>map(fault -> new HostReply.Refused(new Fault(
                                    fault.id(),
                                    fault.owner(),
                                    "\"" + call.callable() + "\" failed: " + fault.message(),
                                    fault.details(),
                                    Optional.empty())))
                            .orElseGet(() -> new HostReply.Value(ended.body().orElse(Schemas.NULL)));
            };
        } catch (Refusal refusal) {
            return refused(refusal.type().id(), Owner.FUNCTION, "\"" + call.callable() + "\": " + refusal.detail());
        }
    }

    /** Why a call may not have this called if it fails: it is tried as that call would be, and not made. */
    Optional<Fault> refuses(Running caller, Compensation it) throws InterruptedException {
        if (caller.depth() >= DEEP) {
            return Optional.of(Fault.of(
                    ErrorType.TOO_DEEP.id(),
                    Owner.FUNCTION,
                    "Functions that functions call " + DEEP + " deep register no compensations"));
        }
        if (it.input().size() > Accepting.LARGEST_INPUT) {
            return Optional.of(Fault.of(
                    Fault.QUOTA_EXCEEDED,
                    Owner.FUNCTION,
                    "The input has " + it.input().size() + " bytes; a compensation's may have "
                            + Accepting.LARGEST_INPUT));
        }
        try (Trace trace = telemetry.trace(caller.traceparent())) {
            Request request = new Request(
                    caller.principal(),
                    it.callable(),
                    new Wish(it.version(), Optional.empty(), Optional.empty()),
                    it.input(),
                    Optional.of(false),
                    true,
                    Optional.empty(),
                    caller.correlationId(),
                    trace,
                    true,
                    caller.depth() + 1,
                    Optional.empty());
            invoker.check(request);
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(
                    Fault.of(refusal.type().id(), Owner.FUNCTION, "\"" + it.callable() + "\": " + refusal.detail()));
        }
    }

    private static HostReply refused(String id, Owner owner, String message) {
        return new HostReply.Refused(Fault.of(id, owner, message));
    }
}
