package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.Optional;

/** A call of the main scope that has no answer yet. Guarded by its host. */
final class Open {
    final long number;
    final HostCall call;
    final long since;
    /** Whom the answer goes to; the end of a step takes over from its beginning. */
    long ticket;
    /** When it is answered by itself, in milliseconds since 1970. */
    Optional<Long> due = Optional.empty();
    /** What it is answered with then; a step runs again instead. */
    Optional<HostReply> atDue = Optional.empty();
    /** The execution that answers it by its end. */
    Optional<String> child = Optional.empty();
    /** Whether somebody has to say what became of an attempt of this step. */
    boolean asks;
    /** Whether a gate holds it, or its answer. */
    boolean gated;
    /** Whether something is being done for it right now, so that nobody can leave. */
    boolean busy;

    Open(long number, HostCall call, long ticket, long since) {
        this.number = number;
        this.call = call;
        this.ticket = ticket;
        this.since = since;
    }
}
