package dev.dovetail.spi.host;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.KernelProvided;
import dev.dovetail.spi.Place;

/**
 * The system, as running code sees it. Dead once {@code invoke} has returned: every method then throws
 * {@link IllegalStateException}. Asked and answered by one thread at a time; {@link #tell} may come from any. Rules:
 * {@code docs/spi/host.md}.
 */
@KernelProvided
public interface Host {
    /** The main line of an invocation. Each attempt of a step has a scope of its own. */
    long MAIN = 0;

    /**
     * Begins a call. Calls are numbered within their scope; in a durable execution replay compares scope, number and call
     * with the journal.
     *
     * @param place the line that asks, for people
     * @return a ticket, which {@link #next} answers exactly once
     */
    long ask(long scope, HostCall call, Place place) throws InterruptedException;

    /**
     * The next answer, in the order in which the journal has them; when live, that order is recorded before the answer
     * is given. The code runs as far as it can on one answer before it asks for the next.
     */
    Answer next() throws InterruptedException;

    /** Says something that nobody waits for: not numbered, not compared, dropped while replaying. */
    void tell(HostNote note) throws InterruptedException;

    boolean replaying();

    /** For code with nothing else open: asks and waits. */
    default Answer call(long scope, HostCall call, Place place) throws InterruptedException {
        long ticket = ask(scope, call, place);
        Answer answer = next();
        if (answer instanceof Answer.Reply reply && reply.ticket() != ticket) {
            throw new IllegalStateException("call() with another ticket open: " + reply.ticket());
        }
        return answer;
    }

    /** What the host refused, as an answer to a ticket. */
    static Answer refused(long ticket, Fault fault) {
        return new Answer.Reply(ticket, new HostReply.Refused(fault));
    }
}
