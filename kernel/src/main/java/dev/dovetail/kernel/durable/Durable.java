package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Ids;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
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
import java.util.concurrent.Semaphore;
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
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Slot<StateStore> state;
    private final Cluster cluster;
    private final DueQueue queue;
    private final Schemas schemas;
    private final Papers papers;
    private final Commits commits;
    private final Inbox inbox;
    private final Shelf shelf;
    private final DeadLetters deadLetters;
    private final Carrier carrier;
    private final ThreadFactory threads;
    private final ThreadFactory platform;
    private final InstantSource clock;
    private final Semaphore places;
    private final Map<String, Case> underWay = new ConcurrentHashMap<>();
    private final Map<String, Order> fresh = new ConcurrentHashMap<>();
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
        this.threads = threads;
        this.platform = platform;
        this.clock = clock;
        this.queue = new DueQueue(state, clock);
        this.papers = new Papers(schemas);
        this.commits = new Commits(state);
        this.inbox = new Inbox(state, schemas);
        this.shelf = new Shelf(state, papers, schemas);
        this.deadLetters = new DeadLetters(state, schemas);
        this.places = new Semaphore(atOnce);
        Ends ends = new Ends(shelf, records, cluster, schemas, clock, this::ended);
        Children children = new Children(callers, (filter, event) -> filter.isEmpty(), schemas);
        this.carrier = new Carrier(catalog, runs, hosts, schemas, telemetry, clock, ends, children);
    }

    /** Begins to carry what is there; called once, when everything below serves. */
    public void start() throws InterruptedException {
        cluster.start(new Cluster.Watcher() {
            @Override
            public void taken(Fence fence) {
                threads.newThread(() -> open(fence)).start();
            }

            @Override
            public void lost(int shard) {
                queue.closed(shard);
            }
        });
        platform.newThread(this::dispatch).start();
        platform.newThread(this::listen).start();
    }

    private void open(Fence fence) {
        while (!closing) {
            try {
                queue.opened(fence);
                return;
            } catch (InterruptedException e) {
                return;
            } catch (PluginFailure e) {
                LOG.log(Level.WARNING, "What is due cannot be read now, and is tried again: {0}", e.getMessage());
            }
        }
    }

    private void dispatch() {
        try {
            while (!closing) {
                Optional<Due> due = queue.take();
                if (due.isEmpty()) {
                    return;
                }
                places.acquire();
                threads.newThread(() -> carry(due.get())).start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Due due) {
        Optional<Due> next = Optional.empty();
        try {
            Optional<Case> it = load(due);
            if (it.isPresent()) {
                next = carried(it.get());
            }
        } catch (Saving.Lost e) {
            LOG.log(Level.DEBUG, "Left to another node: {0}", e.getMessage());
            cluster.fence(due.shard()).ifPresent(cluster::lost);
        } catch (InterruptedException e) {
            // the system stops; whoever starts next finds it
        } catch (PluginFailure e) {
            next = Optional.of(
                    new Due(due.id(), due.tenant(), due.shard(), clock.instant().plusSeconds(1)));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The execution " + due.id() + " could not be carried, and is tried again", e);
            next = Optional.of(
                    new Due(due.id(), due.tenant(), due.shard(), clock.instant().plusSeconds(10)));
        } finally {
            underWay.remove(due.id());
            next.ifPresent(queue::add);
            queue.done(due.id());
            places.release();
        }
    }

    private Optional<Due> carried(Case it) throws InterruptedException {
        underWay.put(it.order().id(), it);
        Optional<Parked> parked = carrier.carry(it);
        if (parked.isEmpty()) {
            return Optional.empty();
        }
        Optional.ofNullable(awaited.remove(it.order().id())).ifPresent(CountDownLatch::countDown);
        return Optional.of(parked.get().due());
    }

    private Optional<Case> load(Due due) throws InterruptedException {
        Optional<Fence> fence = cluster.fence(due.shard());
        if (fence.isEmpty()) {
            return Optional.empty();
        }
        Order mine = fresh.remove(due.id());
        if (mine != null) {
            return Optional.of(new Case(commits, papers, schemas, mine, Standing.queued(due.at()), fence.get(), due));
        }
        Optional<Open> open = open(due.tenant(), due.id());
        if (open.isEmpty()) {
            Key key = DueQueue.key(due.shard(), due.at(), due.id());
            commits.commit(List.of(fence.get().check(), new Change.Delete(key, Expectation.anything())));
            return Optional.empty();
        }
        Standing standing = open.get().standing();
        Due at = new Due(due.id(), due.tenant(), due.shard(), standing.due());
        Case it = new Case(commits, papers, schemas, open.get().order(), standing, fence.get(), at);
        segments(due.tenant(), due.id()).forEach(it::loaded);
        it.inbox().addAll(inbox.read(due.tenant(), due.id()));
        return Optional.of(it);
    }

    private record Open(Order order, Standing standing) {}

    private Optional<Open> open(Name tenant, String id) throws InterruptedException {
        List<Key> keys = List.of(Keys.order(tenant, id), Keys.standing(tenant, id));
        List<Optional<Entry>> found = state.use(store -> store.findAll(keys));
        return found.getFirst().map(entry -> {
            Order order = papers.order(entry.value());
            return new Open(
                    order,
                    found.get(1)
                            .map(it -> papers.standing(it.value()))
                            .orElseGet(() -> Standing.queued(order.createdAt())));
        });
    }

    private List<Bytes> segments(Name tenant, String id) throws InterruptedException {
        List<Bytes> found = new ArrayList<>();
        Range range = Keys.segments(tenant, id);
        while (true) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, 100));
            page.forEach(entry -> found.add(entry.value()));
            if (page.size() < 100) {
                return found;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** Hears the bells, watches steps that take too long. */
    private void listen() {
        while (!closing) {
            try {
                Thread.sleep(RING_MILLIS);
                underWay.values().forEach(it -> it.host().ifPresent(JournalHost::watch));
                for (Inbox.Rung rung : inbox.rung()) {
                    Optional<Fence> fence = cluster.fence(rung.shard());
                    if (fence.isPresent()) {
                        ring(rung.tenant(), rung.id(), rung.shard());
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

    /** Something has come for an execution: whoever carries it takes it up, or it is carried now. */
    private void ring(Name tenant, String id, int shard) throws InterruptedException {
        Case it = underWay.get(id);
        Optional<JournalHost> host = it == null ? Optional.empty() : it.host();
        if (it == null || host.isEmpty()) {
            if (state.use(store -> store.find(Keys.order(tenant, id))).isPresent()) {
                queue.add(new Due(id, tenant, shard, clock.instant()));
            } else {
                for (Message message : inbox.read(tenant, id)) {
                    commits.once(List.of(new Change.Delete(message.key(), Expectation.anything())));
                }
            }
            return;
        }
        List<Key> seen = it.inbox().stream().map(Message::key).toList();
        for (Message message : inbox.read(tenant, id)) {
            if (!seen.contains(message.key())) {
                it.inbox().add(message);
                switch (message.kind()) {
                    case "cancel", "terminate" ->
                        host.get().dismiss(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "The execution was canceled"));
                    case "pause" -> host.get().pause();
                    default -> {}
                }
            }
        }
        host.get().arrived();
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
            fresh.put(order.id(), order);
            queue.add(due);
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
        Case mine = underWay.get(id);
        if (mine != null
                && mine.order().tenant().equals(tenant)
                && !mine.standing().status().ended()) {
            return Optional.of(mine.shown(mine.lines()));
        }
        Optional<Open> open = open(tenant, id);
        if (open.isEmpty()) {
            return shelf.find(tenant, id);
        }
        Story story = new Story(schemas);
        segments(tenant, id).forEach(story::load);
        return Optional.of(shown(open.get(), story));
    }

    private static Shown shown(Open open, Story story) {
        Standing standing = open.standing();
        return new Shown(
                open.order(),
                standing.status(),
                standing.attempt(),
                standing.why(),
                standing.why().isEmpty() ? Optional.empty() : Optional.of(standing.due()),
                standing.startedAt(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                story.lines());
    }

    /** The tenant's open executions that fit, newest first, from before this id; without their journals. */
    public List<Shown> open(Name tenant, Predicate<Shown> fits, String before, int limit) throws InterruptedException {
        List<Shown> found = new ArrayList<>();
        Range range = Keys.orders(tenant).reversed();
        if (!before.isEmpty()) {
            range = range.after(Keys.order(tenant, before).path());
        }
        for (int pages = 0; pages < 200; pages++) {
            Range asked = range;
            List<Entry> page = state.use(store -> store.list(asked, 100));
            for (Entry each : page) {
                Order order = papers.order(each.value());
                Case mine = underWay.get(order.id());
                Optional<Open> open = mine == null ? open(tenant, order.id()) : Optional.empty();
                Optional<Shown> shown = mine == null
                        ? open.map(it -> shown(it, new Story(schemas)))
                        : Optional.of(mine.shown(List.of()));
                shown.filter(it -> !it.status().ended()).filter(fits).ifPresent(found::add);
                if (found.size() >= limit) {
                    return found;
                }
            }
            if (page.size() < 100) {
                return found;
            }
            range = range.after(page.getLast().key().path());
        }
        return found;
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

    private void ended(String id, Shown shown) {
        Optional.ofNullable(awaited.remove(id)).ifPresent(CountDownLatch::countDown);
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
            ring(tenant, id, shard);
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
        return underWay.size();
    }

    /** Lets those that are carried come to where they can be left, for a short while, and leaves them. */
    @Override
    public void close() {
        closing = true;
        queue.close();
        underWay.values().forEach(Case::leave);
        long until = System.nanoTime() + CLOSING.toNanos();
        while (!underWay.isEmpty() && System.nanoTime() < until) {
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        commits.closing();
    }
}
