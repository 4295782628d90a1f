package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Where executions are carried: takes those that are due, each on a thread of its own, and puts them back for when they go on. */
final class Floor {
    private static final System.Logger LOG = System.getLogger(Floor.class.getName());
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final DueQueue queue;
    private final OpenFiles files;
    private final Inbox inbox;
    private final Papers papers;
    private final Commits commits;
    private final Schemas schemas;
    private final Carrier carrier;
    private final ThreadFactory threads;
    private final InstantSource clock;
    private final Semaphore places;
    private final Consumer<String> parked;
    private final Map<String, Case> underWay = new ConcurrentHashMap<>();
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final Set<String> rung = ConcurrentHashMap.newKeySet();
    private final Map<String, Order> fresh = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** What the floor works with. */
    record Tools(
            Cluster cluster,
            DueQueue queue,
            OpenFiles files,
            Inbox inbox,
            Papers papers,
            Commits commits,
            Schemas schemas,
            Carrier carrier) {}

    /**
     * @param atOnce how many are carried at once
     * @param parked is told of each that waits
     */
    Floor(Tools tools, ThreadFactory threads, InstantSource clock, int atOnce, Consumer<String> parked) {
        this.cluster = tools.cluster();
        this.queue = tools.queue();
        this.files = tools.files();
        this.inbox = tools.inbox();
        this.papers = tools.papers();
        this.commits = tools.commits();
        this.schemas = tools.schemas();
        this.carrier = tools.carrier();
        this.threads = threads;
        this.clock = clock;
        this.places = new Semaphore(atOnce);
        this.parked = parked;
    }

    /** Carries what is due until the floor is closed; on a thread of its own. */
    void dispatch() {
        try {
            while (!closing) {
                Optional<Due> due = queue.take();
                if (due.isEmpty()) {
                    return;
                }
                places.acquire();
                taken.add(due.get().id());
                threads.newThread(() -> carry(due.get())).start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was accepted this moment need not be read again. */
    void accepted(Order order, Due due) {
        fresh.put(order.id(), order);
        queue.add(due);
    }

    private void carry(Due due) {
        Optional<Due> next = Optional.empty();
        try {
            Optional<Case> it = load(due);
            if (it.isPresent()) {
                underWay.put(due.id(), it.get());
                next = carrier.carry(it.get()).map(Parked::due);
            }
        } catch (Saving.Lost e) {
            LOG.log(Level.DEBUG, "Left to another node: {0}", e.getMessage());
            cluster.fence(due.shard()).ifPresent(cluster::lost);
        } catch (InterruptedException e) {
            // the system stops; whoever starts next finds it
        } catch (PluginFailure e) {
            next = Optional.of(later(due, Duration.ofSeconds(1)));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The execution " + due.id() + " could not be carried, and is tried again", e);
            next = Optional.of(later(due, Duration.ofSeconds(10)));
        } finally {
            underWay.remove(due.id());
            next.ifPresent(queue::add);
            next.ifPresent(it -> parked.accept(it.id()));
            queue.done(due.id());
            taken.remove(due.id());
            if (rung.remove(due.id())) {
                // what came while it was put away would else wait for as long as it does
                queue.add(later(due, Duration.ZERO));
            }
            places.release();
        }
    }

    private Due later(Due due, Duration pause) {
        return new Due(due.id(), due.tenant(), due.shard(), clock.instant().plus(pause));
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
        Optional<OpenFiles.Open> open = files.find(due.tenant(), due.id());
        if (open.isEmpty()) {
            Key key = DueQueue.key(due.shard(), due.at(), due.id());
            commits.commit(List.of(fence.get().check(), new Change.Delete(key, Expectation.anything())));
            return Optional.empty();
        }
        Standing standing = open.get().standing();
        Due at = new Due(due.id(), due.tenant(), due.shard(), standing.due());
        Case it = new Case(commits, papers, schemas, open.get().order(), standing, fence.get(), at);
        files.segments(due.tenant(), due.id()).forEach(it::loaded);
        inbox.read(due.tenant(), due.id()).forEach(it::received);
        return Optional.of(it);
    }

    Optional<Case> inHand(String id) {
        return Optional.ofNullable(underWay.get(id));
    }

    int underWay() {
        return underWay.size();
    }

    /** Ends attempts of steps that take longer than they may. */
    void watch() {
        underWay.values().forEach(it -> it.host().ifPresent(JournalHost::watch));
    }

    /** Something has come for an execution of this node's: whoever carries it takes it up, or it is carried now. */
    void ring(Name tenant, String id, int shard) throws InterruptedException {
        Optional<Case> it = inHand(id);
        Optional<JournalHost> host = it.flatMap(Case::host);
        if (host.isEmpty()) {
            Optional<OpenFiles.Open> open = files.find(tenant, id);
            boolean news = open.isPresent()
                    && (!inbox.read(tenant, id).isEmpty()
                            || open.get().standing().status() == ExecutionStatus.QUEUED);
            if (news) {
                if (taken.contains(id)) {
                    rung.add(id);
                }
                queue.add(new Due(id, tenant, shard, clock.instant()));
            } else if (open.isEmpty()) {
                for (Message message : inbox.read(tenant, id)) {
                    commits.once(List.of(new Change.Delete(message.key(), Expectation.anything())));
                }
            }
            return;
        }
        for (Message message : inbox.read(tenant, id)) {
            if (it.get().received(message)) {
                tell(host.get(), message.kind());
            }
        }
        host.get().arrived();
    }

    private static void tell(JournalHost host, String kind) {
        switch (kind) {
            case "cancel", "terminate" ->
                host.dismiss(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "The execution was canceled"));
            case "pause" -> host.pause();
            default -> {}
        }
    }

    /** Lets those that are carried come to where they can be left, for a short while, and leaves them. */
    void close() {
        closing = true;
        queue.close();
        underWay.values().forEach(Case::leave);
        long until = System.nanoTime() + CLOSING.toNanos();
        while (!underWay.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(this, 10_000_000);
        }
        commits.closing();
    }
}
