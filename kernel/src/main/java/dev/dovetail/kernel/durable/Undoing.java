package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Registered;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.durable.journal.Undo;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/**
 * Undoes what an execution did: the compensations of its steps in the reverse order of their completion, each with tries of its own;
 * one that fails for good does not keep the others from being tried. If no step had one, the function's own handler is called, if it
 * has one. What a plain function registered is called instead.
 */
final class Undoing {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Bench bench;
    private final Hosts hosts;
    private final Handlers handlers;
    private final Compensations compensations;
    private final Ends ends;
    private final Tempo tempo;
    private final Schemas schemas;
    private final InstantSource clock;

    Undoing(
            Bench bench,
            Hosts hosts,
            Handlers handlers,
            Compensations compensations,
            Ends ends,
            Tempo tempo,
            Schemas schemas,
            InstantSource clock) {
        this.bench = bench;
        this.hosts = hosts;
        this.handlers = handlers;
        this.compensations = compensations;
        this.ends = ends;
        this.tempo = tempo;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** Makes the host of a plain call's attempt, which may register what is to be called if all have failed. */
    LiveHost host(Case it, Running running) {
        return it.order().isForAnEnd()
                ? hosts.plain(running) // or compensations of compensations would be without end
                : hosts.plain(running, Optional.of(registered -> compensations.keep(it, registered)));
    }

    Optional<Parked> begin(Case it, Fault cause, boolean canceled) throws InterruptedException {
        boolean nothing = it.order().isWorkflow()
                ? Undo.all(it.story()).isEmpty() && handlers.find(it, canceled).isEmpty()
                : !Registered.any(it.story());
        if (nothing) {
            return ends.end(it, plain(it, canceled), Optional.empty(), Optional.of(cause));
        }
        ObjectNode line = it.story().nothing().put("canceled", canceled);
        line.set("fault", Faulted.write(schemas, cause));
        it.story().add(Line.UNDOING, clock.millis(), line);
        if (it.standing().status() == ExecutionStatus.QUEUED) {
            it.stands(it.standing().running(clock.instant()));
        }
        it.stands(it.standing().compensating(clock.instant()));
        it.save(it.story(), List.of());
        return go(it);
    }

    /** What an execution ends as that has nothing to undo. */
    private static ExecutionStatus plain(Case it, boolean canceled) {
        if (canceled) {
            return ExecutionStatus.CANCELED;
        }
        boolean tried = it.standing().startedAt().isPresent();
        return it.order().isWorkflow() || !tried ? ExecutionStatus.FAILED : ExecutionStatus.DEAD_LETTERED;
    }

    /** Goes on undoing, from wherever it was left. */
    Optional<Parked> go(Case it) throws InterruptedException {
        Line undoing = it.story().undoing().orElseThrow();
        Fault cause = it.story().fault(undoing);
        for (Undo each : Undo.all(it.story())) {
            if (it.mail().terminated()) {
                return terminated(it, cause);
            }
            Optional<Fault> fault = undo(it, each, cause);
            ObjectNode line = it.story().nothing();
            fault.ifPresent(why -> line.set("fault", Faulted.write(schemas, why)));
            it.story().add(Line.UNDONE, clock.millis(), each.number(), line);
            it.save(it.story(), List.of());
        }
        if (it.mail().terminated()) {
            return terminated(it, cause);
        }
        boolean failed = it.story().undoingFailed();
        if (Registered.any(it.story())) {
            switch (compensations.go(it)) {
                case Compensations.Gone.Waits(Parked parked) -> {
                    return Optional.of(parked);
                }
                case Compensations.Gone.Through(int wrong) -> failed = wrong > 0;
            }
        } else if (!it.story().anyUndone()) {
            boolean canceled = undoing.json().path("canceled").booleanValue(false);
            switch (handlers.call(it, cause, canceled)) {
                case Handlers.Called.Waits(Parked parked) -> {
                    return Optional.of(parked);
                }
                case Handlers.Called.Failed(Fault fault) -> {
                    if (it.mail().terminated()) {
                        return terminated(it, cause);
                    }
                    failed = true;
                    complain(it, fault);
                }
                case Handlers.Called.Done _ -> {}
            }
        }
        return ends.end(
                it,
                failed ? ExecutionStatus.DEAD_LETTERED : ExecutionStatus.COMPENSATED,
                Optional.empty(),
                Optional.of(cause));
    }

    /** It ends as it is: what was to be done for its end is not, as somebody has to know. */
    private Optional<Parked> terminated(Case it, Fault cause) throws InterruptedException {
        it.story()
                .log(List.of(new LogLine(
                        clock.instant(),
                        "warning",
                        "It was terminated before all was done that was to be done for its end",
                        "{}")));
        return ends.end(it, ExecutionStatus.DEAD_LETTERED, Optional.empty(), Optional.of(cause));
    }

    /** The execution ends with its own error, which says nothing of the handler's. */
    private void complain(Case it, Fault fault) {
        String told = "What is to be called at its end failed: " + fault.message();
        it.story().log(List.of(new LogLine(clock.instant(), "error", told, "{}")));
    }

    private Optional<Fault> undo(Case it, Undo step, Fault cause) throws InterruptedException {
        Entry entry = new Entry.Compensation(step.function(), step.label(), step.input(), step.output(), cause);
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1 + step.tried(); ; attempt++) {
            it.check();
            String effects = it.order().id() + "/" + step.number() + "/undo";
            Bench.Stretch ran = bench.run(
                    it.order(),
                    step.input(),
                    attempt,
                    entry,
                    Optional.of(running -> hosts.plain(running, effects)),
                    OptionalInt.empty());
            it.ranOn(ran.plugin(), ran.logs());
            ran.used().tell(it.story(), clock.millis());
            if (ran.fault().isEmpty()) {
                return ran.fault();
            }
            Fault fault = ran.fault().get();
            ObjectNode line = it.story().nothing().put("attempt", attempt);
            line.set("fault", Faulted.write(schemas, fault));
            it.story().add(Line.UNTRIED, clock.millis(), step.number(), line);
            it.save(it.story(), List.of()); // whoever takes over has the attempts that are left
            if (attempt >= ATTEMPTS && !Retries.ofThePlatform(fault)
                    || attempt >= 10 * ATTEMPTS
                    || it.mail().terminated()) {
                return ran.fault();
            }
            tempo.pause(pause);
            pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(10)) < 0 ? pause.multipliedBy(2) : pause;
        }
    }
}
