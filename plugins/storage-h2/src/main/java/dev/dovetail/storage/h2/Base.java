package dev.dovetail.storage.h2;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.storage.h2.Logged.Write;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The H2 file: sorted maps in H2's storage engine, without its SQL. One thread writes, any may read.
 *
 * <p>A value has its version in front. Up to which version everything was written is in the file too, in the same atomic
 * step.
 */
final class Base implements AutoCloseable {
    private static final int REMOVED_AT_ONCE = 10_000;
    private static final int POOR_FILL = 50;
    private static final int COMPACTED_AT_ONCE = 8 << 20;

    /** How long a reader waits for the file to be opened again. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path file;
    private final int cacheMegabytes;
    private final Lock reopening = new ReentrantLock();
    private final Condition reopened = reopening.newCondition();
    private volatile Maps open;
    private volatile boolean closed;

    Base(Path file, int cacheMegabytes) {
        this.file = file;
        this.cacheMegabytes = cacheMegabytes;
        this.open = Maps.open(file, cacheMegabytes);
    }

    /** The version up to which everything is here. */
    long applied() {
        return open.meta().getOrDefault("applied", 0L);
    }

    Optional<Entry> find(Key key) {
        return read(now -> now.find(key).map(map -> map.get(key.path())).map(packed -> unpacked(key, packed)));
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

    /** Reads; if the store was closed by an error of the disk, waits until it is opened again, and reads then. */
    private <T> T read(Function<Maps, T> reading) {
        Maps now = open;
        try {
            return reading.apply(now);
        } catch (MVStoreException e) {
            if (!reopenedAfter(now)) {
                throw unreadable(e);
            }
        }
        try {
            return reading.apply(open);
        } catch (MVStoreException e) {
            throw unreadable(e);
        }
    }

    private boolean reopenedAfter(Maps before) {
        reopening.lock();
        try {
            long left = PATIENCE_NANOS;
            while (open == before && before.store().isClosed() && !closed && left > 0) {
                left = reopened.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reopening.unlock();
        }
        return open != before;
    }

    private PluginException unreadable(MVStoreException e) {
        return new PluginException(Kind.UNAVAILABLE, "Cannot read from the H2 file " + file + ": " + e.getMessage(), e);
    }

    /** Makes these writes and tells up to which version everything is here now; durable when it returns. */
    void apply(Collection<Write> writes, long version) {
        Maps now = open;
        for (Write write : writes) {
            String path = write.key().path();
            MVMap<String, byte[]> map = now.make(write.key());
            if (write.found().entry().isPresent()) {
                map.put(path, packed(write.found().entry().get()));
            } else {
                map.remove(path);
            }
        }
        settle(now, version);
    }

    private static void settle(Maps now, long version) {
        now.meta().put("applied", version);
        now.store().commit();
        now.store().sync();
    }

    /** Removes a range, a part at a time, and tells as {@link #apply} does. */
    void drop(Range range, long version) {
        Maps now = open;
        switch (range.space()) {
            case STATE -> remove(now, now.state(), range);
            case HISTORY -> now.days().forEach((day, map) -> removeOf(now, day, map, range));
        }
        settle(now, version);
    }

    private static void removeOf(Maps now, String day, MVMap<String, byte[]> map, Range range) {
        boolean whole = range.from().compareTo(day + "/") <= 0
                && (range.to().isEmpty() || range.to().compareTo(day + "0") >= 0);
        if (whole) {
            now.days().remove(day);
            now.store().removeMap(map);
        } else {
            remove(now, map, range);
        }
    }

    private static void remove(Maps now, MVMap<String, byte[]> map, Range range) {
        List<String> paths = new ArrayList<>();
        do {
            paths.clear();
            BaseCursor cursor = new BaseCursor(map, range);
            while (paths.size() < REMOVED_AT_ONCE && cursor.hasNext()) {
                paths.add(cursor.next().key().path());
            }
            paths.forEach(map::remove);
            now.store().commit();
        } while (paths.size() == REMOVED_AT_ONCE);
    }

    /** Rewrites some of what is mostly garbage, if there is much of it. */
    void compact() {
        MVStore store = open.store();
        if (store.getFillRate() < POOR_FILL) {
            store.compact(POOR_FILL, COMPACTED_AT_ONCE);
            store.commit();
        }
    }

    /**
     * Opens the file again after its disk failed. H2 may then come back without what it had said was durable.
     *
     * @param needed the version up to which everything has to be here, since nobody but the log has it any more
     * @throws PluginException if it cannot be opened, or has less: what is in it then is neither read nor written over before
     *     the store itself is opened again
     */
    void reopen(long needed) {
        open.store().closeImmediately();
        Maps next = Maps.open(file, cacheMegabytes);
        long there = next.meta().getOrDefault("applied", 0L);
        if (there < needed) {
            next.store().closeImmediately();
            throw new PluginException(
                    Kind.UNAVAILABLE,
                    "The H2 file " + file + " has only what was written up to version " + there + ", and not up to "
                            + needed + ", after an error of its disk; the log has the rest: start again");
        }
        reopening.lock();
        try {
            open = next;
            reopened.signalAll();
        } finally {
            reopening.unlock();
        }
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
        closed = true;
        try {
            open.store().close();
        } catch (MVStoreException e) {
            open.store().closeImmediately();
        }
    }
}
