package dev.dovetail.executor.flow.run;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.Optional;

/** A question to the host, and its answer once it has come. */
final class Ticket {
    final HostCall call;
    final long scope;
    private Optional<HostReply> reply = Optional.empty();
    private boolean abandoned;
    private boolean happened;

    Ticket(HostCall call, long scope) {
        this.call = call;
        this.scope = scope;
    }

    boolean answered() {
        return reply.isPresent();
    }

    HostReply reply() {
        return reply.orElseThrow();
    }

    void answer(HostReply given) {
        reply = Optional.of(given);
    }

    /** Whether nobody waits for the answer any more. */
    boolean abandoned() {
        return abandoned;
    }

    /** Whether what the step that it begins is about has happened, or may have, though nobody waits for the answer any more. */
    boolean happened() {
        return happened;
    }

    void mayHaveHappened(boolean so) {
        happened = so;
    }

    void abandon() {
        abandoned = true;
    }
}
