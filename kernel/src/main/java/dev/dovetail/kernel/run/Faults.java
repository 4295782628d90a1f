package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is said of an attempt that did not end well, when it is not the function that says it. */
final class Faults {
    private Faults() {}

    /**
     * What is wrong with an answer. What is no JSON can be neither given to anybody nor kept.
     *
     * @param contracted whether the contract is about it
     */
    static Optional<Fault> ofAnswer(Deployed version, Bytes answer, boolean contracted) {
        List<Problem> problems;
        try {
            problems = version.problemsOfAnswer(answer, contracted);
        } catch (Schemas.Malformed e) {
            return Optional.of(Fault.of(Fault.CODE, Owner.FUNCTION, "The answer is no JSON value: " + e.getMessage()));
        } catch (Refusal e) {
            return Optional.of(Fault.of(e.type().id(), e.type().owner(), e.detail()));
        }
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Fault.of(
                ErrorType.CONTRACT_OUT.id(),
                Owner.FUNCTION,
                "The answer does not fit the contract: " + problems.getFirst().told()));
    }

    static Fault timedOut(Duration timeout, Duration duration) {
        return new Fault(
                Fault.TIMEOUT,
                Owner.FUNCTION,
                "The function did not end within " + timeout.toMillis() / 1000.0 + " s and was stopped",
                Bytes.utf8("{\"limit\":{\"timeout_seconds\":" + timeout.toMillis() / 1000.0
                        + "},\"observed\":{\"duration_ms\":" + duration.toMillis() + "}}"),
                Optional.empty());
    }

    static Fault suspended() {
        return Fault.of(
                ErrorType.SYNC_SUSPENSION.id(),
                Owner.CALLER,
                "The function waits, which a plain call cannot; start it asynchronously");
    }

    static Fault canceled() {
        return Fault.of(Fault.CANCELED, Owner.CALLER, "The execution was canceled, and its code has stopped");
    }

    static Fault of(PluginFailure e) {
        return switch (e.kind()) {
            case REJECTED -> Fault.of(Fault.CODE, Owner.FUNCTION, e.getMessage());
            case UNAVAILABLE, EXHAUSTED -> Fault.of(ErrorType.UNAVAILABLE.id(), Owner.PLATFORM, e.getMessage());
            case BROKEN -> Fault.of(Fault.PLATFORM, Owner.PLATFORM, e.getMessage());
        };
    }
}
