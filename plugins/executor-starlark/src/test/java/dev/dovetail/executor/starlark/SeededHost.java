package dev.dovetail.executor.starlark;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A host that answers the open questions in an order that only its seed decides, and keeps all that happened. It fails
 * when two threads use it at once.
 */
final class SeededHost implements Host {
    private record Open(long ticket, HostCall call) {}

    private final Random random;
    private final int suspendAt;
    private final List<String> history = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private final AtomicBoolean used = new AtomicBoolean();
    private long tickets;
    private long scopes;
    private int answers;
    private int most;

    /** @param suspendAt after so many answers, whatever is open */
    SeededHost(long seed, int suspendAt) {
        this.random = new Random(seed);
        this.suspendAt = suspendAt;
    }

    List<String> history() {
        return List.copyOf(history);
    }

    /** The most questions that were open at once. */
    int most() {
        return most;
    }

    private void alone() {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("two threads use the host at once");
        }
    }

    @Override
    public long ask(long scope, HostCall call, Place place) {
        alone();
        try {
            open.add(new Open(++tickets, call));
            most = Math.max(most, open.size());
            history.add(tickets + " in " + scope + " " + call + " at " + place.line());
            return tickets;
        } finally {
            used.set(false);
        }
    }

    @Override
    public Answer next() {
        alone();
        try {
            if (answers++ == suspendAt) {
                return new Answer.Suspend();
            }
            Open next = open.remove(random.nextInt(open.size()));
            HostReply reply = reply(next.call);
            history.add("answer to " + next.ticket + ": " + reply);
            return new Answer.Reply(next.ticket, reply);
        } finally {
            used.set(false);
        }
    }

    private HostReply reply(HostCall call) {
        return switch (call) {
            case HostCall.Step _ -> new HostReply.Run(++scopes, 1, "e");
            case HostCall.StepDone(long _, HostCall.StepResult.Done(Bytes output)) ->
                random.nextInt(5) == 0 ? new HostReply.Run(++scopes, 2, "e") : new HostReply.Value(output);
            case HostCall.StepDone(long _, HostCall.StepResult.Failed(Fault fault)) -> new HostReply.Refused(fault);
            default -> new HostReply.Value(Bytes.utf8(String.valueOf(random.nextInt(4))));
        };
    }

    @Override
    public void tell(HostNote note) {
        history.add(note.toString());
    }

    @Override
    public boolean replaying() {
        return false;
    }
}
