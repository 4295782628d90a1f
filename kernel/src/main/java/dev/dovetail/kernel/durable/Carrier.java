package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Waiting;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.Answer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Carries one execution as far as it goes now: to its end, or to where it waits. */
final class Carrier {
    private final Catalog catalog;
    private final Runs runs;
    private final Hosts hosts;
    private final Schemas schemas;
    private final Telemetry telemetry;
    private final InstantSource clock;
    private final Ends ends;
    private final Undoing undoing;
    private final Children children;

    Carrier(
            Catalog catalog,
            Runs runs,
            Hosts hosts,
            Schemas schemas,
            Telemetry telemetry,
            InstantSource clock,
            Ends ends,
            Children children) {
        this.catalog = catalog;
        this.runs = runs;
        this.hosts = hosts;
        this.schemas = schemas;
        this.telemetry = telemetry;
        this.clock = clock;
        this.ends = ends;
        this.children = children;
        this.undoing = new Undoing(this, ends, schemas, clock);
    }

    /** Carries it; answers when it goes on, if it has not ended. */
    Optional<Parked> carry(Case it) throws InterruptedException {
        if (it.standing().status() == ExecutionStatus.COMPENSATING) {
            return undoing.go(it);
        }
        Optional<Parked> controlled = control(it);
        if (controlled.isPresent() || it.standing().status().ended()) {
            return controlled;
        }
        Order order = it.order();
        if (!clock.instant().isBefore(order.until())) {
            return undo(
                    it,
                    Fault.of(
                            Fault.TIMEOUT,
                            Fault.Owner.FUNCTION,
                            "The execution was not over by " + order.until() + ", which is as long as it may take"),
                    false);
        }
        Optional<Deployed> version = catalog.pinned(order.tenant(), order.function(), order.version());
        if (version.isEmpty()) {
            Fault gone = Fault.of(
                    Fault.NOT_FOUND,
                    Fault.Owner.CALLER,
                    "Version " + order.version() + " of \"" + order.function() + "\" is not there any more");
            return ends.end(it, ExecutionStatus.FAILED, Optional.empty(), Optional.of(gone));
        }
        return attempt(it, version.get());
    }

    /** What the inbox says about going on at all. */
    private Optional<Parked> control(Case it) throws InterruptedException {
        boolean paused = it.standing().why().equals("paused");
        for (Message message : it.inbox()) {
            switch (message.kind()) {
                case "cancel", "terminate" -> {
                    it.consume(message);
                    return canceled(it, message);
                }
                case "pause" -> {
                    it.consume(message);
                    paused = true;
                }
                case "resume" -> {
                    it.consume(message);
                    paused = false;
                    it.story().add(Line.RESUMED, clock.millis(), it.story().nothing());
                }
                default -> {}
            }
        }
        return paused ? Optional.of(pause(it)) : Optional.empty();
    }

    private Parked pause(Case it) throws InterruptedException {
        it.story().add(Line.SUSPENDED, clock.millis(), it.story().nothing().put("why", "paused"));
        return new Parked(it.park(
                it.standing().waiting(ExecutionStatus.SUSPENDED, it.order().until(), "paused"), List.of()));
    }

    private Optional<Parked> canceled(Case it, Message message) throws InterruptedException {
        Fault why = Fault.of(
                Fault.CANCELED,
                Fault.Owner.CALLER,
                message.body().path("reason").stringValue("The execution was canceled"));
        if (message.kind().equals("terminate")) {
            return ends.end(it, ExecutionStatus.CANCELED, Optional.empty(), Optional.of(why));
        }
        return undo(it, why, true);
    }

    private Optional<Parked> attempt(Case it, Deployed version) throws InterruptedException {
        Order order = it.order();
        Standing before = it.standing();
        it.stands(before.running(clock.instant()));
        if (it.story().isEmpty()) {
            it.story().add(Line.BEGAN, clock.millis(), it.story().nothing().put("attempt", before.attempt()));
        } else if (before.status() == ExecutionStatus.SUSPENDED) {
            it.story().add(Line.RESUMED, clock.millis(), it.story().nothing());
        }
        Ran ran;
        try (Trace trace = telemetry.trace(order.traceparent()).begin(Trace.Stage.INVOKE)) {
            Work work = work(order, version, trace, order.input(), before.attempt(), new Entry.Main());
            ran = work.logContext()
                    .bound()
                    .call(() -> order.isWorkflow() ? runs.run(work, running -> host(it, running)) : runs.run(work));
        }
        Optional<JournalHost> host = it.host();
        it.noHost();
        it.ranOn(ran.execution().plugin(), ran.execution().logs());
        if (host.flatMap(JournalHost::broken).isPresent()) {
            throw host.get().broken().get();
        }
        Optional<Answer> dismissed = host.flatMap(JournalHost::dismissed);
        if (dismissed.isPresent() && dismissed.get() instanceof Answer.Suspend) {
            return suspended(it, host.get());
        }
        if (dismissed.isPresent() && host.get().again()) {
            return carry(it);
        }
        if (it.leaving() && ran.body().isEmpty()) {
            it.save(it.story(), List.of());
            return Optional.of(new Parked(it.due()));
        }
        if (ran.body().isPresent()) {
            return ends.end(it, ExecutionStatus.SUCCEEDED, ran.body(), Optional.empty());
        }
        Optional<Parked> controlled = control(it);
        if (controlled.isPresent() || it.standing().status().ended()) {
            return controlled;
        }
        if (host.map(JournalHost::paused).orElse(false)) {
            return carry(it); // and told to go on before it had left
        }
        return failed(it, version, ran.execution().error().orElseThrow());
    }

    private JournalHost host(Case it, dev.dovetail.kernel.host.Running running) {
        JournalHost host = new JournalHost(
                running,
                hosts,
                it.story(),
                it,
                children.of(it, () -> runs.interrupt(it.order().id())));
        it.host(host);
        return host;
    }

    Work work(Order order, Deployed version, Trace trace, Bytes input, int attempt, Entry entry) {
        return new Work(
                order.id(),
                version,
                order.principal(),
                input,
                "async",
                order.correlationId(),
                trace,
                "",
                order.depth(),
                order.timeout(),
                order.createdAt(),
                attempt,
                entry);
    }

    private Optional<Parked> suspended(Case it, JournalHost host) throws InterruptedException {
        Waiting waiting = host.waiting();
        Instant until = it.order().until();
        Instant due = waiting.due()
                .map(Instant::ofEpochMilli)
                .filter(at -> at.isBefore(until))
                .orElse(until);
        it.story()
                .add(
                        Line.SUSPENDED,
                        clock.millis(),
                        it.story().nothing().put("why", waiting.why()).put("until", due.toEpochMilli()));
        return Optional.of(new Parked(
                it.park(it.standing().waiting(ExecutionStatus.SUSPENDED, due, waiting.why()), waiting.events())));
    }

    private Optional<Parked> failed(Case it, Deployed version, Fault fault) throws InterruptedException {
        Standing standing = it.standing();
        boolean platform = Retries.ofThePlatform(fault);
        Retries retries = Retries.of(version.traitsJson(), it.order().isWorkflow());
        if (retries.again(fault, standing.attempt(), standing.platformFailures())) {
            int failures = platform ? standing.platformFailures() + 1 : standing.attempt();
            Instant next = clock.instant().plus(retries.delay(failures));
            it.story()
                    .add(
                            Line.FAILED,
                            clock.millis(),
                            it.story()
                                    .nothing()
                                    .put("attempt", standing.attempt())
                                    .put("next", next.toEpochMilli())
                                    .set("fault", Faulted.write(schemas, fault)));
            return Optional.of(new Parked(it.park(standing.again(next, platform), List.of())));
        }
        return undo(it, fault, false);
    }

    /** It has failed or was canceled: what it did is undone, if there is anything. */
    private Optional<Parked> undo(Case it, Fault cause, boolean canceled) throws InterruptedException {
        return undoing.begin(it, cause, canceled);
    }

    /** Runs something of the function beside its main code. */
    Optional<Ran> beside(Case it, Bytes input, int attempt, Entry entry) throws InterruptedException {
        Order order = it.order();
        Optional<Deployed> version = catalog.pinned(order.tenant(), order.function(), order.version());
        if (version.isEmpty()) {
            return Optional.empty();
        }
        try (Trace trace = telemetry.trace(order.traceparent()).begin(Trace.Stage.INVOKE)) {
            Work work = work(order, version.get(), trace, input, attempt, entry);
            Ran ran = work.logContext().bound().call(() -> runs.run(work));
            it.ranOn(ran.execution().plugin(), ran.execution().logs());
            return Optional.of(ran);
        }
    }

    /** The function's own handlers for its end, from its traits. */
    Optional<String> handler(Case it, boolean canceled) {
        Order order = it.order();
        return catalog.pinned(order.tenant(), order.function(), order.version())
                .flatMap(version -> Optional.ofNullable(version.traitsJson()
                        .path("workflow")
                        .path("compensation")
                        .path(canceled ? "onCancel" : "onFailure")
                        .stringValue(null)));
    }

    Children children() {
        return children;
    }
}
