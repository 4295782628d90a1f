package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import java.time.Duration;
import java.util.Optional;

/**
 * A call as a surface understood it, of somebody who was authenticated.
 *
 * @param callable a function's name or GTS id
 * @param input the input as it came; whether it is JSON is seen when it is checked against the contract
 * @param sync whether the caller waits; empty means as the function prefers
 * @param internal whether a function calls, and not somebody outside
 * @param depth how many calls of functions by functions lead here
 * @param atMost how long the caller waits, if that is shorter than the function may take
 */
public record Request(
        Principal principal,
        String callable,
        Wish wish,
        Bytes input,
        Optional<Boolean> sync,
        boolean dryRun,
        Optional<String> idempotencyKey,
        String correlationId,
        Trace trace,
        boolean internal,
        int depth,
        Optional<Duration> atMost) {
    /** The same of a caller who reads the answer as it comes, which is neither waiting nor leaving. */
    public Request streamed() {
        return new Request(
                principal,
                callable,
                wish,
                input,
                Optional.empty(),
                dryRun,
                idempotencyKey,
                correlationId,
                trace,
                internal,
                depth,
                atMost);
    }

    /** The same within a stretch of its trace. */
    Request under(Trace stretch) {
        return new Request(
                principal,
                callable,
                wish,
                input,
                sync,
                dryRun,
                idempotencyKey,
                correlationId,
                stretch,
                internal,
                depth,
                atMost);
    }
}
