package dev.dovetail.kernel.run;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.telemetry.CallOutcome;
import dev.dovetail.kernel.telemetry.FunctionMeter;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.VersionId;
import java.util.Optional;

/** Tells the meters of versions how their runs ended. */
final class Meters {
    private final Telemetry telemetry;

    Meters(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    FunctionMeter of(VersionId version) {
        return telemetry.meter(version);
    }

    /** @param ran empty if the run was cut short by the end of the system */
    void ended(FunctionMeter meter, Optional<Ran> ran) {
        if (ran.isEmpty()) {
            meter.invocation(0, CallOutcome.CANCELED, false, 0);
            return;
        }
        Execution execution = ran.get().execution();
        meter.invocation(
                execution.queued().plus(execution.duration()).toNanos(),
                execution.error().map(Meters::outcome).orElse(CallOutcome.SUCCEEDED),
                execution.coldStart(),
                execution.usage().peakBytes());
    }

    private static CallOutcome outcome(Fault fault) {
        return switch (ErrorType.of(fault.id())) {
            case TIMEOUT, CPU_LIMIT -> CallOutcome.TIMEOUT;
            case MEMORY_LIMIT -> CallOutcome.MEMORY_LIMIT;
            case CRASHED -> CallOutcome.CRASHED;
            case CANCELED -> CallOutcome.CANCELED;
            case SYNC_SUSPENSION -> CallOutcome.SUSPENDED;
            default ->
                switch (fault.owner()) {
                    case FUNCTION -> CallOutcome.FUNCTION_ERROR;
                    case CALLER -> CallOutcome.CALLER_ERROR;
                    case DEPENDENCY -> CallOutcome.DEPENDENCY_ERROR;
                    case PLATFORM -> CallOutcome.PLATFORM_ERROR;
                };
        };
    }
}
