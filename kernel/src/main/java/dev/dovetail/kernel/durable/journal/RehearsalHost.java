package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A host that answers from a journal and from nothing else: it runs no step, sends nothing, writes nothing, and where the journal
 * has no answer any more the code is told to leave. Only secrets, whose values no journal has, are read again; they come out of
 * nothing that is said of the rehearsal.
 */
public final class RehearsalHost implements LiveHost {
    private final Running running;
    private final Hosts hosts;
    private final Notes notes;
    private final Story story;
    private final Map<Long, Asked> open = new HashMap<>();
    private final Deque<Answer> asides = new ArrayDeque<>();
    private long tickets;
    private long numbers;
    private int delivered;
    private boolean over;
    private boolean dead;
    private Optional<Difference> difference = Optional.empty();

    private record Asked(long ticket, HostCall call) {}

    /** @param story only read */
    public RehearsalHost(Running running, Hosts hosts, Story story) {
        this.running = running;
        this.hosts = hosts;
        this.notes = hosts.notes(running);
        this.story = story;
    }

    @Override
    public synchronized long ask(long scope, HostCall call, Place place) {
        alive();
        long ticket = ++tickets;
        if (dismissed().isPresent()) {
            return ticket;
        }
        if (scope != MAIN || call instanceof HostCall.StepDone) {
            throw new IllegalStateException("There is no step under way in scope " + scope);
        }
        Optional<HostReply> refused = MainLine.refused(call, open.size());
        if (refused.isPresent()) {
            asides.add(new Answer.Reply(ticket, refused.get()));
            return ticket;
        }
        long number = numbers++;
        Optional<Line> known = story.asked(number);
        if (known.isPresent() && !known.get().text("digest").equals(Told.digest(hosts.schemas(), call))) {
            differs(number, known.get(), told(call), place);
            return ticket;
        }
        open.put(number, new Asked(ticket, call));
        return ticket;
    }

    private String told(HostCall call) {
        try {
            return Told.line(hosts.schemas(), call).toString();
        } catch (Schemas.Malformed e) {
            return "what is no JSON: " + e.getMessage();
        }
    }

    private void differs(long number, Line expected, String found, Place place) {
        difference = Optional.of(new Difference(
                number,
                Divergence.told(expected),
                running.disclosed().conceal(found),
                place.equals(Place.UNKNOWN) ? Optional.empty() : Optional.of(place)));
    }

    @Override
    public synchronized Answer next() throws InterruptedException {
        alive();
        Optional<Answer> leave = dismissed();
        if (leave.isPresent()) {
            return leave.get();
        }
        if (delivered < story.answers().size()) {
            return journaled(story.answers().get(delivered));
        }
        if (!asides.isEmpty()) {
            return asides.remove();
        }
        if (open.isEmpty()) {
            throw new IllegalStateException("next() with no ticket open");
        }
        over = true;
        return new Answer.Suspend();
    }

    private Answer journaled(long number) throws InterruptedException {
        Asked asked = open.remove(number);
        if (asked == null) {
            differs(number, story.asked(number).orElseThrow(), "none", Place.UNKNOWN);
            return dismissed().orElseThrow();
        }
        delivered++;
        HostReply reply = story.reply(story.answered(number).orElseThrow());
        boolean secret = asked.call() instanceof HostCall.ReadSecret && reply instanceof HostReply.Value;
        return new Answer.Reply(asked.ticket(), secret ? hosts.answer(running, asked.call(), Optional.empty()) : reply);
    }

    /** Where the code left the journal's way, if it did, once it has returned. */
    public synchronized Optional<Difference> difference() {
        return difference;
    }

    /** Whether the code came to where the journal has no answer any more. */
    public synchronized boolean over() {
        return over;
    }

    /** The same of code that has ended by itself: what it should have asked first, if anything. */
    public synchronized Optional<Difference> missing(String ending) {
        return story.asked(numbers)
                .map(call -> new Difference(numbers, Divergence.told(call), ending, Optional.empty()));
    }

    @Override
    public void tell(HostNote note) {}

    @Override
    public synchronized boolean replaying() {
        return delivered < story.answers().size() || numbers < story.calls();
    }

    @Override
    public void print(String line) {}

    @Override
    public Notes notes() {
        return notes; // nothing is said of what only tries
    }

    @Override
    public Fault conceal(Fault fault) {
        return running.disclosed().conceal(fault);
    }

    @Override
    public synchronized Optional<Answer> dismissed() {
        if (difference.isPresent()) {
            Difference it = difference.get();
            return Optional.of(new Answer.Stop(Divergence.fault(
                    hosts.schemas(),
                    it.number(),
                    it.expected(),
                    it.found(),
                    it.place().orElse(Place.UNKNOWN))));
        }
        return over ? Optional.of(new Answer.Suspend()) : Optional.empty();
    }

    @Override
    public synchronized void end() {
        dead = true;
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("This host is dead: its call has returned");
        }
    }
}
