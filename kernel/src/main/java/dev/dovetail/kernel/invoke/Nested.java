package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
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
        if (call.mode() == HostCall.Mode.ASYNC) {
            return refused(Fault.UNSUPPORTED, Owner.FUNCTION, "A plain call cannot start executions that outlive it");
        }
        try (Trace trace = telemetry.trace(caller.traceparent())) {
            Answered answered = invoker.invoke(new Request(
                    caller.principal(),
                    call.callable(),
                    Wish.NONE,
                    call.input(),
                    Optional.of(true),
                    false,
                    Optional.empty(),
                    caller.correlationId(),
                    trace,
                    true,
                    caller.depth() + 1,
                    call.timeout().isZero() ? Optional.empty() : Optional.of(call.timeout())));
            return switch (answered) {
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
