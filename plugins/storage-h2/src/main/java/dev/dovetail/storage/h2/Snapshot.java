package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** The base as it was when a reading began, however long it takes: until it is closed, what it reads is not overwritten. */
final class Snapshot implements AutoCloseable {
    private final Maps maps;
    private final MVStore.TxCounter held;

    Snapshot(Maps maps) {
        this.maps = maps;
        this.held = maps.store().registerVersionUsage();
    }

    Iterator<Entry> entries(Range range) {
        if (range.space() == Space.STATE) {
            return new BaseCursor(maps.state(), range);
        }
        NavigableMap<String, MVMap<String, byte[]>> days = maps.days().tailMap(Maps.day(range.from()), true);
        return new Days(
                (range.backwards() ? days.descendingMap() : days).values().iterator(), range);
    }

    @Override
    public void close() {
        maps.store().deregisterVersionUsage(held);
    }

    /** The days of history, one after the other. */
    private static final class Days implements Iterator<Entry> {
        private final Iterator<MVMap<String, byte[]>> maps;
        private final Range range;
        private Iterator<Entry> current = List.<Entry>of().iterator();

        Days(Iterator<MVMap<String, byte[]>> maps, Range range) {
            this.maps = maps;
            this.range = range;
        }

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && maps.hasNext()) {
                current = new BaseCursor(maps.next(), range);
            }
            return current.hasNext();
        }

        @Override
        public Entry next() {
            hasNext();
            return current.next();
        }
    }
}
