package dev.dovetail.testkit.store;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What in-memory state stores have written; it outlives each of them. Every method holds the one lock. */
final class StateMemory {
    private static final Duration IDS_ARE_KEPT = Duration.ofMinutes(10);

    private record Answered(Committed answer, Instant at) {}

    private final Map<Space, NavigableMap<String, Entry>> spaces =
            new EnumMap<>(Map.of(Space.STATE, new TreeMap<>(), Space.HISTORY, new TreeMap<>()));
    private final Map<CommitId, Answered> answers = new LinkedHashMap<>();
    private long version;

    synchronized List<Optional<Entry>> findAll(List<Key> keys) {
        return keys.stream().map(this::find).toList();
    }

    private Optional<Entry> find(Key key) {
        return Optional.ofNullable(spaces.get(key.space()).get(key.path()));
    }

    synchronized List<Entry> list(Range range, int limit) {
        NavigableMap<String, Entry> inside = inside(range);
        return (range.backwards() ? inside.descendingMap() : inside)
                .values().stream().limit(limit).toList();
    }

    synchronized Committed commit(CommitId id, List<Change> changes, Instant now) {
        forget(now.minus(IDS_ARE_KEPT));
        return answers.computeIfAbsent(id, first -> new Answered(judge(changes), now)).answer;
    }

    /** The oldest stand first; behind the first that is younger nothing is looked at, so that a commit costs the same always. */
    private void forget(Instant before) {
        Iterator<Answered> oldest = answers.values().iterator();
        while (oldest.hasNext() && oldest.next().at.isBefore(before)) {
            oldest.remove();
        }
    }

    private Committed judge(List<Change> changes) {
        for (Change change : changes) {
            Optional<Entry> current = find(change.key());
            if (!holds(change.expected(), current)) {
                return new Conflict(change.key(), current);
            }
        }
        version++;
        for (Change change : changes) {
            switch (change) {
                case Change.Put put ->
                    spaces.get(put.key().space()).put(put.key().path(), new Entry(put.key(), version, put.value()));
                case Change.Delete delete ->
                    spaces.get(delete.key().space()).remove(delete.key().path());
                case Change.Check check -> {}
            }
        }
        return new Done(version);
    }

    private static boolean holds(Expectation expected, Optional<Entry> current) {
        return switch (expected) {
            case Expectation.Absent() -> current.isEmpty();
            case Expectation.Version(long wanted) ->
                current.isPresent() && current.get().version() == wanted;
            case Expectation.Anything() -> true;
        };
    }

    synchronized void drop(Range range) {
        inside(range).clear();
    }

    /** A live view. */
    private NavigableMap<String, Entry> inside(Range range) {
        NavigableMap<String, Entry> space = spaces.get(range.space());
        if (range.to().isEmpty()) {
            return space.tailMap(range.from(), true);
        }
        return range.from().compareTo(range.to()) >= 0
                ? new TreeMap<>()
                : space.subMap(range.from(), true, range.to(), false);
    }
}
