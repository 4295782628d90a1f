package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.Bytes;
import java.time.Instant;

/**
 * Work that was admitted: what to run, for whom, on what.
 *
 * @param input one JSON value that fits the contract
 * @param depth how many calls of functions by functions lead here
 */
public record Work(
        String executionId,
        Deployed version,
        Principal principal,
        Bytes input,
        String mode,
        String correlationId,
        String traceId,
        String traceparent,
        String stickyKey,
        int depth,
        Instant createdAt) {}
