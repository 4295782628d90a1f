package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/** The entries of a range in one of H2's maps, as the map was when this was made. */
final class BaseCursor implements Iterator<Entry> {
    private final Cursor<String, byte[]> cursor;
    private final Range range;
    private Optional<Entry> next = Optional.empty();
    private boolean ended;

    BaseCursor(MVMap<String, byte[]> map, Range range) {
        this.range = range;
        String start = range.backwards() ? range.to() : range.from();
        // H2 takes null for no bound
        this.cursor = map.cursor(start.isEmpty() ? null : start, null, range.backwards());
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && !ended) {
            if (!cursor.hasNext()) {
                ended = true;
                break;
            }
            Key key = new Key(range.space(), cursor.next());
            if (range.has(key)) {
                next = Optional.of(Base.unpacked(key, cursor.getValue()));
            } else {
                // backwards the first may be the bound itself, which is not in the range
                ended = !(range.backwards() && key.path().equals(range.to()));
            }
        }
        return next.isPresent();
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
