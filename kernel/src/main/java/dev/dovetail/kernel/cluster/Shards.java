package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * The shards that this node owns. {@link #tick} and {@link #giveAllUp} are one thread's at a time; the rest is anybody's.
 *
 * <p>What the watcher was told and what others may use are kept apart: a fence is out of use at once when it is in doubt, and
 * the watcher hears of it on the next tick.
 */
final class Shards {
    private static final System.Logger LOG = System.getLogger(Shards.class.getName());

    private final Slot<StateStore> state;
    private final Papers papers;
    private final Census census;
    private final Beat beat;
    private final Holder self;
    private final int count;
    private final LongSupplier nanos;
    private final Cluster.Watcher watcher;
    private final AtomicReferenceArray<Held> inUse;
    private final Map<Integer, Held> told = new TreeMap<>();
    private volatile long progress;

    /** A fence, and the term in which it was taken. */
    private record Held(Fence fence, long term) {}

    Shards(
            Slot<StateStore> state,
            Papers papers,
            Census census,
            Beat beat,
            LongSupplier nanos,
            Cluster.Self self,
            Settings settings,
            Cluster.Watcher watcher) {
        this.state = state;
        this.papers = papers;
        this.census = census;
        this.beat = beat;
        this.nanos = nanos;
        this.self = new Holder(self.node(), self.boot());
        this.count = settings.shards();
        this.watcher = watcher;
        this.inUse = new AtomicReferenceArray<>(count);
        this.progress = nanos.getAsLong();
    }

    Optional<Fence> fence(int shard) {
        // the term first: when it has ended and another has begun meanwhile, the numbers differ
        long term = beat.term();
        return Optional.ofNullable(inUse.get(shard))
                .filter(held -> term != 0 && held.term == term)
                .map(Held::fence);
    }

    /** Takes a fence out of use, if it still is in use. */
    void doubt(Fence fence) {
        Held held = inUse.get(fence.shard());
        if (held != null && held.fence.equals(fence)) {
            inUse.compareAndSet(fence.shard(), held, null);
        }
    }

    /** For how long nothing has gone on here: a watcher that does not return, say. */
    long stuckNanos() {
        return nanos.getAsLong() - progress;
    }

    /** Looks at how things are, tells the watcher what was lost, gives up what is too much and takes what is due to this node. */
    void tick() throws InterruptedException {
        progress = nanos.getAsLong();
        tellWhatIsLost();
        boolean introduced = beat.isIntroduced(); // before the look, so that another's beat in it is a later one
        Look look = papers.look();
        census.take(look);
        progress = nanos.getAsLong();
        if (introduced) {
            look.pulses().stream()
                    .map(Look.Pulse::holder)
                    .filter(beat::isAnother)
                    .forEach(beat::supersededBy);
        }
        told.values().stream()
                .map(Held::fence)
                .filter(fence -> isGone(fence, look))
                .forEach(this::doubt);
        tellWhatIsLost();
        long term = beat.term();
        if (term != 0 && !beat.isPaused()) {
            share(look, term);
            commit(census.forgotten().stream()
                    .map(Look.Pulse::entry)
                    .map(old -> (Change) new Change.Delete(old.key(), Expectation.version(old.version())))
                    .toList());
        }
    }

    private static boolean isGone(Fence fence, Look look) {
        Owner owner = look.owners().get(fence.shard());
        return owner == null || !owner.expected().equals(fence.check().expected());
    }

    private void tellWhatIsLost() {
        for (Held held : List.copyOf(told.values())) {
            int shard = held.fence.shard();
            if (fence(shard).isEmpty()) {
                inUse.set(shard, null);
                told.remove(shard);
                tell("that shard " + shard + " is lost", () -> watcher.lost(shard));
            }
        }
    }

    private void share(Look look, long term) throws InterruptedException {
        Set<String> live = new HashSet<>(census.live());
        live.add(self.node());
        int share = Shares.of(self.node(), live, count);
        List<Owner> givenUp = giveUp(told.size() - share, look);
        List<Owner> own = new ArrayList<>();
        List<Owner> free = new ArrayList<>();
        for (Owner owner : look.owners().values()) {
            if (told.containsKey(owner.shard()) || givenUp.contains(owner)) {
                continue;
            }
            if (owner.holder().node().equals(self.node())) {
                // an earlier process of this node, whose data folder is this one's now, or a commit whose fate was
                // unknown
                own.add(owner);
            } else if (owner.isNobody() || census.isSilent(owner.holder())) {
                free.add(owner);
            }
        }
        own.sort(byReluctance());
        free.sort(byReluctance());
        int room = Math.max(0, share - told.size());
        List<Owner> wanted = new ArrayList<>(own.subList(0, Math.min(room, own.size())));
        wanted.addAll(free.subList(0, Math.min(room - wanted.size(), free.size())));
        take(wanted, term);
        givenUp.addAll(own.subList(Math.min(room, own.size()), own.size()));
        leave(givenUp);
    }

    private Comparator<Owner> byReluctance() {
        return Comparator.comparingLong(owner -> Shares.reluctance(self.node(), owner.shard()));
    }

    /** Stops work on this many shards, but on no more than an eighth at once; what is left to do is to say so in the store. */
    private List<Owner> giveUp(int tooMany, Look look) {
        List<Owner> chosen = told.keySet().stream()
                .map(look.owners()::get)
                .sorted(byReluctance().reversed())
                .limit(Math.clamp(tooMany, 0, Math.max(1, count / 8)))
                .toList();
        chosen.forEach(owner -> inUse.set(owner.shard(), null));
        tellWhatIsLost();
        return new ArrayList<>(chosen);
    }

    private void take(List<Owner> wanted, long term) throws InterruptedException {
        List<Change> changes = wanted.stream()
                .map(owner ->
                        (Change) new Change.Put(owner.key(), papers.owner(self, owner.epoch() + 1), owner.expected()))
                .toList();
        Optional<Agreed> agreed = commit(changes);
        for (Owner owner : wanted) {
            agreed.filter(it -> it.keys.contains(owner.key())).ifPresent(it -> {
                Fence fence = new Fence(owner.shard(), owner.epoch() + 1, owner.key(), it.version);
                Held held = new Held(fence, term);
                told.put(owner.shard(), held);
                inUse.set(owner.shard(), held);
                if (!tell("that shard " + owner.shard() + " is its own", () -> watcher.taken(fence))) {
                    doubt(fence);
                }
            });
        }
    }

    /** Says in the store that these are nobody's; the epoch stays, so that it goes on counting. */
    private void leave(Collection<Owner> owners) throws InterruptedException {
        commit(owners.stream()
                .map(owner -> (Change)
                        new Change.Put(owner.key(), papers.owner(Holder.NOBODY, owner.epoch()), owner.expected()))
                .toList());
    }

    /** Which keys were written, and the version that they have now. */
    private record Agreed(Set<Key> keys, long version) {}

    /** Makes all changes but those that somebody else was quicker with; empty if that was all of them. */
    private Optional<Agreed> commit(List<Change> changes) throws InterruptedException {
        List<Change> left = new ArrayList<>(changes);
        while (!left.isEmpty()) {
            CommitId id = CommitId.fresh();
            List<Change> now = List.copyOf(left);
            switch (state.use(store -> store.commit(id, now))) {
                case Committed.Done(long version) -> {
                    return Optional.of(new Agreed(
                            new HashSet<>(now.stream().map(Change::key).toList()), version));
                }
                case Committed.Conflict(Key key, var current) ->
                    left.removeIf(each -> each.key().equals(key));
            }
            progress = nanos.getAsLong();
        }
        return Optional.empty();
    }

    /** A watcher that fails keeps nothing from going on. */
    private boolean tell(String what, Runnable telling) {
        try {
            telling.run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A watcher failed when it was told " + what, e);
            return false;
        } finally {
            progress = nanos.getAsLong();
        }
    }

    /** Stops all work here; what is left to do is to say so in the store. */
    List<Fence> stop() {
        List<Fence> had = told.values().stream().map(Held::fence).toList();
        had.forEach(fence -> inUse.set(fence.shard(), null));
        tellWhatIsLost();
        return had;
    }

    /** Says in the store that these are nobody's. */
    void giveUp(List<Fence> fences) throws InterruptedException {
        leave(fences.stream()
                .map(fence -> new Owner(fence.shard(), self, fence.epoch(), Expectation.version(fence.version())))
                .toList());
    }
}
