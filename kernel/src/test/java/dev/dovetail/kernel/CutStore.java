package dev.dovetail.kernel;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** One process's way to a store that others use too; cut, it is to the store as if the process had died at that moment. */
final class CutStore implements StateStore {
    private final StateStore it;
    private volatile boolean cut;
    private volatile Optional<CountDownLatch> stopped = Optional.empty();
    private volatile Predicate<List<Change>> last = changes -> false;

    CutStore(StateStore it) {
        this.it = it;
    }

    void cut() {
        cut = true;
    }

    /** The first commit like this is not made, and nothing after it. */
    void cutBefore(Predicate<List<Change>> commit) {
        last = commit;
    }

    boolean isCut() {
        return cut;
    }

    static boolean touches(List<Change> changes, String part) {
        return changes.stream().anyMatch(change -> change.key().path().contains(part));
    }

    /** Whoever uses it waits until it is let go, as in a process that was stopped. */
    void stop() {
        stopped = Optional.of(new CountDownLatch(1));
    }

    void letGo() {
        stopped.ifPresent(CountDownLatch::countDown);
        stopped = Optional.empty();
    }

    private void check() {
        try {
            Optional<CountDownLatch> now = stopped;
            if (now.isPresent()) {
                now.get().await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "interrupted");
        }
        if (cut) {
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "cut off");
        }
    }

    @Override
    public Optional<Entry> find(Key key) {
        check();
        return it.find(key);
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        check();
        return it.findAll(keys);
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        check();
        return it.list(range, limit);
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        if (last.test(changes)) {
            cut = true;
        }
        check();
        return it.commit(id, changes);
    }

    @Override
    public void drop(Range range) {
        check();
        it.drop(range);
    }

    @Override
    public void close() {}
}
