package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Order;
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

    private static HostReply refused(String id, Owner owner, String message) {
        return new HostReply.Refused(Fault.of(id, owner, message));
    }
}
