package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.pool.Cold;
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
 */
public record Ran(Execution execution, Optional<Bytes> body, Cold how, List<Outcome.Frame> where) {
    public Ran {
        where = List.copyOf(where);
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
                List.of());
    }
}
