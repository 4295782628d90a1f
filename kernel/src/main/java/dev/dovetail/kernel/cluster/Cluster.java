package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which nodes live and which shard is whose. Each execution is in a shard, each shard belongs to one node, and only that node
 * carries its executions on. Nodes that live share the shards evenly; those of one that is silent for the lease are taken by
 * the others, those of an earlier process of the same node at once.
 *
 * <p>A node that is paused may believe that it owns what was taken from it. So ownership is proved, not believed: every
 * commit for a shard carries its fence's {@link Fence#check}, which fails from the moment another has taken the shard.
 *
 * <p>Started once, closed once. Every method may be called by any thread. A state store that fails or is swapped is asked
 * again and again; a node that cannot be heard for two thirds of the usual lease stops calling itself owner.
 */
public final class Cluster implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cluster.class.getName());
    /** So often the shards are looked at between two beats. */
    private static final int LOOKS = 4;
    /** So many leases may pass without a step of the thread that owns shards, before its node counts as dead. */
    private static final int STUCK = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Slot<StateStore> state;
    private final ThreadFactory threads;
    private final LongSupplier nanos;
    private final Self self;
    private final Settings settings;
    private final Papers papers;
    private final Census census;
    private final Beat beat;
    private volatile Optional<Shards> shards = Optional.empty();
    private volatile boolean closing;
    private volatile Optional<Rounds> beating = Optional.empty();
    private volatile Optional<Rounds> looking = Optional.empty();

    /**
     * This process.
     *
     * @param node the lasting name of its data folder
     * @param address where it serves, for people and other nodes; empty text as long as that is not known
     * @param boot names this process among all that the node ever was
     */
    public record Self(String node, String address, String boot) {
        public Self {
            for (String name : List.of(node, boot)) {
                if (name.isEmpty()
                        || name.length() > 200
                        || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/')) {
                    throw new IllegalArgumentException("Not a name of a node or process: \"" + name
                            + "\"; expected 1 to 200 printable ASCII characters without spaces and slashes");
                }
            }
        }
    }

    /**
     * Told of the shards that this node takes and loses: each that was taken is lost before it is taken again. Called by one
     * thread at a time, which must not be held up for long: until it returns nothing else is taken or given up.
     */
    public interface Watcher {
        /** From now on this node carries the shard's executions on. */
        void taken(Fence fence);

        /**
         * This node must stop: returns when it has, or after five seconds at the most. The shard's fence is out of use
         * already, and so are those of all others that are lost at the same time.
         */
        void lost(int shard);
    }

    public Cluster(
            Slot<StateStore> state,
            ThreadFactory threads,
            InstantSource clock,
            LongSupplier nanos,
            Self self,
            Settings settings) {
        this.state = state;
        this.threads = threads;
        this.nanos = nanos;
        this.self = self;
        this.settings = settings;
        this.papers = new Papers(state, clock, nanos, settings.shards());
        this.census = new Census(settings);
        this.beat = new Beat(state, papers, nanos, self, settings);
    }

    /**
     * Takes what it can at once, which the watcher hears on this thread, and then goes on on threads of its own.
     *
     * @throws IllegalStateException if the cluster in this store has another number of shards
     */
    public void start(Watcher watcher) throws InterruptedException {
        start(watcher, false);
    }

    /** The same; a paused one says that it lives, and takes no share before it is resumed. */
    public void start(Watcher watcher, boolean paused) throws InterruptedException {
        beat.paused(paused);
        join(watcher);
        try {
            beat();
            tick();
        } catch (PluginFailure e) {
            LOG.log(Level.WARNING, "The cluster cannot be joined now and is tried again: {0}", e.getMessage());
        }
        Duration often = settings.beat().dividedBy(LOOKS);
        beating = Optional.of(
                new Rounds(threads, "Saying that this node lives", this::beat, settings.beat(), often, beat::end));
        // if an error ends the one that looks, no owner is better than one that does nothing
        looking = Optional.of(new Rounds(threads, "Looking after the shards", this::tick, often, often, beat::end));
        beating.ifPresent(Rounds::start);
        looking.ifPresent(Rounds::start);
    }

    /** Lets a node that was started paused take its share. */
    public void resume() {
        beat.paused(false);
        beating.ifPresent(Rounds::wake);
        looking.ifPresent(Rounds::wake);
    }

    /** Tells the others where this node serves and, with each beat, how it fares: what is asked for that must not wait. */
    public void servesAt(String address, Supplier<Vitals> vitals) {
        beat.serves(address, vitals);
        beating.ifPresent(Rounds::wake);
    }

    /** Begins without threads. */
    void join(Watcher watcher) {
        if (shards.isPresent() || closing) {
            throw new IllegalStateException("A cluster is started once");
        }
        shards = Optional.of(new Shards(state, papers, census, beat, nanos, self, settings, watcher));
    }

    /** One step of the thread that beats. */
    void beat() throws InterruptedException {
        Duration stuck = Duration.ofNanos(shards.orElseThrow().stuckNanos());
        if (stuck.compareTo(settings.lease().multipliedBy(STUCK)) > 0) {
            throw new IllegalStateException("Nothing has gone on with the shards of this node for " + stuck
                    + ", so it does not say that it lives and others take them over");
        }
        beat.write();
    }

    /** One step of the thread that looks after the shards. */
    void tick() throws InterruptedException {
        shards.orElseThrow().tick();
    }

    /** The shard that an execution is in: the same on every node, for ever. */
    public int shardOf(String executionId) {
        return Shares.shardOf(executionId, settings.shards());
    }

    /** The right to write this shard, while this node may; what is done with it is committed with its {@link Fence#check}. */
    public Optional<Fence> fence(int shard) {
        if (shard < 0 || shard >= settings.shards()) {
            throw new IllegalArgumentException("No shard " + shard + "; expected 0 to " + (settings.shards() - 1));
        }
        return shards.flatMap(its -> its.fence(shard));
    }

    /** Those that this node may write, in order. */
    public List<Fence> owned() {
        List<Fence> fences = new ArrayList<>();
        for (int shard = 0; shard < settings.shards(); shard++) {
            fence(shard).ifPresent(fences::add);
        }
        return fences;
    }

    /**
     * The first of these ids whose shard is owned here.
     *
     * @throws IllegalStateException if this node owns none
     */
    public String own(Supplier<String> ids) {
        for (int tries = 0; tries < 1000 * settings.shards(); tries++) {
            String id = ids.get();
            if (fence(shardOf(id)).isPresent()) {
                return id;
            }
            if (tries % settings.shards() == 0 && owned().isEmpty()) {
                break;
            }
        }
        throw new IllegalStateException(
                "Node " + self.node() + " owns no shard now; expected at least one to accept into");
    }

    /**
     * All nodes that have a beat, this one included, in the order of their names.
     *
     * @throws PluginFailure if the store cannot be read now
     */
    public List<Node> nodes() throws InterruptedException {
        return census.nodes(papers.look());
    }

    /**
     * The node that owns the shard of this execution and lives, if there is one now.
     *
     * @throws PluginFailure if the store cannot be read now
     */
    public Optional<Node> carrier(String executionId) throws InterruptedException {
        int shard = shardOf(executionId);
        return nodes().stream()
                .filter(node -> node.alive() && node.shards().contains(shard))
                .findFirst();
    }

    /** Says that a commit failed on this fence: it is out of use from now on, and the watcher will hear so. */
    public void lost(Fence fence) {
        shards.ifPresent(its -> its.doubt(fence));
        looking.ifPresent(Rounds::wake);
    }

    /** What keeps this node from ever owning anything again, in words. */
    public Optional<String> end() {
        boolean over = beat.isEnded() && !closing;
        return over ? Optional.of("this node owns nothing any more; its log says why") : Optional.empty();
    }

    /** What keeps this node from owning anything now, in words, if something does for longer than a hiccup. */
    public Optional<String> trouble() {
        Duration silence = shards.isEmpty() || beat.isEnded() ? Duration.ZERO : beat.silence();
        return silence.compareTo(settings.lease().multipliedBy(3)) > 0
                ? Optional.of("the state store has not been reached for " + silence.toSeconds()
                        + " s; accepted work is carried on by other nodes, if there are any")
                : Optional.empty();
    }

    /** Whether this process, of whichever node, is alive; reads the store unless it is this one. */
    public boolean isAlive(String boot) throws InterruptedException {
        return boot.equals(self.boot())
                || nodes().stream().anyMatch(each -> each.alive() && each.boot().equals(boot));
    }

    /** A time that has passed on every node's clock, for what is let go because it is old; long ago while the store is away. */
    public InstantSource calendar() {
        return papers.calendar();
    }

    /** This node. */
    public Self self() {
        return self;
    }

    /** Gives up everything: the watcher hears so on this thread, and others may take it at once. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (shards.isPresent()) {
            boolean interrupted = Thread.interrupted();
            try {
                leave(shards.get());
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (PluginFailure e) {
                LOG.log(Level.WARNING, "The shards of this node could not be given up: {0}", e.getMessage());
            }
            beat.end();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void leave(Shards its) throws InterruptedException {
        boolean ended = looking.isEmpty() || looking.get().end(PATIENCE);
        // until its work has stopped this node lives
        List<Fence> had = ended ? its.stop() : List.of();
        ended &= beating.isEmpty() || beating.get().end(PATIENCE);
        if (!ended) {
            LOG.log(Level.WARNING, "The shards of this node are not given up: a thread that owns them does not end");
            return;
        }
        its.giveUp(had);
        beat.leave();
    }
}
