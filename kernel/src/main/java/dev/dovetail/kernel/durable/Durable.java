package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries every accepted execution to its end. What {@link #accept} has returned for is done, whatever dies: it is kept in the store
 * under a shard, and whoever owns the shard carries it. Thread-safe.
 */
public final class Durable implements AutoCloseable {
    private final Bounds bounds;
    private final Slot<StateStore> state;
    private final Cluster cluster;
    private final Schemas schemas;
    private final OpenFiles files;
    private final Finding finding;
    private final Takeover takeover;
    private final Leftovers leftovers;
    private final DeadLetters deadLetters;
    private final Approvals approvals;
    private final Rehearsals rehearsals;
    private final Forks forks;
    private final Floor floor;
    private final Dispatch dispatch;
    private final Bells bells;
    private final Pauses pauses;
    private final Held held;
    private final Counting counting;
    private final Membership membership;
    private final Reception reception;
    private final Streams streams;
    private final ThreadFactory platform;
    private final InstantSource clock;
    private final Awaited awaited = new Awaited();

    /**
     * @param threads virtual ones, on which executions are carried
     * @param platform of the system's own: for what must not wait for the others
     */
    public Durable(
            Slot<StateStore> state,
            Cluster cluster,
            Catalog catalog,
            Runs runs,
            Hosts hosts,
            Records records,
            Callers callers,
            Rights rights,
            Schemas schemas,
            Telemetry telemetry,
            ThreadFactory threads,
            ThreadFactory platform,
            InstantSource clock,
            Bounds bounds,
            Sweep sweep) {
        this.bounds = bounds;
        this.state = state;
        this.streams = hosts.streams();
        this.cluster = cluster;
        this.schemas = schemas;
        this.platform = platform;
        this.clock = clock;
        Ownership shards = Ownership.in(cluster);
        DueQueue queue = new DueQueue(state, platform, clock);
        Papers papers = new Papers(schemas);
        Commits commits = new Commits(state, Tempo.real());
        Inbox inbox = new Inbox(state, schemas);
        this.files = new OpenFiles(state, papers, schemas);
        Shelf shelf = new Shelf(state, papers, schemas);
        this.deadLetters = new DeadLetters(state, commits, papers, schemas);
        this.leftovers = new Leftovers(state, files, shelf, deadLetters, sweep, cluster.calendar());
        Listing listing = new Listing(state, shelf, inbox, commits, (it, also) -> records.add(Ends.record(it), also));
        Ends ends = new Ends(shelf, deadLetters, listing, shards, schemas, clock, this::ended);
        Children children = new Children(callers, new CelFilters(), shards, schemas, rights, clock);
        Rehearser rehearser = new Rehearser(catalog, runs, telemetry, hosts);
        Quarantine quarantine = new Quarantine();
        this.pauses = new Pauses(state, commits, schemas, clock);
        this.held = new Held(state, pauses, cluster::owned, Agenda.of(queue), clock);
        Carrier carrier = new Carrier(
                new PoolBench(catalog, runs, telemetry, rehearser, rights),
                hosts,
                schemas,
                Tempo.real(),
                clock,
                ends,
                children,
                new Carrier.Rules(
                        held::holds,
                        SuspensionLimit.counted(bounds.longest(), telemetry),
                        quarantine,
                        Takeover.counted(telemetry)));
        Census census = Census.shown(telemetry);
        this.counting = new Counting(state, papers, census);
        Loading loading =
                new Loading(shards, files, inbox, listing, papers, commits, schemas, bounds.desk(telemetry), census);
        this.floor = new Floor(
                new Floor.Tools(shards, Agenda.of(queue), files, loading, listing, inbox, commits, carrier, clock),
                awaited::parked);
        this.reception = new Reception(
                shards, papers, commits, floor, new Lobby(bounds.queued(), queue::waiting), schemas, clock);
        this.finding = new Finding(floor, files, shelf);
        this.takeover = new Takeover(finding, reception, papers, schemas, telemetry);
        this.approvals = new Approvals(this, reception, new Seals(state, commits, schemas, clock), schemas, clock);
        this.forks = new Forks(rehearser, reception, catalog, papers, schemas, clock);
        this.rehearsals = new Rehearsals(this, rehearser, catalog, schemas, forks);
        this.bells = new Bells(shards, inbox, commits, floor);
        this.dispatch = new Dispatch(queue, shards, floor, threads, bounds.carried());
        this.membership = new Membership(cluster, dispatch, held, quarantine, census, clock, bounds.paused());
    }

    private void ended(Shown how) throws InterruptedException {
        awaited.ended(how);
        streams.wake(how.order().id());
        bells.ended(how.order());
    }

    /** Begins to carry what is there; called once, when everything below serves. */
    public void start() throws InterruptedException {
        pauses.refresh();
        membership.start();
        List.<Runnable>of(dispatch::run, bells::run, held::run, counting::run)
                .forEach(each -> platform.newThread(each).start());
    }

    /** Lets a node that was started paused take its share; false if it has. */
    public boolean resume() {
        return membership.resume();
    }

    /** Whether this node was started paused and was not resumed. */
    public boolean paused() {
        return membership.paused();
    }

    /**
     * Takes an execution on; it is done from the moment that this returns.
     *
     * @param gates at which it is held, from its beginning
     * @param more what is written with it, or not at all
     * @throws Refusal CONFLICT if there is one of this id, UNAVAILABLE if too many wait
     */
    public void accept(Order order, List<Gate.Wish> gates, List<Change> more) throws InterruptedException {
        if (gates.isEmpty()) {
            reception.accept(order, more);
        } else {
            reception.acceptBegun(order, forks.gated(order, gates, more));
        }
    }

    /** An id for an execution that this node carries itself, if it can. */
    public String newId() {
        return Ownership.newId(cluster, clock);
    }

    /** An accepted execution, open or ended, with its journal: from memory only while no other node can have gone on with it. */
    public Optional<Shown> find(Name tenant, String id) throws InterruptedException {
        return finding.find(tenant, id);
    }

    /** What was made of an execution since: how, by the ids of those that were. */
    public Map<String, String> successors(Name tenant, String id) throws InterruptedException {
        return files.successors(tenant, id);
    }

    /** The tenant's open executions that fit, newest first, from before this id; without their journals. */
    public Opened open(Name tenant, Predicate<Shown> fits, String before, int limit) throws InterruptedException {
        return files.list(tenant, fits, before, limit, id -> floor.inHand(id).flatMap(it -> it.shownByOwner(false)));
    }

    /**
     * Waits until an execution has ended, so long; answers how it is then.
     *
     * @param orSuspended whether one that waits is waited for no longer
     */
    public Optional<Shown> await(Name tenant, String id, Duration within, boolean orSuspended)
            throws InterruptedException {
        return await(tenant, id, within, now -> orSuspended && now.status() == ExecutionStatus.SUSPENDED);
    }

    /** The same until it has ended or looks as wanted. */
    public Optional<Shown> await(Name tenant, String id, Duration within, Predicate<Shown> enough)
            throws InterruptedException {
        return awaited.await(tenant, id, within, floor.isOpenHere(tenant, id), enough, () -> find(tenant, id));
    }

    /**
     * Tells an open execution something: to cancel, terminate, pause or resume, or that something has happened. It is kept when this
     * returns, and taken up by whoever carries the execution.
     *
     * @param message names it: the same again is told once
     */
    public void tell(Name tenant, String id, String message, ObjectNode json) throws InterruptedException {
        reception.tell(tenant, id, message, json);
    }

    /**
     * Takes a piece of an open execution's streamed input, or its end; it is kept when this returns. Answers its number.
     *
     * @throws Refusal if the input has ended, or too many pieces wait
     */
    public long input(Name tenant, String id, Optional<Bytes> piece) throws InterruptedException {
        return reception.input(state, streams.inputs(), tenant, id, piece);
    }

    /** The same of what is said by one alone; false if it has been said, and is not taken up. */
    public boolean tellFirst(Name tenant, String id, String message, ObjectNode json) throws InterruptedException {
        return reception.tellFirst(tenant, id, message, json);
    }

    /** Tells all of the tenant's executions that wait for events of this type; answers how many. */
    public int emit(Name tenant, String type, String event, Bytes value) throws InterruptedException {
        return reception.tellAll(tenant, files.waitingFor(tenant, type), "event-" + event, signal(type, value));
    }

    public ObjectNode signal(String type, Bytes event) {
        return schemas.object().put("kind", "signal").put("type", type).set("event", schemas.parse(event));
    }

    /** Lets go of executions and dead letters that are older, and of code that nothing needs; done by one node of the cluster. */
    public void keepOnly(Duration ended, Duration letters) throws InterruptedException {
        if (sweeps()) {
            leftovers.keepOnly(ended, letters);
        }
    }

    /** Whether this node is the one that does what is to be done once. */
    public boolean sweeps() {
        return cluster.fence(0).isPresent();
    }

    public Rehearsals rehearsals() {
        return rehearsals;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public Approvals approvals() {
        return approvals;
    }

    /** Takes over plain calls that failed and have something to be done then. */
    public Takeover takeover() {
        return takeover;
    }

    public Pauses pauses() {
        return pauses;
    }

    /** How many executions are carried by this node right now, beside how many may be. */
    public Quota carried() {
        return Quota.limited("carriedExecutions", floor.underWay(), bounds.carried());
    }

    /** The same of those that are due and wait for that. */
    public Quota queued() {
        return reception.lobby().usage();
    }

    /** Lets those that are carried come to where they can be left, for a short while, and leaves them. */
    @Override
    public void close() {
        counting.close();
        bells.close();
        held.close();
        dispatch.close();
        floor.close();
        streams.closing();
    }
}
