package dev.dovetail.kernel.record;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A state store that can be out of reach. */
final class Away implements dev.dovetail.spi.store.StateStore {
    private final InMemoryStateStore it;
    volatile boolean away;
    final AtomicInteger tries = new AtomicInteger();

    Away(InMemoryStateStore it) {
        this.it = it;
    }

    @Override
    public Optional<Entry> find(Key key) {
        return it.find(key);
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        return it.findAll(keys);
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        return it.list(range, limit);
    }

    @Override
    public dev.dovetail.spi.store.Committed commit(CommitId id, List<Change> changes) {
        tries.incrementAndGet();
        if (away) {
            throw new dev.dovetail.spi.PluginException(dev.dovetail.spi.PluginException.Kind.UNAVAILABLE, "away");
        }
        return it.commit(id, changes);
    }

    @Override
    public void drop(Range range) {
        it.drop(range);
    }

    @Override
    public void close() {}
}
