package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was accepted, as it is from then on: what to run, on what, and under whose right. It holds a delegation (who, for what) and
 * never a token.
 *
 * @param version the number that it is pinned to
 * @param kind {@code function} or {@code workflow}
 * @param depth how many calls of functions by functions lead here
 * @param timeout of each active stretch
 * @param until when it is given up, waiting included
 * @param parent the execution that waits for it, if one does
 * @param origin the execution that it repeats, if it does
 * @param clientId the caller's own name for the request
 */
public record Order(
        String id,
        Name tenant,
        Name function,
        int version,
        String kind,
        Bytes input,
        Principal principal,
        String correlationId,
        String traceparent,
        int depth,
        Instant createdAt,
        Duration timeout,
        Instant until,
        Optional<Parent> parent,
        Optional<Origin> origin,
        Optional<String> clientId) {

    /**
     * @param id its execution
     * @param call the number of the call in its main scope; negative if it was called at its end, and not by its code
     * @param canceled whether this one is canceled when the parent ends first
     */
    public record Parent(String id, long call, boolean canceled) {
        /** Whether what this one answers is given to the code that waits for it. */
        boolean wantsAnswer() {
            return call >= 0;
        }
    }

    /** @param how {@code replay}, {@code retry}, {@code redrive} or {@code fork} */
    public record Origin(String how, String id) {}

    /**
     * What an execution has to do with others.
     *
     * @param gates at which it is held, from its beginning
     */
    public record Link(
            Optional<Parent> parent, Optional<Origin> origin, Optional<String> clientId, List<Gate.Wish> gates) {
        public static final Link NONE = new Link(Optional.empty(), Optional.empty(), Optional.empty());

        public Link {
            gates = List.copyOf(gates);
        }

        public Link(Optional<Parent> parent, Optional<Origin> origin, Optional<String> clientId) {
            this(parent, origin, clientId, List.of());
        }
    }

    /** The same with the rights of now. */
    Order as(Principal now) {
        return new Order(
                id,
                tenant,
                function,
                version,
                kind,
                input,
                now,
                correlationId,
                traceparent,
                depth,
                createdAt,
                timeout,
                until,
                parent,
                origin,
                clientId);
    }

    /** The same, going on on another version. */
    Order on(int number, Duration longest) {
        return new Order(
                id,
                tenant,
                function,
                number,
                kind,
                input,
                principal,
                correlationId,
                traceparent,
                depth,
                createdAt,
                longest,
                until,
                parent,
                origin,
                clientId);
    }

    /** Whether it is called for another's end, and not by its code. */
    boolean isForAnEnd() {
        return parent.filter(it -> !it.wantsAnswer()).isPresent();
    }

    public boolean isWorkflow() {
        return kind.equals("workflow");
    }
}
