package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.kernel.telemetry.log.LogContext;
import dev.dovetail.spi.Bytes;
import java.time.Duration;
import java.time.Instant;

/**
 * Work that was admitted: what to run, for whom, on what.
 *
 * @param input one JSON value that fits the contract
 * @param depth how many calls of functions by functions lead here
 * @param timeout how long the code may run
 */
public record Work(
        String executionId,
        Deployed version,
        Principal principal,
        Bytes input,
        String mode,
        String correlationId,
        Trace trace,
        String stickyKey,
        int depth,
        Duration timeout,
        Instant createdAt) {

    /** What is logged while it runs belongs to this. */
    public LogContext logContext() {
        return new LogContext(
                version.id().tenant().text(),
                version.id().function().text(),
                version.version().text(),
                executionId,
                trace.context().traceId(),
                correlationId);
    }
}
