package dev.dovetail.kernel.host;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.kernel.secret.Reading;
import java.time.Instant;

/**
 * The call for which code asks.
 *
 * @param depth how many calls of functions by functions lead here; 0 from outside
 * @param traceparent in the form of W3C Trace Context
 * @param confined whether nothing that the code does can be seen outside unless its host did it
 * @param disclosed the secrets that the call was told so far
 */
public record Running(
        String executionId,
        Deployed version,
        Principal principal,
        String correlationId,
        String traceparent,
        Instant deadline,
        int depth,
        boolean confined,
        Disclosed disclosed) {
    /** As who it reads secrets. */
    Reading.Reader reader() {
        return reader(version, principal, executionId, correlationId);
    }

    /** As who a call of this version reads secrets. */
    public static Reading.Reader reader(
            Deployed version, Principal principal, String executionId, String correlationId) {
        return new Reading.Reader(
                version.id().tenant(),
                version.id().function(),
                version.version().number(),
                executionId,
                correlationId,
                principal.type() + "/" + principal.id());
    }

    /** The same with the rights of now. */
    public Running as(Principal now) {
        return now.equals(principal)
                ? this
                : new Running(
                        executionId, version, now, correlationId, traceparent, deadline, depth, confined, disclosed);
    }
}
