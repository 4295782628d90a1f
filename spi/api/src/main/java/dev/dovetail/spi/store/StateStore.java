package dev.dovetail.spi.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Small values under ordered keys, written in atomic groups. Thread-safe; a read sees every commit that returned before
 * it began; a commit that returned survives the loss of power. Out of reach is a
 * {@link dev.dovetail.spi.PluginException} of kind UNAVAILABLE, no room one of kind EXHAUSTED. Rules:
 * {@code docs/spi/state.md}.
 */
public interface StateStore extends AutoCloseable {
    Optional<Entry> find(Key key);

    /** In one round trip, of one moment, in the order asked. */
    List<Optional<Entry>> findAll(List<Key> keys);

    /** Up to {@code limit} entries of the range in key order, forwards or backwards as the range says. */
    List<Entry> list(Range range, int limit);

    /**
     * Makes all the changes, or none if one's expectation does not hold. A key is named once at the most. The same id
     * again within ten minutes does nothing and answers as the first time did: so a commit whose fate is unknown can be
     * asked again. A conflict fails no other commit.
     */
    Committed commit(CommitId id, List<Change> changes);

    /** Forgets a range; gone from reads at once, from disk in time. Durable when it returns. */
    void drop(Range range);

    @Override
    void close();

    /** Ability of a store: a consistent copy while it is in use. */
    interface Backups {
        /** Writes a copy from which the store can be opened again into this empty directory. */
        void copyTo(Path directory);
    }
}
