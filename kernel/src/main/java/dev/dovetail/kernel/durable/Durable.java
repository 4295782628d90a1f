package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries every accepted execution to its end. What {@link #accept} has returned for is done, whatever dies: it is kept in the store
 * under a shard, and whoever owns the shard carries it. Thread-safe.
 */
public final class Durable implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Durable.class.getName());
    private static final long RING_MILLIS = 200;

    private final Slot<StateStore> state;
    private final Cluster cluster;
    private final DueQueue queue;
    private final Schemas schemas;
    private final Papers papers;
    private final Commits commits;
    private final Inbox inbox;
    private final OpenFiles files;
    private final Shelf shelf;
    private final DeadLetters deadLetters;
    private final Floor floor;
    private final ThreadFactory platform;
    private final InstantSource clock;
    private final Map<String, CountDownLatch> awaited = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /**
     * @param threads virtual ones, on which executions are carried
     * @param platform of the system's own: for what must not wait for the others
     * @param atOnce how many executions this node carries at once
     */
    public Durable(
            Slot<StateStore> state,
            Cluster cluster,
            Catalog catalog,
            Runs runs,
            Hosts hosts,
            Records records,
            Callers callers,
            Schemas schemas,
            Telemetry telemetry,
            ThreadFactory threads,
            ThreadFactory platform,
            InstantSource clock,
            int atOnce) {
        this.state = state;
        this.cluster = cluster;
        this.schemas = schemas;
        this.platform = platform;
        this.clock = clock;
        this.queue = new DueQueue(state, platform, clock);
        this.papers = new Papers(schemas);
        this.commits = new Commits(state);
        this.inbox = new Inbox(state, schemas);
        this.files = new OpenFiles(state, papers, schemas);
        this.shelf = new Shelf(state, papers, schemas);
        this.deadLetters = new DeadLetters(state, schemas);
        Ends ends = new Ends(shelf, records, cluster, schemas, clock, this::awake);
        Children children = new Children(callers, (filter, event) -> filter.isEmpty(), schemas);
        Carrier carrier = new Carrier(catalog, runs, hosts, schemas, telemetry, clock, ends, children);
        this.floor = new Floor(
                new Floor.Tools(cluster, queue, files, inbox, papers, commits, schemas, carrier),
                threads,
                clock,
                atOnce,
                this::awake);
    }

    /** Begins to carry what is there; called once, when everything below serves. */
    public void start() throws InterruptedException {
        cluster.start(new Cluster.Watcher() {
            @Override
            public void taken(Fence fence) {
                queue.opened(fence);
            }

            @Override
            public void lost(int shard) {
                queue.closed(shard);
            }
        });
        queue.start();
        platform.newThread(floor::dispatch).start();
        platform.newThread(this::listen).start();
    }

    /** Hears the bells, and watches steps that take too long. */
    private void listen() {
        while (!closing) {
            try {
                Thread.sleep(RING_MILLIS);
                floor.watch();
                for (Inbox.Rung rung : inbox.rung()) {
                    Optional<Fence> fence = cluster.fence(rung.shard());
                    if (fence.isPresent()) {
                        floor.ring(rung.tenant(), rung.id(), rung.shard());
                        commits.once(List.of(
                                fence.get().check(),
                                new Change.Delete(
                                        rung.entry().key(),
                                        Expectation.version(rung.entry().version()))));
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "The bells cannot be heard now: {0}", e.toString());
            }
        }
    }

    private void awake(String id) {
        Optional.ofNullable(awaited.remove(id)).ifPresent(CountDownLatch::countDown);
    }

    /**
     * Takes an execution on; it is done from the moment that this returns.
     *
     * @param more what is written with it, or not at all
     * @throws Refusal CONFLICT if there is one of this id
     */
    public void accept(Order order, List<Change> more) throws InterruptedException {
        int shard = cluster.shardOf(order.id());
        Optional<Fence> fence = cluster.fence(shard);
        Due due = new Due(order.id(), order.tenant(), shard, order.createdAt());
        List<Change> changes = new ArrayList<>();
        fence.ifPresent(it -> changes.add(it.check()));
        changes.add(new Change.Put(Keys.order(order.tenant(), order.id()), papers.write(order), Expectation.absent()));
        changes.add(new Change.Put(
                DueQueue.key(shard, due.at(), due.id()),
                Bytes.utf8(order.tenant().text()),
                Expectation.anything()));
        if (fence.isEmpty()) {
            changes.add(new Change.Put(
                    Keys.bell(shard, order.id()), Bytes.utf8(order.tenant().text()), Expectation.anything()));
        }
        changes.addAll(more);
        if (commits.once(changes) instanceof Committed.Conflict conflict) {
            if (fence.isPresent() && conflict.key().equals(fence.get().key())) {
                cluster.lost(fence.get());
                accept(order, more);
                return;
            }
            throw Refusal.of(ErrorType.CONFLICT, "There is an execution \"" + order.id() + "\"");
        }
        if (fence.isPresent()) {
            floor.accepted(order, due);
        }
    }

    /** An id for an execution that this node carries itself, if it can. */
    public String newId() {
        return cluster.owned().isEmpty() ? Ids.next(clock.instant()) : cluster.own(() -> Ids.next(clock.instant()));
    }

    /** Whether there is or was an execution of this id. */
    public boolean exists(Name tenant, String id) throws InterruptedException {
        return find(tenant, id).isPresent();
    }

    /** An accepted execution, open or ended, with its journal. */
    public Optional<Shown> find(Name tenant, String id) throws InterruptedException {
        if (!Ids.isId(id)) {
            return Optional.empty();
        }
        Optional<Case> mine = floor.inHand(id)
                .filter(it -> it.order().tenant().equals(tenant)
                        && !it.standing().status().ended());
        if (mine.isPresent()) {
            return mine.map(it -> it.shown(it.lines()));
        }
        Optional<OpenFiles.Open> open = files.find(tenant, id);
        return open.isEmpty() ? shelf.find(tenant, id) : Optional.of(open.get().shown(files.story(tenant, id)));
    }

    /** The tenant's open executions that fit, newest first, from before this id; without their journals. */
    public List<Shown> open(Name tenant, Predicate<Shown> fits, String before, int limit) throws InterruptedException {
        return files.list(tenant, fits, before, limit, id -> floor.inHand(id).map(it -> it.shown(List.of())));
    }

    /**
     * Waits until an execution has ended, so long; answers how it is then.
     *
     * @param orSuspended whether one that waits is waited for no longer
     */
    public Optional<Shown> await(Name tenant, String id, Duration within, boolean orSuspended)
            throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        while (true) {
            CountDownLatch turn = awaited.computeIfAbsent(id, any -> new CountDownLatch(1));
            Optional<Shown> now = find(tenant, id);
            long left = until - System.nanoTime();
            if (now.isEmpty()
                    || now.get().status().ended()
                    || orSuspended && now.get().status() == ExecutionStatus.SUSPENDED
                    || left <= 0) {
                awaited.remove(id, turn);
                return now;
            }
            // another node's end is seen by looking
            turn.await(Math.min(left, 500_000_000), TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Tells an open execution something: to cancel, terminate, pause or resume, or that something has happened. It is kept when this
     * returns, and taken up by whoever carries the execution.
     *
     * @param message names it: the same again is told once
     */
    public void tell(Name tenant, String id, String message, ObjectNode json) throws InterruptedException {
        int shard = cluster.shardOf(id);
        List<Change> changes = new ArrayList<>(Inbox.put(schemas, tenant, id, shard, message, json));
        commits.once(changes);
        if (cluster.fence(shard).isPresent()) {
            floor.ring(tenant, id, shard);
        }
    }

    /** Tells all of the tenant's executions that wait for events of this type; answers how many. */
    public int emit(Name tenant, String type, String event, Bytes value) throws InterruptedException {
        List<Entry> waiting = state.use(store -> store.list(Keys.waitingFor(tenant, type), 10_000));
        for (Entry each : waiting) {
            String path = each.key().path();
            tell(tenant, path.substring(path.lastIndexOf('/') + 1), "event-" + event, signal(type, value));
        }
        return waiting.size();
    }

    public ObjectNode signal(String type, Bytes event) {
        ObjectNode json = schemas.object().put("kind", "signal").put("type", type);
        json.set("event", schemas.parse(event));
        return json;
    }

    /** An execution that has ended, as a record. */
    public Execution record(Shown ended) {
        return Ends.record(ended);
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** How many executions are carried right now. */
    public int underWay() {
        return floor.underWay();
    }

    /** Lets those that are carried come to where they can be left, for a short while, and leaves them. */
    @Override
    public void close() {
        closing = true;
        floor.close();
    }
}
