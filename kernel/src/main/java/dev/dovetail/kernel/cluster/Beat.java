package dev.dovetail.kernel.cluster;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * This node's sign of life, and for how long it holds good. {@link #write} and {@link #leave} are one thread's at a time; the
 * rest is anybody's.
 */
final class Beat {
    private static final System.Logger LOG = System.getLogger(Beat.class.getName());
    private static final int TRIES = 3;
    /** One that never counts. */
    private static final Term OVER = new Term(0, 0);

    private final Slot<StateStore> state;
    private final Papers papers;
    private final LongSupplier nanos;
    private final Cluster.Self self;
    private final Settings settings;
    private final long good;
    private volatile Term term = OVER;
    private volatile boolean ended;
    private boolean agreed;
    private volatile boolean introduced;
    private volatile long heard;
    private volatile String address;
    private volatile Optional<Supplier<Vitals>> vitals = Optional.empty();
    private volatile boolean paused;
    private long count;
    private long terms;
    private Expectation expected = Expectation.absent();

    /** An unbroken time of being heard; what was held in an earlier one may have been taken by others in between. */
    private record Term(long number, long until) {}

    Beat(Slot<StateStore> state, Papers papers, LongSupplier nanos, Cluster.Self self, Settings settings) {
        this.state = state;
        this.papers = papers;
        this.nanos = nanos;
        this.self = self;
        this.settings = settings;
        this.heard = nanos.getAsLong();
        this.address = self.address();
        this.good = settings.lease().minus(settings.beat()).toNanos();
    }

    /** The number of the term that goes on now, or 0 if this node may not call itself owner of anything. */
    long term() {
        Term now = term;
        return now.number != 0 && nanos.getAsLong() - now.until < 0 ? now.number : 0;
    }

    /** Ends the last term for good. */
    synchronized void end() {
        ended = true;
        term = OVER;
    }

    boolean isEnded() {
        return ended;
    }

    /** Where this node serves and how it fares, as the next beat says it. */
    void serves(String now, Supplier<Vitals> fares) {
        address = now;
        vitals = Optional.of(fares);
    }

    /** Whether this node takes no share, as the next beat says it. */
    void paused(boolean now) {
        paused = now;
    }

    boolean isPaused() {
        return paused;
    }

    /** For how long this node has said nothing that was heard. */
    Duration silence() {
        return Duration.ofNanos(nanos.getAsLong() - heard);
    }

    /** Whether this process has had its name in the store. */
    boolean isIntroduced() {
        return introduced;
    }

    /**
     * Writes the next beat.
     *
     * @throws IllegalStateException if the cluster in this store has another number of shards
     */
    void write() throws InterruptedException {
        if (ended || !agrees()) {
            return;
        }
        Optional<Vitals> fares = fares();
        for (int i = 0; i < TRIES; i++) {
            // what counts is when it was sent: others may hear it from then on
            long began = nanos.getAsLong();
            Change put = new Change.Put(
                    Papers.beat(self.node()), papers.beat(self, address, paused, fares, ++count), expected);
            switch (commit(put)) {
                case Committed.Done(long version) -> {
                    expected = Expectation.version(version);
                    introduced = true;
                    heard = began;
                    renew(began + good);
                    return;
                }
                case Committed.Conflict(var key, Optional<Entry> current) -> {
                    Optional<Holder> other = current.flatMap(papers::pulse)
                            .map(Look.Pulse::holder)
                            .filter(this::isAnother);
                    if (introduced && other.isPresent()) {
                        supersededBy(other.get());
                        return;
                    }
                    current.ifPresent(this::tellIfLost);
                    expected = current.map(entry -> Expectation.version(entry.version()))
                            .orElseGet(Expectation::absent);
                }
            }
        }
    }

    /** A node lives also where that cannot be told. */
    private Optional<Vitals> fares() {
        try {
            return vitals.map(Supplier::get);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "This node cannot tell how it fares: {0}", e.toString());
            return Optional.empty();
        }
    }

    /** An earlier beat than the one that was written last: nobody else writes it, so the store has lost that one. */
    private void tellIfLost(Entry current) {
        if (introduced && expected instanceof Expectation.Version(long written) && current.version() < written) {
            LOG.log(
                    Level.ERROR,
                    "The state store went back: what this node wrote last is not in it, as after a failover to a server that"
                            + " had not received it. What was accepted, deployed or changed in its last moments may be lost;"
                            + " what is there is carried on from there");
        }
    }

    /** Whether this is this node's name in the hands of another process. */
    boolean isAnother(Holder holder) {
        return holder.node().equals(self.node()) && !holder.boot().equals(self.boot());
    }

    /** A later process has this node's name: its data folder was copied, or its lock does not hold. This one stands back. */
    void supersededBy(Holder other) {
        if (!ended) {
            LOG.log(
                    Level.ERROR,
                    "Another process, {0}, calls itself node {1}, so this one, {2}, owns nothing any more;"
                            + " expected each node to have a data folder of its own",
                    other.boot(),
                    self.node(),
                    self.boot());
        }
        end();
    }

    /** Whether all agree on the number of shards; the first one says it. */
    private boolean agrees() throws InterruptedException {
        if (agreed) {
            return true;
        }
        Change first = new Change.Put(Papers.AGREED, papers.agreed(settings.shards()), Expectation.absent());
        agreed = switch (commit(first)) {
            case Committed.Done done -> true;
            case Committed.Conflict(var key, Optional<Entry> current) -> {
                current.ifPresent(this::compare);
                yield current.isPresent();
            }
        };
        return agreed;
    }

    private void compare(Entry entry) {
        int theirs = papers.shardsAgreed(entry);
        if (theirs != settings.shards()) {
            throw new IllegalStateException("The cluster in this state store has " + theirs
                    + " shards, but this node is set to " + settings.shards() + "; expected the same number");
        }
    }

    private synchronized void renew(long until) {
        if (ended) {
            return;
        }
        long going = term();
        term = new Term(going != 0 ? going : ++terms, until);
    }

    /** Takes this node's beat away, so that others need not wait for its silence. */
    void leave() throws InterruptedException {
        end();
        if (introduced && expected instanceof Expectation.Version) {
            commit(new Change.Delete(Papers.beat(self.node()), expected));
        }
    }

    private Committed commit(Change change) throws InterruptedException {
        CommitId id = CommitId.fresh();
        return state.use(store -> store.commit(id, List.of(change)));
    }
}
