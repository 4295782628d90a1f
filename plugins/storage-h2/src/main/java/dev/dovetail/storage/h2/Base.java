package dev.dovetail.storage.h2;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.storage.h2.Logged.Write;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The H2 file: sorted maps in H2's storage engine, without its SQL. One thread writes, any may read.
 *
 * <p>{@code STATE} is one map, {@code HISTORY} one for each day, so that a day is dropped at once. A value has its version
 * in front. What was written up to which version is in the file too, in the same atomic step.
 */
final class Base implements AutoCloseable {
    private static final String STATE = "state";
    private static final String DAY = "history/";
    private static final int DAY_LENGTH = 8;
    private static final int REMOVED_AT_ONCE = 10_000;
    private static final int POOR_FILL = 50;
    private static final int COMPACTED_AT_ONCE = 8 << 20;

    /** For so long no space is reused that a reader may still be reading. */
    private static final int RETENTION_MILLIS = 5_000;

    private final Path file;
    private final int cacheMegabytes;
    private volatile Open open;

    /** H2's store while it works; after an error of the disk there is another. */
    private record Open(
            MVStore store,
            MVMap<String, Long> meta,
            MVMap<String, byte[]> state,
            ConcurrentNavigableMap<String, MVMap<String, byte[]>> days) {}

    Base(Path file, int cacheMegabytes) {
        CalmFilePath.register();
        this.file = file;
        this.cacheMegabytes = cacheMegabytes;
        this.open = opened();
    }

    private Open opened() {
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(CalmFilePath.SCHEME + ":" + file)
                    .autoCommitDisabled()
                    .cacheSize(cacheMegabytes)
                    .open();
            store.setRetentionTime(RETENTION_MILLIS);
            ConcurrentNavigableMap<String, MVMap<String, byte[]>> days = new ConcurrentSkipListMap<>();
            for (String name : store.getMapNames()) {
                if (name.startsWith(DAY)) {
                    days.put(name.substring(DAY.length()), map(store, name));
                }
            }
            return new Open(store, store.openMap("meta"), map(store, STATE), days);
        } catch (MVStoreException e) {
            throw new PluginException(Kind.UNAVAILABLE, "Cannot open the H2 file " + file + ": " + e.getMessage(), e);
        }
    }

    private static MVMap<String, byte[]> map(MVStore store, String name) {
        return store.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    /** The version up to which everything is here. */
    long applied() {
        return open.meta.getOrDefault("applied", 0L);
    }

    Optional<Entry> find(Key key) {
        return read(now -> {
            MVMap<String, byte[]> map = key.space() == Space.STATE ? now.state : now.days.get(day(key.path()));
            return Optional.ofNullable(map).map(m -> m.get(key.path())).map(packed -> unpacked(key, packed));
        });
    }

    private static String day(String path) {
        return path.substring(0, Math.min(DAY_LENGTH, path.length()));
    }

    <T> T list(Range range, Function<Iterator<Entry>, T> reading) {
        return read(now -> {
            try (Snapshot snapshot = new Snapshot(now)) {
                return reading.apply(snapshot.entries(range));
            }
        });
    }

    Snapshot snapshot() {
        return read(Snapshot::new);
    }

    /** Reads; if the store was opened anew meanwhile, reads again. */
    private <T> T read(Function<Open, T> reading) {
        Open now = open;
        try {
            return reading.apply(now);
        } catch (MVStoreException e) {
            if (now == open) {
                throw unreadable(e);
            }
        }
        try {
            return reading.apply(open);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    private PluginException unreadable(MVStoreException e) {
        return new PluginException(Kind.UNAVAILABLE, "Cannot read from the H2 file " + file + ": " + e.getMessage(), e);
    }

    /** The base as it was when this was made, however long the reading takes. */
    static final class Snapshot implements AutoCloseable {
        private final Open open;
        private final MVStore.TxCounter held;

        private Snapshot(Open open) {
            this.open = open;
            this.held = open.store.registerVersionUsage();
        }

        Iterator<Entry> entries(Range range) {
            if (range.space() == Space.STATE) {
                return new BaseCursor(open.state, range);
            }
            NavigableMap<String, MVMap<String, byte[]>> days = open.days.tailMap(day(range.from()), true);
            Collection<MVMap<String, byte[]>> inOrder = (range.backwards() ? days.descendingMap() : days).values();
            return new Chain(inOrder.iterator(), range);
        }

        @Override
        public void close() {
            open.store.deregisterVersionUsage(held);
        }
    }

    /** The days of history, one after the other. */
    private static final class Chain implements Iterator<Entry> {
        private final Iterator<MVMap<String, byte[]>> maps;
        private final Range range;
        private Iterator<Entry> current = List.<Entry>of().iterator();

        Chain(Iterator<MVMap<String, byte[]>> maps, Range range) {
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

    /** Makes these writes and tells up to which version everything is here now; durable when it returns. */
    void apply(Collection<Write> writes, long version) {
        Open now = open;
        for (Write write : writes) {
            String path = write.key().path();
            MVMap<String, byte[]> map = write.key().space() == Space.STATE
                    ? now.state
                    : now.days.computeIfAbsent(day(path), day -> map(now.store, DAY + day));
            if (write.found().entry().isPresent()) {
                map.put(path, packed(write.found().entry().get()));
            } else {
                map.remove(path);
            }
        }
        settle(now, version);
    }

    private static void settle(Open now, long version) {
        now.meta.put("applied", version);
        now.store.commit();
        now.store.sync();
    }

    /** Removes a range, a part at a time, and tells as {@link #apply} does. */
    void drop(Range range, long version) {
        Open now = open;
        switch (range.space()) {
            case STATE -> remove(now, now.state, range);
            case HISTORY -> now.days.forEach((day, map) -> removeOf(now, day, map, range));
        }
        settle(now, version);
    }

    private static void removeOf(Open now, String day, MVMap<String, byte[]> map, Range range) {
        boolean whole = range.from().compareTo(day + "/") <= 0
                && (range.to().isEmpty() || range.to().compareTo(day + "0") >= 0);
        if (whole) {
            now.days.remove(day);
            now.store.removeMap(map);
        } else {
            remove(now, map, range);
        }
    }

    private static void remove(Open now, MVMap<String, byte[]> map, Range range) {
        List<String> paths = new ArrayList<>();
        do {
            paths.clear();
            BaseCursor cursor = new BaseCursor(map, range);
            while (paths.size() < REMOVED_AT_ONCE && cursor.hasNext()) {
                paths.add(cursor.next().key().path());
            }
            paths.forEach(map::remove);
            now.store.commit();
        } while (paths.size() == REMOVED_AT_ONCE);
    }

    /** Rewrites some of what is mostly garbage, if there is much of it. */
    void compact() {
        MVStore store = open.store;
        if (store.getFillRate() < POOR_FILL) {
            store.compact(POOR_FILL, COMPACTED_AT_ONCE);
            store.commit();
        }
    }

    /** Opens the file again after its disk failed. */
    void reopen() {
        open.store.closeImmediately();
        open = opened();
    }

    private static byte[] packed(Entry entry) {
        ByteBuffer packed = ByteBuffer.allocate(Long.BYTES + entry.value().size());
        return packed.putLong(entry.version()).put(entry.value().buffer()).array();
    }

    static Entry unpacked(Key key, byte[] packed) {
        long version = ByteBuffer.wrap(packed).getLong();
        return new Entry(key, version, Bytes.given(Arrays.copyOfRange(packed, Long.BYTES, packed.length)));
    }

    /** Writes to the disk what is not there yet; what cannot be written is in the log. */
    @Override
    public void close() {
        try {
            open.store.close();
        } catch (MVStoreException e) {
            open.store.closeImmediately();
        }
    }
}
