package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.kernel.secret.Reading;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.kernel.telemetry.log.LogContext;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Work that was admitted: what to run, for whom, on what.
 *
 * @param input one JSON value that fits the contract
 * @param depth how many calls of functions by functions lead here
 * @param timeout how long the code may run
 * @param attempt from 1
 * @param entry what of the code runs
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
        Instant createdAt,
        int attempt,
        Entry entry) {

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

    /** What a host knows of it while it runs. */
    Running running(Instant deadline, boolean confined, Disclosed disclosed) {
        return new Running(
                executionId,
                version,
                principal,
                correlationId,
                trace.context().traceparent(),
                deadline,
                depth,
                confined,
                disclosed);
    }

    /** As who it reads secrets. */
    Reading.Reader reader() {
        return Running.reader(version, principal, executionId, correlationId);
    }

    /** The call that an executor makes of it. */
    Invocation invocation(Instant deadline, Map<String, Secret> secrets) {
        return new Invocation(
                executionId,
                attempt,
                entry,
                input,
                Map.of(
                        "correlation-id",
                        correlationId,
                        "traceparent",
                        trace.context().traceparent(),
                        "mode",
                        mode,
                        "kind",
                        version.function().kind()),
                principal.caller(),
                secrets,
                deadline);
    }
}
