package dev.dovetail.kernel.fleet;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Node;
import dev.dovetail.kernel.plugin.Activation;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Removal;
import dev.dovetail.kernel.plugin.Uploaded;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The same plugins on every node of the same stores. What is decided here is first done on this node, so that whoever decides
 * hears at once why it cannot be; then it is agreed on in the state store, the jars in the blob store, and {@link #follow}
 * does it on every other node. A node that was away, or is new, does it before it serves.
 *
 * <p>Not agreed on: the plugins of the stores themselves, without which nothing could be agreed on, and jars that somebody
 * drops into a node's own folder.
 *
 * <p>A node that dies between the two may serve what nobody agreed on; started again, it goes back to what was agreed on. What
 * a node gave up, because it died of it, it does not take up again until something else is decided.
 *
 * <p>Thread-safe; what is done with one plugin takes turns.
 */
public final class Fleet {
    private final Plugins plugins;
    private final Cluster cluster;
    private final Agreements agreements;
    private final Follower follower;
    private final Jars jars;
    private final Map<Name, ReentrantLock> turns = new ConcurrentHashMap<>();
    private volatile long seen = -1;

    public Fleet(Plugins plugins, Cluster cluster, Schemas schemas, InstantSource clock) {
        this.plugins = plugins;
        this.cluster = cluster;
        this.agreements = new Agreements(plugins.state(), schemas, clock);
        this.jars = new Jars(plugins);
        this.follower = new Follower(plugins, jars, agreements, cluster.self().node(), clock);
    }

    /** Does what was agreed on while this node was not there, and takes back what was not. */
    public void start() throws InterruptedException {
        seen = agreements.epoch();
        Map<Name, Agreement> all = agreements.all();
        follower.remember(agreements.of(cluster.self().node(), all.keySet()));
        all.forEach(follower::doubt);
        bring(all, true);
    }

    /** Does what other nodes decided since the last time, if anything, and tries again what could not be done. */
    public void follow() throws InterruptedException {
        long now = agreements.epoch();
        boolean again = follower.retryIsDue();
        if (now == seen && !again) {
            return;
        }
        if (bring(agreements.all(), again)) {
            seen = now;
        }
    }

    /** @return whether each had its turn */
    private boolean bring(Map<Name, Agreement> all, boolean again) throws InterruptedException {
        boolean each = true;
        for (Map.Entry<Name, Agreement> entry : all.entrySet()) {
            ReentrantLock turn = turn(entry.getKey());
            if (turn.tryLock()) {
                try {
                    follower.bring(entry.getKey(), entry.getValue(), again);
                } finally {
                    turn.unlock();
                }
            } else {
                each = false;
            }
        }
        return each;
    }

    private ReentrantLock turn(Name id) {
        return turns.computeIfAbsent(id, any -> new ReentrantLock());
    }

    /** As {@link Plugins#take}: every node has it then, and if it is in use here because it is the first, it is everywhere. */
    public Uploaded take(InputStream jar, Optional<String> signature) throws IOException, InterruptedException {
        Uploaded uploaded = plugins.take(jar, signature);
        if (uploaded instanceof Uploaded.Taken taken) {
            agree(
                    taken.id(),
                    before -> isActive(taken) // not only in a slot that is held to it
                            ? before.activated(taken.version(), taken.sha256())
                            : before.with(taken.version(), taken.sha256()));
        }
        return uploaded;
    }

    private boolean isActive(Uploaded.Taken taken) {
        return plugins.find(taken.id()).flatMap(PluginView::active).equals(Optional.of(taken.version()));
    }

    /** As {@link Plugins#activate}; force is for this node only. */
    public Activation activate(Name id, String version, boolean force) throws InterruptedException {
        return inTurn(
                id,
                () -> agreed(
                        id,
                        plugins.activate(id, version, force),
                        before -> before.activated(version, digest(id, version))));
    }

    /** As {@link Plugins#rollBack}: the version that was in use here before. */
    public Activation rollBack(Name id) throws InterruptedException {
        return inTurn(id, () -> switch (plugins.rollBack(id)) {
            case Activation.Serving done ->
                agreed(id, done, before -> before.activated(done.version(), digest(id, done.version())));
            case Activation other -> other;
        });
    }

    /** As {@link Plugins#canary}, and kept over a restart. */
    public Activation canary(Name id, String version, Share who) throws InterruptedException {
        return inTurn(
                id,
                () -> agreed(
                        id,
                        plugins.canary(id, version, who::takes),
                        before -> before.tried(new Agreement.Candidate(version, who), digest(id, version))));
    }

    public void endCanary(Name id) throws InterruptedException {
        inTurn(id, () -> {
            plugins.endCanary(id);
            if (agreements.find(id).candidate().isPresent()) {
                agree(id, Agreement::untried);
            }
            return id;
        });
    }

    /** As {@link Plugins#remove(Name)}. */
    public Removal remove(Name id) throws InterruptedException {
        boolean alone = plugins.isIndispensable(id);
        return inTurn(id, () -> {
            Removal done = plugins.remove(id);
            if (done instanceof Removal.Removed && !alone) {
                agree(id, Agreement::ended);
            }
            return done;
        });
    }

    /** As {@link Plugins#remove(Name, String)}; a node where it serves keeps it. */
    public Removal remove(Name id, String version) throws InterruptedException {
        return inTurn(id, () -> {
            Removal done = plugins.remove(id, version);
            if (done instanceof Removal.Removed) {
                agree(id, before -> before.without(version));
            }
            return done;
        });
    }

    /** What is decided about a plugin. */
    private interface Decision<T> {
        T make() throws InterruptedException;
    }

    /** Between what is done here and what is agreed on, nobody brings this node back to what was agreed on before. */
    private <T> T inTurn(Name id, Decision<T> decision) throws InterruptedException {
        ReentrantLock turn = turn(id);
        turn.lockInterruptibly();
        try {
            return decision.make();
        } finally {
            turn.unlock();
        }
    }

    private Activation agreed(Name id, Activation done, UnaryOperator<Agreement> edit) throws InterruptedException {
        if (done instanceof Activation.Serving) {
            agree(id, edit);
        }
        return done;
    }

    private Digest digest(Name id, String version) {
        return Jars.here(plugins, id, version)
                .map(PluginView.VersionView::sha256)
                .orElseThrow(() -> new IllegalStateException(id + " " + version + " was taken away meanwhile"));
    }

    private void agree(Name id, UnaryOperator<Agreement> edit) throws InterruptedException {
        if (plugins.isIndispensable(id)) {
            return;
        }
        inTurn(id, () -> {
            try {
                follower.done(id, agreements.change(id, jars, edit));
                return id;
            } catch (PluginFailure | IOException e) {
                throw PluginFailure.unavailable(
                        "It is done on this node, and the others could not be told; ask again: " + e.getMessage());
            }
        });
    }

    /**
     * Whose blobs the jars are, and which of them are agreed on.
     *
     * @throws RuntimeException if a part of it cannot be read
     */
    public Map<Name, Set<Digest>> jars() throws InterruptedException {
        return Map.of(Jars.OWNER, agreements.jars());
    }

    /** Where the nodes that live are with a plugin, if anything was agreed on about it. */
    public List<Standing> nodes(Name id) throws InterruptedException {
        Agreement agreement = agreements.find(id);
        if (agreement.revision() == 0) {
            return List.of();
        }
        Set<String> alive =
                cluster.nodes().stream().filter(Node::alive).map(Node::name).collect(Collectors.toSet());
        List<Standing> all = new ArrayList<>();
        agreements.nodes(id).forEach((node, done) -> {
            if (alive.contains(node)) {
                boolean current =
                        done.revision() == agreement.revision() && done.reason().isEmpty();
                all.add(new Standing(node, done.version(), current, done.reason()));
            }
        });
        return List.copyOf(all);
    }
}
