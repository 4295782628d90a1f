package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.durable.journal.Waiting;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Carries one execution as far as it goes now: to its end, or to where it waits. */
final class Carrier {
    /** Why an execution waits that no installed plugin version carries on. */
    static final String PLUGIN = "plugin";

    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Bench bench;
    private final Hosts hosts;
    private final Schemas schemas;
    private final Tempo tempo;
    private final InstantSource clock;
    private final Ends ends;
    private final Undoing undoing;
    private final Children children;
    private final Moves moves;

    Carrier(Bench bench, Hosts hosts, Schemas schemas, Tempo tempo, InstantSource clock, Ends ends, Children children) {
        this.moves = new Moves(bench, new Papers(schemas), clock);
        this.bench = bench;
        this.hosts = hosts;
        this.schemas = schemas;
        this.tempo = tempo;
        this.clock = clock;
        this.ends = ends;
        this.children = children;
        this.undoing = new Undoing(bench, children, ends, tempo, schemas, clock);
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
        Order order = it.order(); // as it is now, after what the inbox said
        Optional<JsonNode> traits = bench.traits(order);
        if (traits.isEmpty()) {
            return ends.end(it, ExecutionStatus.FAILED, Optional.empty(), Optional.of(PoolBench.gone(order)));
        }
        if (it.standing().status() == ExecutionStatus.QUEUED
                && it.standing().due().toEpochMilli() > clock.millis()) {
            return Optional.of(new Parked(it.due())); // told of something before its next attempt is due
        }
        OptionalInt dialect = dialect(it);
        Optional<String> lacking = dialect.isPresent() && !it.story().isEmpty()
                ? bench.lacking(order, dialect.getAsInt())
                : Optional.empty();
        return lacking.isPresent() ? Optional.of(awaitPlugin(it, lacking.get())) : attempt(it, traits.get(), dialect);
    }

    /** The replay semantics that a journal is in, or will be. */
    private OptionalInt dialect(Case it) {
        if (!it.order().isWorkflow()) {
            return OptionalInt.empty();
        }
        OptionalInt written = it.story().dialect();
        return written.isPresent() && !it.story().isEmpty() ? written : bench.dialect(it.order());
    }

    /** Nothing that is installed carries it on: it waits until something does. */
    private Parked awaitPlugin(Case it, String needs) throws InterruptedException {
        if (!it.standing().why().equals(PLUGIN)) {
            it.story()
                    .add(
                            Line.SUSPENDED,
                            clock.millis(),
                            it.story().nothing().put("why", PLUGIN).put("needs", needs));
        }
        if (it.standing().status() == ExecutionStatus.QUEUED) {
            it.stands(it.standing().running(clock.instant()));
        }
        Instant again = clock.instant().plus(AGAIN);
        Instant until = it.order().until();
        return new Parked(it.park(
                it.standing().waiting(again.isBefore(until) ? again : until, PLUGIN),
                it.standing().events()));
    }

    /** What the inbox and the time say about going on at all. */
    private Optional<Parked> control(Case it) throws InterruptedException {
        boolean was = it.standing().why().equals("paused");
        boolean paused = was;
        for (Message message : it.mail().waiting()) {
            switch (message.kind()) {
                case "cancel", "terminate" -> {
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
                default -> {}
            }
        }
        if (!clock.instant().isBefore(it.order().until())) {
            return undoing.begin(
                    it,
                    Fault.of(
                            Fault.TIMEOUT,
                            Fault.Owner.FUNCTION,
                            "The execution was not over by " + it.order().until()
                                    + ", which is as long as it may take"),
                    false);
        }
        return paused ? Optional.of(pause(it, was)) : Optional.empty();
    }

    private Parked pause(Case it, boolean was) throws InterruptedException {
        if (!was) {
            it.story().add(Line.SUSPENDED, clock.millis(), it.story().nothing().put("why", "paused"));
        }
        if (it.standing().status() == ExecutionStatus.QUEUED) {
            it.stands(it.standing().running(clock.instant()));
        }
        return new Parked(it.park(
                it.standing().waiting(it.order().until(), "paused"),
                it.standing().events()));
    }

    private Optional<Parked> canceled(Case it, Message message) throws InterruptedException {
        Fault why = Fault.of(
                Fault.CANCELED,
                Fault.Owner.CALLER,
                message.body().path("reason").stringValue("The execution was canceled"));
        if (message.kind().equals("terminate")) {
            return ends.end(it, ExecutionStatus.CANCELED, Optional.empty(), Optional.of(why));
        }
        return undoing.begin(it, why, true);
    }

    private Optional<Parked> attempt(Case it, JsonNode traits, OptionalInt dialect) throws InterruptedException {
        Order order = it.order();
        Standing before = it.standing();
        it.stands(before.running(clock.instant()));
        if (it.story().isEmpty()) {
            ObjectNode began = it.story().nothing().put("attempt", before.attempt());
            dialect.ifPresent(number -> began.put("dialect", number));
            it.story().add(Line.BEGAN, clock.millis(), began);
        } else if (before.status() == ExecutionStatus.SUSPENDED) {
            it.story().add(Line.RESUMED, clock.millis(), it.story().nothing());
        }
        it.check();
        Bench.Stretch ran = bench.run(
                order,
                order.input(),
                before.attempt(),
                new Entry.Main(),
                order.isWorkflow() ? Optional.of(running -> host(it, running)) : Optional.empty(),
                dialect);
        Optional<JournalHost> host = it.host();
        it.noHost();
        it.ranOn(ran.plugin(), host.isPresent() ? List.of() : ran.logs());
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
        Optional<Fault> unreadable = ran.body().flatMap(this::unreadable);
        if (ran.body().isPresent() && unreadable.isEmpty()) {
            return ends.end(it, ExecutionStatus.SUCCEEDED, ran.body(), Optional.empty());
        }
        Optional<Parked> controlled = control(it);
        if (controlled.isPresent() || it.standing().status().ended()) {
            return controlled;
        }
        if (dismissed.equals(Optional.of(JournalHost.PAUSED))) {
            return carry(it); // and told to go on before it had left
        }
        return failed(it, traits, unreadable.or(ran::fault).orElseThrow());
    }

    /** What is no JSON can be neither kept nor given to anybody. */
    private Optional<Fault> unreadable(Bytes body) {
        try {
            schemas.checkJson(body);
            return Optional.empty();
        } catch (Schemas.Malformed e) {
            return Optional.of(
                    Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "The answer is no JSON value: " + e.getMessage()));
        }
    }

    private JournalHost host(Case it, Running running) {
        JournalHost host = new JournalHost(
                running,
                hosts,
                tempo,
                it.story(),
                it,
                children.of(it, () -> bench.interrupt(it.order().id())));
        it.host(host);
        return host;
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
        return Optional.of(new Parked(it.park(it.standing().waiting(due, waiting.why()), waiting.events())));
    }

    private Optional<Parked> failed(Case it, JsonNode traits, Fault fault) throws InterruptedException {
        Standing standing = it.standing();
        boolean platform = Retries.ofThePlatform(fault);
        Retries retries = Retries.of(traits, it.order().isWorkflow());
        if (!retries.again(fault, standing.attempt(), standing.platformFailures())) {
            return undoing.begin(it, fault, false);
        }
        int failures = platform ? standing.platformFailures() + 1 : standing.attempt();
        Instant next = clock.instant().plus(retries.delay(failures, tempo));
        it.story()
                .add(
                        Line.FAILED,
                        clock.millis(),
                        it.story()
                                .nothing()
                                .put("attempt", standing.attempt())
                                .put("next", next.toEpochMilli())
                                .set("fault", Faulted.write(schemas, fault)));
        return Optional.of(new Parked(it.park(standing.again(next, platform), standing.events())));
    }

    /** Interrupts the code of an execution that does not ask its host. */
    void interrupt(Case it) {
        bench.interrupt(it.order().id());
    }
}
