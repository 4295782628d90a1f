package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Checkpointing;
import dev.dovetail.kernel.durable.journal.Gates;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Fault;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What is said from outside about an execution's going on, and what the time says. */
record Control(
        Bench bench,
        Moves moves,
        SuspensionLimit limit,
        Undoing undoing,
        Ends ends,
        Children children,
        InstantSource clock) {
    /** What the inbox and the time say about going on at all. */
    Optional<Parked> look(Case it) throws InterruptedException {
        boolean was = it.standing().isPaused();
        boolean paused = was;
        boolean gated = false;
        for (Message message : it.mail().waiting()) {
            switch (message.kind()) {
                case Message.CANCEL, Message.TERMINATE -> {
                    it.mail().consume(message);
                    return canceled(it, message);
                }
                case "pause" -> {
                    it.mail().consume(message);
                    paused = true;
                }
                case "resume" -> {
                    it.mail().consume(message);
                    paused = false;
                }
                case "move" -> moves.take(it, message);
                case Gates.SET, Gates.RELEASE, Gates.DELETE -> {
                    it.mail().consume(message);
                    Gates.take(it.story(), message, clock.millis());
                    gated = true;
                }
                default -> {}
            }
        }
        if (gated) {
            it.save(it.story(), List.of()); // seen by whoever set it, also if nothing goes on now
        }
        if (!clock.instant().isBefore(limit.bound(it))) {
            Optional<Fault> over = limit.over(it, bench.traits(it.order()), clock.instant());
            if (over.isPresent()) {
                return undoing.begin(it, over.get(), false);
            }
        }
        return paused ? Optional.of(pause(it, was)) : Optional.empty();
    }

    /** Ends its code, if it was told to stop; what is done for its end goes on, unless it is to end as it is. */
    void stop(Case it) {
        boolean ends = it.standing().status() == ExecutionStatus.COMPENSATING;
        if (ends ? !it.mail().terminated() : !it.mail().canceled()) {
            return;
        }
        Optional<JournalHost> host = it.host();
        host.ifPresent(its -> its.dismiss(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "The execution was canceled")));
        if (host.isEmpty()) {
            bench.interrupt(it.order().id());
            children.called(it).ifPresent(bench::interrupt);
        }
    }

    /** Ends one that cannot be carried on; what was to be undone is not, as somebody has to know. */
    Optional<Parked> giveUp(Case it, boolean undoable, Fault why) throws InterruptedException {
        if (it.standing().status() != ExecutionStatus.COMPENSATING) {
            it.stands(it.standing().running(clock.instant()));
        }
        return ends.end(
                it,
                undoable ? ExecutionStatus.DEAD_LETTERED : ExecutionStatus.FAILED,
                Optional.empty(),
                Optional.of(why));
    }

    private Parked pause(Case it, boolean was) throws InterruptedException {
        if (!was && it.standing().status() != ExecutionStatus.QUEUED) {
            bench.traits(it.order())
                    .map(Checkpointing::of)
                    .orElse(Checkpointing.AUTOMATIC)
                    .suspended(it.story(), clock.millis(), it.story().nothing().put("why", "paused"));
        }
        return new Parked(
                it.park(it.standing().paused(limit.bound(it)), it.standing().events()));
    }

    private Optional<Parked> canceled(Case it, Message message) throws InterruptedException {
        Fault why = Fault.of(
                Fault.CANCELED,
                Fault.Owner.CALLER,
                message.body().path("reason").stringValue("The execution was canceled"));
        if (message.kind().equals(Message.TERMINATE)) {
            return ends.end(it, ExecutionStatus.CANCELED, Optional.empty(), Optional.of(why));
        }
        return undoing.begin(it, why, true);
    }
}
