package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Predicate;

/** Everything that was committed up to one moment, for making a copy. Closing it lets the base reuse its space. */
record Moment(Map<Space, NavigableMap<String, Found>> newer, Predicate<Key> dropped, Snapshot older)
        implements AutoCloseable {
    Iterator<Entry> entries(Space space) {
        return new Merge(
                newer.get(space).entrySet().iterator(), older.entries(Range.prefix(space, "")), dropped, false);
    }

    @Override
    public void close() {
        older.close();
    }
}
