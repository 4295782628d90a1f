package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/** Entries of the overlay and of the base as one, in order: what is newer hides what is older. */
final class Merge implements Iterator<Entry> {
    private final Iterator<Map.Entry<String, Found>> newer;
    private final Iterator<Entry> older;
    private final Predicate<Key> dropped;
    private final boolean backwards;
    private Optional<Map.Entry<String, Found>> nextNewer = Optional.empty();
    private Optional<Entry> nextOlder = Optional.empty();
    private Optional<Entry> next = Optional.empty();

    Merge(Iterator<Map.Entry<String, Found>> newer, Iterator<Entry> older, Predicate<Key> dropped, boolean backwards) {
        this.newer = newer;
        this.older = older;
        this.dropped = dropped;
        this.backwards = backwards;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty()) {
            if (nextNewer.isEmpty() && newer.hasNext()) {
                nextNewer = Optional.of(newer.next());
            }
            if (nextOlder.isEmpty() && older.hasNext()) {
                nextOlder = Optional.of(older.next());
            }
            if (nextNewer.isEmpty() && nextOlder.isEmpty()) {
                return false;
            }
            step();
        }
        return true;
    }

    private void step() {
        int order = order();
        if (order <= 0) {
            next = nextNewer.orElseThrow().getValue().entry();
            nextNewer = Optional.empty();
        } else {
            next = nextOlder.filter(entry -> !dropped.test(entry.key()));
        }
        if (order >= 0) {
            nextOlder = Optional.empty();
        }
    }

    /** Below zero if the newer comes first, above if the older does, zero if they are of one key. */
    private int order() {
        if (nextOlder.isEmpty() || nextNewer.isEmpty()) {
            return nextOlder.isEmpty() ? -1 : 1;
        }
        int order = nextNewer.get().getKey().compareTo(nextOlder.get().key().path());
        return backwards ? -order : order;
    }

    @Override
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Entry entry = next.orElseThrow();
        next = Optional.empty();
        return entry;
    }
}
