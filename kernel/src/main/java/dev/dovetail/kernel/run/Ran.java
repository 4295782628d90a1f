package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.pool.Loan;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param body the answer, if the function returned and kept its contract
 * @param how what starting an instance for it consisted of
 * @param where the code stood when it was suspended, innermost first
 * @param registered what it registered to be called if it fails, in that order; nothing unless it has failed
 */
public record Ran(
        Execution execution, Optional<Bytes> body, Cold how, List<Outcome.Frame> where, List<Compensation> registered) {
    /** Answers up to here are kept with their record. */
    private static final int SMALL = 4096;

    public Ran {
        where = List.copyOf(where);
        registered = List.copyOf(registered);
    }

    /** The same, and this is what is told of it. */
    public Ran told(Execution other) {
        return new Ran(other, body, how, where, registered);
    }

    /** A run whose code has ended, in one way or another. */
    static Ran ended(
            Work work,
            Loan loan,
            LiveHost host,
            Duration queued,
            Duration duration,
            Outcome outcome,
            Optional<Fault> fault,
            Optional<Bytes> body) {
        Deployed version = work.version();
        ExecutionStatus status = fault.isEmpty()
                ? ExecutionStatus.SUCCEEDED
                : fault.get().id().equals(Fault.CANCELED) ? ExecutionStatus.CANCELED : ExecutionStatus.FAILED;
        Outcome.Usage usage = outcome.usage();
        Execution execution = new Execution(
                work.executionId(),
                version.id().tenant(),
                version.id().function(),
                version.version().number(),
                loan.plugin(),
                status,
                work.mode(),
                work.principal().type() + "/" + work.principal().id(),
                work.correlationId(),
                work.trace().context().traceId(),
                work.createdAt(),
                queued,
                duration,
                new Execution.Usage(usage.cpu(), usage.peakBytes(), usage.steps()),
                loan.cold(),
                fault,
                body.filter(bytes -> bytes.size() <= SMALL),
                body.map(Bytes::size).orElse(0),
                host.notes().logs());
        return new Ran(
                execution,
                body,
                loan.how(),
                outcome instanceof Outcome.Suspended it ? it.where() : List.of(),
                fault.isPresent() ? host.registered() : List.of());
    }

    /** A run whose code did not begin. */
    static Ran failed(Work work, long queuedNanos, Fault fault) {
        Deployed version = work.version();
        return new Ran(
                new Execution(
                        work.executionId(),
                        version.id().tenant(),
                        version.id().function(),
                        version.version().number(),
                        version.version().runtime(),
                        ExecutionStatus.FAILED,
                        work.mode(),
                        work.principal().type() + "/" + work.principal().id(),
                        work.correlationId(),
                        work.trace().context().traceId(),
                        work.createdAt(),
                        Duration.ofNanos(queuedNanos),
                        Duration.ZERO,
                        new Execution.Usage(Duration.ZERO, 0, 0),
                        true,
                        Optional.of(fault),
                        Optional.empty(),
                        0,
                        List.of()),
                Optional.empty(),
                Cold.NOT,
                List.of(),
                List.of());
    }
}
