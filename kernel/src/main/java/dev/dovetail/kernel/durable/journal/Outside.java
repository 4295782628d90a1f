package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.spi.host.HostCall;
import java.util.List;
import java.util.Optional;

/** What an execution has to do with others and with the world; called under the host's lock, and must not wait long. */
public interface Outside {
    /** Whether this call starts an execution of its own, that answers by its end. */
    boolean isChild(HostCall.Invoke call);

    /** Starts it, once however often this is called; answers its id. */
    String child(Running parent, HostCall.Invoke call, long number) throws InterruptedException;

    /** What arrived for the execution and is not consumed: the first that answers this wait. */
    Optional<Message> arrived(HostCall.AwaitEvent wait);

    /** For whom, with the rights of now; empty if they were revoked, and nothing may have an effect any more. */
    Optional<Principal> principal();

    /** What a person decided on this call, if somebody did. */
    Optional<Message> decided(long number);

    /** The piece of this number of a streamed input, or its end, if it has come. */
    Optional<Message> piece(long number);

    /** This child is waited for no longer: it is canceled, in one write with all that the journal has by now. */
    void leave(String child) throws InterruptedException;

    /** The end of this child, if it has ended. */
    Optional<Message> ended(String child);

    /** What somebody said became of an attempt of this step, of which so many have begun, if anybody did. */
    default Optional<Message> resolved(long step, int begun) {
        return Optional.empty();
    }

    /** What was said about gates, the oldest first. */
    default List<Message> gating() {
        return List.of();
    }

    /** Events of this type are waited for from now on: what is sent to all that wait for them comes here too. */
    void expect(String type) throws InterruptedException;

    /** Why nothing can be waited for with this filter; empty if it is a filter. */
    Optional<String> problem(String filter);

    /** This has answered a wait; it leaves the inbox with what is written next. */
    void consumed(Message message);

    /** Interrupts the code, which runs longer than it may. */
    void interrupt();
}
