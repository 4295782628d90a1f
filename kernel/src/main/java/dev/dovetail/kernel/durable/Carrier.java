package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.journal.Approval;
import dev.dovetail.kernel.durable.journal.Checkpointing;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Outside;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.durable.journal.Waiting;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.Answer;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Carries one execution as far as it goes now: to its end, or to where it waits. */
final class Carrier {
    private static final System.Logger LOG = System.getLogger(Carrier.class.getName());

    /** After so long one that has to run alone tries again whether it may. */
    private static final Duration ALONE_PAUSE = Duration.ofMillis(200);
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
    private final Control control;
    private final Predicate<Order> held;
    private final Quarantine quarantine;
    private final SuspensionLimit limit;

    /**
     * What keeps executions from going on.
     *
     * @param held whether an order's work is not to go on now
     * @param compensated is told how each of a plain call's compensations ended
     */
    record Rules(Predicate<Order> held, SuspensionLimit limit, Quarantine quarantine, Consumer<String> compensated) {}

    Carrier(
            Bench bench,
            Hosts hosts,
            Schemas schemas,
            Tempo tempo,
            InstantSource clock,
            Ends ends,
            Children children,
            Rules rules) {
        this.held = rules.held();
        this.quarantine = rules.quarantine();
        this.limit = rules.limit();
        this.bench = bench;
        this.hosts = hosts;
        this.schemas = schemas;
        this.tempo = tempo;
        this.clock = clock;
        this.ends = ends;
        this.children = children;
        Handlers handlers = new Handlers(bench, children, tempo, schemas, clock);
        Compensations compensations = new Compensations(children, schemas, clock, rules.compensated());
        this.undoing = new Undoing(bench, hosts, handlers, compensations, ends, tempo, schemas, clock);
        this.control =
                new Control(bench, new Moves(bench, new Papers(schemas), clock), limit, undoing, ends, children, clock);
    }

    /** Carries it; answers when it goes on, if it has not ended. */
    Optional<Parked> carry(Case it) throws InterruptedException {
        if (it.standing().status() == ExecutionStatus.COMPENSATING) {
            return undoing.go(it);
        }
        Optional<Parked> controlled = control.look(it);
        if (controlled.isPresent() || it.standing().status().ended()) {
            return controlled;
        }
        Order order = it.order(); // as it is now, after what the inbox said
        Optional<JsonNode> traits = bench.traits(order);
        if (traits.isEmpty()) {
            return ends.end(it, ExecutionStatus.FAILED, Optional.empty(), Optional.of(PoolBench.gone(order)));
        }
        boolean waited = it.standing().isPaused() || it.standing().isHeld();
        if (!waited
                && it.standing().status() == ExecutionStatus.QUEUED
                && it.standing().due().toEpochMilli() > clock.millis()) {
            return Optional.of(new Parked(it.due())); // told of something before its next attempt is due
        }
        if (held.test(order)) {
            return Optional.of(hold(it));
        }
        if (waited) {
            boolean was = it.standing().isHeld();
            it.stands(it.standing().released(clock.instant()));
            if (was) {
                it.save(it.story(), List.of()); // so that nobody lets it go on once more
            }
        }
        OptionalInt dialect = dialect(it);
        Optional<String> lacking = dialect.isPresent() && !it.story().isEmpty()
                ? bench.lacking(order, dialect.getAsInt())
                : Optional.empty();
        return lacking.isPresent()
                ? Optional.of(awaitPlugin(it, traits.get(), lacking.get()))
                : attempt(it, traits.get(), dialect);
    }

    /** The replay semantics that a journal is in, or will be. */
    private OptionalInt dialect(Case it) throws InterruptedException {
        if (!it.order().isWorkflow()) {
            return OptionalInt.empty();
        }
        OptionalInt written = it.story().dialect();
        return written.isPresent() && !it.story().isEmpty() ? written : bench.dialect(it.order());
    }

    /** Nothing that is installed carries it on: it waits until something does. */
    private Parked awaitPlugin(Case it, JsonNode traits, String needs) throws InterruptedException {
        if (!it.standing().why().equals(PLUGIN)) {
            Checkpointing.of(traits)
                    .suspended(
                            it.story(),
                            clock.millis(),
                            it.story().nothing().put("why", PLUGIN).put("needs", needs));
        }
        if (it.standing().status() == ExecutionStatus.QUEUED) {
            it.stands(it.standing().running(clock.instant()));
        }
        Instant again = clock.instant().plus(AGAIN);
        Instant until = limit.bound(it);
        return new Parked(it.park(
                it.standing().waiting(again.isBefore(until) ? again : until, PLUGIN),
                it.standing().events()));
    }

    private Parked hold(Case it) throws InterruptedException {
        Order order = it.order();
        Due due = it.hold(limit.bound(it));
        // resumed meanwhile, and maybe looked for before it was there
        return new Parked(held.test(order) ? due : new Due(order.id(), order.tenant(), due.shard(), clock.instant()));
    }

    private Optional<Parked> attempt(Case it, JsonNode traits, OptionalInt dialect) throws InterruptedException {
        Order order = it.order();
        Standing before = it.standing();
        Optional<Fault> killed = quarantine.killed(it);
        if (killed.isPresent()) {
            return failed(it, traits, killed.get());
        }
        if (!quarantine.enter(it, clock.instant(), () -> begins(it, before, dialect))) {
            return Optional.of(new Parked(new Due(
                    order.id(),
                    order.tenant(),
                    it.due().shard(),
                    clock.instant().plus(ALONE_PAUSE))));
        }
        it.stands(it.standing().running(clock.instant()));
        Bench.Stretch ran = run(it, before.attempt(), dialect);
        Optional<JournalHost> host = it.host();
        it.noHost();
        it.ranOn(ran.plugin(), host.isPresent() ? List.of() : ran.logs());
        ran.used().tell(it.story(), clock.millis());
        if (host.flatMap(JournalHost::broken).isPresent()) {
            throw host.get().broken().get();
        }
        Optional<Answer> dismissed = host.flatMap(JournalHost::dismissed);
        if (dismissed.isPresent() && dismissed.get() instanceof Answer.Suspend) {
            return suspended(it, traits, host.get());
        }
        if (dismissed.isPresent() && host.get().again()) {
            return carry(it);
        }
        if (it.leaving() && ran.body().isEmpty()) {
            it.stands(it.standing().cut(Standing.Cut.NONE)); // left, and not cut off
            it.save(it.story(), List.of());
            return Optional.of(new Parked(it.due()));
        }
        if (ran.body().isPresent()) {
            return ends.end(it, ExecutionStatus.SUCCEEDED, ran.body(), Optional.empty());
        }
        Optional<Parked> controlled = control.look(it);
        if (controlled.isPresent() || it.standing().status().ended()) {
            return controlled;
        }
        if (dismissed.equals(Optional.of(JournalHost.PAUSED))) {
            return carry(it); // and told to go on before it had left
        }
        return failed(it, traits, ran.fault().orElseThrow());
    }

    private void begins(Case it, Standing before, OptionalInt dialect) {
        if (it.story().isEmpty()) {
            ObjectNode began = it.story().nothing().put("attempt", before.attempt());
            dialect.ifPresent(number -> began.put("dialect", number));
            it.story().add(Line.BEGAN, clock.millis(), began);
        } else if (before.status() != ExecutionStatus.RUNNING) {
            it.story().add(Line.RESUMED, clock.millis(), it.story().nothing().put("attempt", before.attempt()));
        }
    }

    private Bench.Stretch run(Case it, int attempt, OptionalInt dialect) throws InterruptedException {
        try {
            it.check();
            return bench.run(
                    it.order(),
                    it.order().input(),
                    attempt,
                    new Entry.Main(),
                    Optional.of(running -> it.order().isWorkflow() ? host(it, running) : undoing.host(it, running)),
                    dialect);
        } finally {
            quarantine.leave(it);
        }
    }

    private JournalHost host(Case it, Running running) {
        Outside outside = children.of(it, () -> bench.interrupt(it.order().id()));
        JournalHost host = new JournalHost(running, hosts, tempo, it.story(), it, outside);
        it.host(host);
        host.arrived(); // what came about gates since they were looked for
        return host;
    }

    private Optional<Parked> suspended(Case it, JsonNode traits, JournalHost host) throws InterruptedException {
        Waiting waiting = host.waiting();
        Instant until = limit.bound(it);
        Instant due = waiting.due()
                .map(Instant::ofEpochMilli)
                .filter(at -> at.isBefore(until))
                .orElse(until);
        Checkpointing.of(traits)
                .suspended(
                        it.story(),
                        clock.millis(),
                        it.story().nothing().put("why", waiting.why()).put("until", due.toEpochMilli()));
        if (waiting.why().equals(Approval.CALL)) {
            // not the address: whoever has that decides, and a log is read by many
            LOG.log(
                    Level.INFO,
                    "The execution {0} of {1} waits for a person''s decision; GET /api/v1/executions/{0} has the address",
                    it.order().id(),
                    it.order().function());
        }
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

    /** Ends one that cannot be carried on. */
    Optional<Parked> giveUp(Case it, boolean undoable, Fault why) throws InterruptedException {
        return control.giveUp(it, undoable, why);
    }

    /** Ends its code, if it was told to stop. */
    void stop(Case it) {
        control.stop(it);
    }
}
