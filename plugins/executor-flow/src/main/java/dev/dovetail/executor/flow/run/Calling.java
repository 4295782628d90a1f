package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.jq.Spent;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a call asks of the host. What a dropped line had asked stays open at the host; its answers find nobody, or the next. */
final class Calling {
    /** One attempt: whether there is another is for the workflow's own {@code try} to say. */
    private static final StepPolicy POLICY = new StepPolicy(
            1, Duration.ZERO, 1, Duration.ZERO, List.of(), Duration.ofMinutes(15), StepPolicy.Unknown.RUN_AGAIN);

    private static final HostCall.StepResult NOTHING = new HostCall.StepResult.Done(Bytes.utf8("null"));

    private final Host host;
    private final boolean journaled;
    private final Turns turns;
    private final Map<Long, Ticket> open = new HashMap<>();
    /** Waits for events that nobody is about any more: an event that comes to one is for who waits for its type next. */
    private final List<Ticket> idle = new ArrayList<>();

    private boolean over;
    private long waited;

    /** @param journaled whether there are steps; what undoes one has none, as it runs again from its beginning or not at all */
    Calling(Host host, ThreadFactory threads, boolean journaled) {
        this.host = host;
        this.journaled = journaled;
        this.turns = new Turns(threads, this::take);
    }

    Turns turns() {
        return turns;
    }

    long waitedNanos() {
        return waited;
    }

    boolean replaying() {
        return host.replaying();
    }

    static Spent interrupted() {
        return new Spent(Spent.What.TIME, "The call was interrupted");
    }

    /**
     * Does something with lines that were begun for it, and drops them when it is done. If it ends because the call does,
     * they ask nothing any more: their steps are not given up, but go on when the call does.
     */
    JsonNode with(List<Branch> branches, Supplier<JsonNode> body) {
        try {
            return body.get();
        } catch (Raised | Runner.End | Line.Dropped e) {
            throw e;
        } catch (RuntimeException | Error e) {
            over = true;
            throw e;
        } finally {
            turns.drop(branches);
        }
    }

    /** The call ends: lines that are dropped now ask nothing any more. */
    void end() {
        over = true;
        turns.dropAll();
    }

    Ticket ask(Line line, HostCall call) {
        return ask(line.scope, call, line.place());
    }

    private Ticket ask(long scope, HostCall call, Place place) {
        long begun = System.nanoTime();
        try {
            Ticket ticket = new Ticket(call, scope);
            open.put(host.ask(scope, call, place), ticket);
            return ticket;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            waited += System.nanoTime() - begun;
        }
    }

    /** Asks and waits for the reply. */
    HostReply reply(Line line, HostCall call) {
        return awaited(line, ask(line, call));
    }

    private HostReply awaited(Line line, Ticket ticket) {
        try {
            turns.until(line, ticket::answered);
        } catch (Line.Dropped e) {
            ticket.abandon();
            throw e;
        }
        return ticket.reply();
    }

    void until(Line line, BooleanSupplier ready) {
        turns.until(line, ready);
    }

    /** Asks and waits for a value. */
    JsonNode value(Line line, HostCall call) {
        return valueOf(reply(line, call));
    }

    static JsonNode valueOf(HostReply reply) {
        return switch (reply) {
            case HostReply.Value(Bytes json) -> Json.read(json);
            case HostReply.Refused(Fault fault) -> throw Raised.of(fault);
            case HostReply.Run _ ->
                throw new IllegalStateException("The host answered a call that is no step with a step to run");
        };
    }

    /**
     * Does something once, whatever happens: what it gave is kept, and given when the workflow is replayed.
     *
     * @param undoable whether something undoes it, which has the step's label as its name
     * @param code is given the effect's id, the same for every attempt
     */
    JsonNode step(Line line, String label, JsonNode input, boolean undoable, Function<String, JsonNode> code) {
        if (!journaled) {
            return code.apply(value(line, new HostCall.Random(Optional.empty())).asText());
        }
        // what is asked anew was begun before, perhaps
        boolean anew = host.replaying();
        Ticket ticket = ask(line, step(label, input, undoable));
        ticket.mayHaveHappened(undoable && anew);
        HostReply reply = awaited(line, ticket);
        while (reply instanceof HostReply.Run run) {
            reply = reply(line, new HostCall.StepDone(run.scope(), attempt(line, run, undoable, code)));
        }
        return valueOf(reply);
    }

    private static HostCall.Step step(String label, JsonNode input, boolean undoable) {
        return new HostCall.Step(label, Json.bytes(input), Optional.of(label).filter(_ -> undoable), POLICY);
    }

    /** Notes that something is done that can be undone: a step that has nothing to do. It is noted even if nobody waits for it. */
    void done(Line line, String label, JsonNode input) {
        Ticket ticket = ask(line, step(label, input, true));
        ticket.mayHaveHappened(true);
        HostReply reply = awaited(line, ticket);
        while (reply instanceof HostReply.Run run) {
            reply = reply(line, new HostCall.StepDone(run.scope(), NOTHING));
        }
        valueOf(reply);
    }

    private HostCall.StepResult attempt(
            Line line, HostReply.Run run, boolean undoable, Function<String, JsonNode> code) {
        long outer = line.scope;
        line.scope = run.scope();
        try {
            return new HostCall.StepResult.Done(Json.bytes(code.apply(run.effectId())));
        } catch (Raised e) {
            return new HostCall.StepResult.Failed(e.fault());
        } catch (Line.Dropped e) {
            if (!over) {
                giveUp(outer, run.scope(), line.place(), undoable);
            }
            throw e;
        } finally {
            line.scope = outer;
        }
    }

    /**
     * Ends a step that nobody waits for, so that the host does not wait for it either.
     *
     * @param undone whether it may have had its effect and is to be undone: what failed is not
     */
    private void giveUp(long outer, long scope, Place place, boolean undone) {
        Fault fault = Fault.of(Fault.CANCELED, Fault.Owner.FUNCTION, "The workflow went on without waiting for it");
        ask(outer, new HostCall.StepDone(scope, undone ? NOTHING : new HostCall.StepResult.Failed(fault)), place)
                .abandon();
    }

    /** A wait for an event of this type: one that was left alone, or a new one. */
    Ticket expect(Line line, String type) {
        for (Ticket ticket : idle) {
            if (((HostCall.AwaitEvent) ticket.call).type().equals(type)) {
                idle.remove(ticket);
                return ticket;
            }
        }
        return ask(line, new HostCall.AwaitEvent(type, "", Optional.empty()));
    }

    /** Leaves a wait alone, which cannot be taken back. */
    void leave(Ticket ticket) {
        idle.add(ticket);
    }

    void tell(HostNote note) {
        try {
            host.tell(note);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void take() {
        long begun = System.nanoTime();
        try {
            take(host.next());
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            waited += System.nanoTime() - begun;
        }
    }

    private void take(Answer answer) {
        switch (answer) {
            case Answer.Reply(long number, HostReply reply) -> {
                Ticket ticket = open.remove(number);
                if (ticket == null) {
                    throw new IllegalStateException(
                            "The host answered ticket " + number + ", which is not open; open are " + open.keySet());
                }
                ticket.answer(reply);
                if (ticket.abandoned() && reply instanceof HostReply.Run run) {
                    giveUp(ticket.scope, run.scope(), Place.UNKNOWN, ticket.happened());
                }
            }
            case Answer.Suspend() -> throw new Spent(Spent.What.SUSPENDED, "The host said to suspend");
            case Answer.Stop(Fault why) -> throw new Spent(Spent.What.TIME, why.message());
        }
    }
}
