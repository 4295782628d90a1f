package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/** One process of a simulation: the engine's own parts over the world's store, clock and luck. It dies and is forgotten. */
final class SimNode implements Ownership, Agenda, Bench, Callers {
    private final SimWorld world;
    private final Map<Integer, Fence> fences = new TreeMap<>();
    private final Map<String, Due> queue = new TreeMap<>();
    private final Set<String> taken = new HashSet<>();
    final Reception reception;
    private final Floor floor;
    private final Bells bells;
    private final List<ReentrantLock> locks = new ArrayList<>();
    /** What has ended and is not among the records yet. */
    private final Map<String, Records.Also> unlisted = new TreeMap<>();

    private boolean dead;

    SimNode(SimWorld world) {
        this.world = world;
        SimTempo tempo = new SimTempo(this);
        var schemas = SimWorld.SCHEMAS;
        Papers papers = new Papers(schemas);
        Commits commits = new Commits(world.slot(), tempo);
        Inbox inbox = new Inbox(world.slot(), schemas);
        OpenFiles files = new OpenFiles(world.slot(), papers, schemas);
        Shelf shelf = new Shelf(world.slot(), papers, schemas);
        DeadLetters letters = new DeadLetters(world.slot(), commits, papers, schemas);
        Listing listing = new Listing(
                world.slot(),
                shelf,
                inbox,
                commits,
                (shown, also) -> unlisted.put(shown.order().id(), also));
        Ends ends = new Ends(shelf, letters, listing, this, schemas, world.clock(), id -> {});
        Children children = new Children(this, new CelFilters(), this, schemas, Rights.asGiven(), world.clock());
        Carrier carrier =
                new Carrier(this, world.hosts(), schemas, tempo, world.clock(), ends, children, SimOrders.RULES);
        Loading loading =
                new Loading(this, files, inbox, listing, papers, commits, schemas, new Desk(64 << 20), new Census());
        this.floor = new Floor(
                new Floor.Tools(this, this, files, loading, listing, inbox, commits, carrier, world.clock()), id -> {});
        this.reception = new Reception(this, papers, commits, floor, new Lobby(0, () -> 0), schemas, world.clock());
        this.bells = new Bells(this, inbox, commits, floor);
    }

    SimWorld world() {
        return world;
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /** Takes over a shard, with all that the store says is due in it. */
    void take(Fence fence, List<Due> due) {
        fences.put(fence.shard(), fence);
        due.forEach(this::add);
    }

    void doubts(int shard) {
        fences.remove(shard);
    }

    /** Hears that a shard is not its own any more. */
    void loses(int shard) {
        fences.remove(shard);
        queue.values().removeIf(due -> due.shard() == shard);
        floor.lost(shard);
    }

    /** Time passes while this node waits. */
    void waits(long millis) {
        world.passes(this, millis);
        if (dead) {
            throw new SimTempo.Crash();
        }
    }

    Optional<Due> next() {
        return queue.values().stream()
                .filter(due -> !taken.contains(due.id()))
                .min((a, b) -> a.at().equals(b.at()) ? a.id().compareTo(b.id()) : a.at().compareTo(b.at()));
    }

    /** Carries the next, if it is due. */
    boolean carry() {
        Optional<Due> next =
                next().filter(due -> !due.at().isAfter(world.clock().instant()));
        next.ifPresent(due -> {
            queue.remove(due.id());
            taken.add(due.id());
            world.as(this, () -> floor.carry(due));
        });
        return next.isPresent();
    }

    void hear() {
        tries(bells::hear);
    }

    /** Writes its records, as it does every moment. */
    void lists() {
        tries(() -> {
            for (String id : List.copyOf(unlisted.keySet())) {
                Records.Also also = unlisted.get(id);
                Change record = new Change.Put(SimTruth.record(id), Bytes.utf8("{}"), Expectation.anything());
                world.slot().use(store -> store.commit(CommitId.fresh(), List.of(record, also.change())));
                unlisted.remove(id);
                also.then().run();
            }
        });
    }

    /** Its bells are heard while it carries something, unless that holds what hearing them needs. */
    void ringsMeanwhile() {
        locks.removeIf(lock -> !lock.isHeldByCurrentThread());
        if (locks.isEmpty()) {
            hear();
        }
    }

    void locks(ReentrantLock lock) {
        locks.add(lock);
    }

    /** What this node's engine commits; on the way there it may be cut short. */
    Committed commit(CommitId id, List<Change> changes) {
        if (world.faulty()) {
            switch (world.random().nextInt(28)) {
                case 0 -> throw new PluginException(PluginException.Kind.UNAVAILABLE, "not now");
                case 1 -> {
                    world.truth().commit(this, id, changes);
                    throw new PluginException(PluginException.Kind.UNAVAILABLE, "made, or not");
                }
                case 2 -> die();
                case 3 -> {
                    world.truth().commit(this, id, changes);
                    die();
                }
                case 4, 5, 6 -> world.interlude(this);
                default -> {}
            }
        }
        checkAlive();
        return world.truth().commit(this, id, changes);
    }

    /** What a dead process does not do. */
    void acts() {
        if (dead) {
            throw new SimTempo.Crash();
        }
    }

    void checkAlive() {
        if (dead) {
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "dead");
        }
    }

    @Override
    public int shardOf(String id) {
        return SimWorld.shard(id);
    }

    @Override
    public Set<Integer> owned() {
        return Set.copyOf(fences.keySet());
    }

    @Override
    public Optional<Fence> fence(int shard) {
        return Optional.ofNullable(fences.get(shard));
    }

    @Override
    public void lost(Fence fence) {
        if (fence.equals(fences.get(fence.shard()))) {
            fences.remove(fence.shard());
            queue.values().removeIf(due -> due.shard() == fence.shard());
        }
    }

    @Override
    public void add(Due due) {
        queue.put(due.id(), due);
    }

    @Override
    public void done(String id) {
        taken.remove(id);
    }

    @Override
    public Optional<JsonNode> traits(Order order) {
        return Optional.of(SimWorld.SCHEMAS.object());
    }

    @Override
    public Stretch run(
            Order order, Bytes input, int attempt, Entry entry, Optional<Runs.Hosting> hosting, OptionalInt dialect)
            throws InterruptedException {
        return SimBench.run(world, this, order, input, attempt, entry, hosting);
    }

    @Override
    public void interrupt(String id) {}

    @Override
    public boolean isWorkflow(Name tenant, String callable) {
        return true;
    }

    @Override
    public void start(Order caller, HostCall.Invoke call, Wish wish, String id, Optional<Order.Parent> parent)
            throws InterruptedException {
        if (world.truth().exists(id)) {
            return;
        }
        try {
            reception.accept(world.order(id, call.input(), parent), List.of());
            world.accepted(id);
        } catch (Refusal e) {
            world.accepted(id); // it was there
        }
    }

    @Override
    public Optional<Fault> call(Order caller, String callable, Bytes input, String id) {
        return Optional.empty();
    }

    /** Does what may fail because the store does. */
    boolean tries(Attempted attempted) {
        try {
            world.as(this, attempted);
            return true;
        } catch (PluginFailure e) {
            return false;
        }
    }

    interface Attempted {
        void run() throws InterruptedException;
    }
}
