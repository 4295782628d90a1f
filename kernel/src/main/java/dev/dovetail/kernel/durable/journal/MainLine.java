package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The main scope of an attempt: its calls by number, compared with the journal, and its answers in the order of the journal. All
 * under the lock of its host.
 */
final class MainLine {
    static final int MOST_OPEN = 1000;

    /** With what else a line has, it has to fit into a segment. */
    private static final int LARGEST_UNDONE = 512 * 1024;

    private final JournalHost host;
    private final Hosts hosts;
    private final Story story;
    private final Live live;
    private final int journaled;
    private final long journaledCalls;
    private final Map<Long, Open> open = new HashMap<>();
    private volatile int delivered;
    private volatile long numbers;

    MainLine(JournalHost host, Hosts hosts, Story story, Live live) {
        this.host = host;
        this.hosts = hosts;
        this.story = story;
        this.live = live;
        this.journaled = story.answers().size();
        this.journaledCalls = story.calls();
        live.dues().watch(open.values());
    }

    Collection<Open> open() {
        return open.values();
    }

    boolean ready() {
        return delivered < story.answers().size();
    }

    /** Whether something is being done right now that would have to be done again if the code left. */
    boolean busy() {
        return open.values().stream().anyMatch(it -> it.busy);
    }

    boolean replaying() {
        return delivered < journaled || numbers < journaledCalls;
    }

    /**
     * Why a call gets no place in the journal; empty if it gets one. The same whenever the code runs again.
     *
     * @param open how many calls are
     */
    static Optional<HostReply> refused(HostCall call, int open) {
        if (open >= MOST_OPEN) {
            String many = "More than " + MOST_OPEN + " calls are open; await some first";
            return Optional.of(Hosts.refused(Fault.QUOTA_EXCEEDED, many));
        }
        if (call instanceof HostCall.Step step
                && step.compensation().isPresent()
                && step.input().size() > LARGEST_UNDONE) {
            String large = "The input of the step \"" + step.label() + "\" has "
                    + step.input().size() + " bytes; at most " + LARGEST_UNDONE
                    + " are kept for what undoes it: give it where the rest is";
            return Optional.of(Hosts.refused(Fault.QUOTA_EXCEEDED, large));
        }
        return Optional.empty();
    }

    /** Takes a call; answers how it differs from the one in the journal, if it does. */
    Optional<Fault> ask(HostCall call, Place place, long ticket) throws InterruptedException {
        Optional<HostReply> refused = refused(call, open.size());
        if (refused.isPresent()) {
            live.steps().answer(ticket, refused.get());
            return Optional.empty();
        }
        long number = numbers;
        numbers = number + 1;
        Optional<Line> known = story.asked(number);
        if (known.isPresent() && !known.get().text("digest").equals(Told.digest(hosts.schemas(), call))) {
            String now = Told.line(hosts.schemas(), call).toString();
            return Optional.of(Divergence.fault(hosts.schemas(), number, Divergence.told(known.get()), now, place));
        }
        if (known.isEmpty() && story.weight() > story.most()) {
            return Optional.of(Full.fault(story));
        }
        if (known.isEmpty()) {
            story.ask(host.now(), number, call, live.starts(call), place);
            live.gating().reaches(number);
        }
        Open it = new Open(number, call, ticket, host.now());
        open.put(number, it);
        if (story.answered(number).isEmpty()) {
            live.gating().begin(it);
        }
        return Optional.empty();
    }

    /** The next answer of the journal, or that the code has not asked for it. */
    Answer next() throws InterruptedException {
        long number = story.answers().get(delivered);
        Open it = open.remove(number);
        if (it == null) {
            String expected = story.asked(number).map(Divergence::told).orElse("a call");
            return new Answer.Stop(Divergence.fault(hosts.schemas(), number, expected, "none", Place.UNKNOWN));
        }
        delivered++;
        return new Answer.Reply(it.ticket, live.delivered(it));
    }
}
