package dev.dovetail.kernel.record;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run of one version, as it is remembered.
 *
 * @param id a UUIDv7
 * @param plugin which plugin version ran it, such as {@code starlark 0.1.0}
 * @param mode {@code sync} or {@code async}
 * @param initiator who started it: type and id
 * @param queued how long it waited for an instance, starting one included
 * @param duration how long the function's code ran
 * @param output the answer if it is small, else empty
 * @param outputSize of the answer in bytes, kept or not
 */
public record Execution(
        String id,
        Name tenant,
        Name function,
        int version,
        String plugin,
        ExecutionStatus status,
        String mode,
        String initiator,
        String correlationId,
        String traceId,
        Instant createdAt,
        Duration queued,
        Duration duration,
        Usage usage,
        boolean coldStart,
        Optional<Fault> error,
        Optional<Bytes> output,
        long outputSize,
        List<LogLine> logs) {
    public Execution {
        logs = List.copyOf(logs);
    }

    /** What a run used. */
    public record Usage(Duration cpu, long peakBytes, long steps) {}

    /** A line that the function logged. */
    public record LogLine(Instant at, String level, String message, String fields) {}

    /** The same with another error. */
    public Execution failedBy(Fault other) {
        return as(status, Optional.of(other));
    }

    /** The same of one for which is to be done what it registered for its failure. */
    public Execution compensating() {
        return as(ExecutionStatus.COMPENSATING, error);
    }

    private Execution as(ExecutionStatus other, Optional<Fault> why) {
        return new Execution(
                id,
                tenant,
                function,
                version,
                plugin,
                other,
                mode,
                initiator,
                correlationId,
                traceId,
                createdAt,
                queued,
                duration,
                usage,
                coldStart,
                why,
                output,
                outputSize,
                logs);
    }

    public Instant finishedAt() {
        return createdAt.plus(queued).plus(duration);
    }
}
