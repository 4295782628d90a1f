package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * What of an execution's journal is in the store, as its owner knows. A store can go back, when its server's place is taken by one
 * that lacks the last commits: what was written after a segment that is lost would have a hole before it, so it is not. Not
 * thread-safe: its case guards it.
 */
final class Trail {
    private final Name tenant;
    private final String id;
    private int segments;
    private int written;
    private long last;

    Trail(Name tenant, String id) {
        this.tenant = tenant;
        this.id = id;
    }

    /** A segment that was there already. */
    void read(Entry segment) {
        segments++;
        written = segments;
        last = segment.version();
    }

    /** What writes these after what is there. */
    List<Change> add(List<Bytes> more) {
        List<Change> changes = new ArrayList<>();
        if (segments > 0) {
            changes.add(new Change.Check(key(segments - 1), Expectation.version(last)));
        }
        for (Bytes segment : more) {
            changes.add(new Change.Put(key(segments++), Packed.pack(segment), Expectation.absent()));
        }
        return changes;
    }

    /** What was added last is there. */
    void added(long version) {
        last = written < segments ? version : last;
        written = segments;
    }

    int segments() {
        return segments;
    }

    List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < segments; i++) {
            keys.add(key(i));
        }
        return keys;
    }

    private Key key(int number) {
        return Keys.segment(tenant, id, number);
    }
}
