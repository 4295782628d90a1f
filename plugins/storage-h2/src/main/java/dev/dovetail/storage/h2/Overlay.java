package dev.dovetail.storage.h2;

import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.storage.h2.Logged.Dropped;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import dev.dovetail.storage.h2.Logged.Write;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What was committed and is not yet known to be in the base, and the reading of both as one.
 *
 * <p>Whoever reads a key looks here first and into the base second; what is applied is put into the base before it is
 * removed here, so a key's newest content is always found. Two locks: groups are published under one, so that many keys
 * can be read of one moment; entries are removed under the other, so that none goes missing while a range is listed.
 */
final class Overlay {
    private static final int OPTIMISTIC_TRIES = 3;

    private final Base base;
    private final Map<Space, ConcurrentNavigableMap<String, Found>> spaces = new EnumMap<>(
            Map.of(Space.STATE, new ConcurrentSkipListMap<>(), Space.HISTORY, new ConcurrentSkipListMap<>()));
    private final StampedLock publishing = new StampedLock();
    private final ReadWriteLock evicting = new ReentrantReadWriteLock();

    /** Ranges that were dropped and are still in the base, each with its version. */
    private volatile List<Dropped> drops = List.of();

    Overlay(Base base) {
        this.base = base;
    }

    /** Shows a group to readers, all of it at once. */
    void publish(List<Logged> group) {
        long stamp = publishing.writeLock();
        try {
            group.forEach(this::publish);
        } finally {
            publishing.unlockWrite(stamp);
        }
    }

    private void publish(Logged record) {
        switch (record) {
            case Made made -> {
                for (Write write : made.writes()) {
                    spaces.get(write.key().space()).put(write.key().path(), write.found());
                }
            }
            case Dropped dropped -> {
                // named first, so that whoever does not find an entry any more finds the drop
                drops = Stream.concat(drops.stream(), Stream.of(dropped)).toList();
                inside(dropped.range()).clear();
            }
            case Refused refused -> {}
        }
    }

    Optional<Entry> find(Key key) {
        Found found = spaces.get(key.space()).get(key.path());
        if (found != null) {
            return found.entry();
        }
        return isDropped(key) ? Optional.empty() : base.find(key);
    }

    private boolean isDropped(Key key) {
        return has(drops, key);
    }

    private static boolean has(List<Dropped> drops, Key key) {
        for (Dropped dropped : drops) {
            if (dropped.range().has(key)) {
                return true;
            }
        }
        return false;
    }

    List<Optional<Entry>> findAll(List<Key> keys) {
        return ofOneMoment(() -> keys.stream().map(this::find).toList());
    }

    private <T> T ofOneMoment(Supplier<T> reading) {
        for (int i = 0; i < OPTIMISTIC_TRIES; i++) {
            long stamp = publishing.tryOptimisticRead();
            if (stamp != 0) {
                T read = reading.get();
                if (publishing.validate(stamp)) {
                    return read;
                }
            }
        }
        long stamp = publishing.readLock();
        try {
            return reading.get();
        } finally {
            publishing.unlockRead(stamp);
        }
    }

    List<Entry> list(Range range, int limit) {
        evicting.readLock().lock();
        try {
            return base.list(range, older -> {
                NavigableMap<String, Found> here = inside(range);
                Iterator<Map.Entry<String, Found>> newer = (range.backwards() ? here.descendingMap() : here)
                        .entrySet()
                        .iterator();
                Merge merge = new Merge(newer, older, this::isDropped, range.backwards());
                List<Entry> entries = new ArrayList<>();
                while (entries.size() < limit && merge.hasNext()) {
                    entries.add(merge.next());
                }
                return entries;
            });
        } finally {
            evicting.readLock().unlock();
        }
    }

    /** What is here and in the base at this moment, which lasts until the reading ends. The writer thread's. */
    Moment moment() {
        evicting.readLock().lock();
        try {
            Map<Space, NavigableMap<String, Found>> copy = new EnumMap<>(Space.class);
            spaces.forEach((space, entries) -> copy.put(space, new TreeMap<>(entries)));
            List<Dropped> dropped = drops;
            return new Moment(copy, key -> has(dropped, key), base.snapshot());
        } finally {
            evicting.readLock().unlock();
        }
    }

    /** Removes what is in the base now. */
    void evict(List<Logged> applied) {
        evicting.writeLock().lock();
        try {
            for (Logged record : applied) {
                switch (record) {
                    case Made made -> made.writes().forEach(this::evict);
                    case Dropped dropped ->
                        drops = drops.stream().filter(d -> d != dropped).toList();
                    case Refused refused -> {}
                }
            }
        } finally {
            evicting.writeLock().unlock();
        }
    }

    private void evict(Write write) {
        spaces.get(write.key().space()).remove(write.key().path(), write.found());
    }

    /** What is here of a range, live. */
    private NavigableMap<String, Found> inside(Range range) {
        ConcurrentNavigableMap<String, Found> space = spaces.get(range.space());
        if (range.to().isEmpty()) {
            return space.tailMap(range.from(), true);
        }
        return range.from().compareTo(range.to()) >= 0
                ? new ConcurrentSkipListMap<>()
                : space.subMap(range.from(), true, range.to(), false);
    }
}
