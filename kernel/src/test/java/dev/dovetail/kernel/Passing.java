package dev.dovetail.kernel;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;

/** A store that is another one, but for what a test changes of it; the other is not closed with it. */
public interface Passing extends StateStore {
    /** The other one, asked for at each use. */
    StateStore it();

    @Override
    default Optional<Entry> find(Key key) {
        return it().find(key);
    }

    @Override
    default List<Optional<Entry>> findAll(List<Key> keys) {
        return it().findAll(keys);
    }

    @Override
    default List<Entry> list(Range range, int limit) {
        return it().list(range, limit);
    }

    @Override
    default Committed commit(CommitId id, List<Change> changes) {
        return it().commit(id, changes);
    }

    @Override
    default void drop(Range range) {
        it().drop(range);
    }

    @Override
    default void close() {}
}
