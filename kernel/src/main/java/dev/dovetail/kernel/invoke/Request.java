package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.Bytes;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A call as a surface understood it, of somebody who was authenticated.
 *
 * @param callable a function's name or GTS id
 * @param input the input, parsed once
 * @param bytes the same as it came
 * @param sync whether the caller waits; empty means as the function prefers
 * @param internal whether a function calls, and not somebody outside
 * @param depth how many calls of functions by functions lead here
 */
public record Request(
        Principal principal,
        String callable,
        Wish wish,
        JsonNode input,
        Bytes bytes,
        Optional<Boolean> sync,
        boolean dryRun,
        Optional<String> idempotencyKey,
        String correlationId,
        String traceId,
        String traceparent,
        boolean internal,
        int depth) {}
