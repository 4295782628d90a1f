package dev.dovetail.kernel.durable.due;

import dev.dovetail.spi.store.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is held in memory of what is due, and how it meets what is read from the store. Not thread-safe: its owner holds a lock,
 * except while it reads the store.
 */
final class Backlog {
    /** How much may be said while the store is read, in parts of what is held. */
    private static final int MUCH = 10;

    private final int most;
    private final int page;
    private final Duration ahead;
    private final Map<Integer, Window> windows = new HashMap<>();
    private final TreeSet<Due> held = new TreeSet<>(Due.IN_ORDER);
    private final Map<String, Due> byId = new HashMap<>();
    private final Map<String, UnderWay> underWay = new HashMap<>();
    /** Where the first stretch begins of which nothing is known. */
    private String unknown = "";

    private long unknownAt; // its millisecond

    /** How many are due by this moment: counted as time goes on, since there may be many. */
    private int ripe;

    private Instant ripened = Instant.EPOCH;
    private Optional<Reading> reading = Optional.empty();

    /** One that was taken, by which opening of its shard, and what is to become of it when it is done. */
    private record UnderWay(Due due, Window window, Optional<Due> next) {}

    /**
     * @param most how many are held
     * @param page how many are read at once at the most
     * @param ahead how far into the future
     */
    Backlog(int most, int page, Duration ahead) {
        this.most = most;
        this.page = page;
        this.ahead = ahead;
    }

    void open(int shard) {
        close(shard);
        windows.put(shard, new Window(shard, System.nanoTime()));
        lookForUnknown();
    }

    void close(int shard) {
        Window closed = windows.remove(shard);
        if (closed != null) {
            List.copyOf(closed.held).forEach(due -> drop(due.id(), closed));
        }
        lookForUnknown();
    }

    private void lookForUnknown() {
        unknown("");
        windows.values().stream()
                .map(each -> each.edge)
                .min(Comparator.naturalOrder())
                .ifPresent(this::unknown);
    }

    private void unknown(String from) {
        unknown = from;
        unknownAt = Due.millis(from);
    }

    int size() {
        return held.size();
    }

    void add(Due due) {
        meanwhile(due.id(), Optional.of(due));
        put(due);
    }

    /** Holds it if there is to be held. */
    private void put(Due due) {
        UnderWay taken = underWay.get(due.id());
        if (taken != null) {
            underWay.put(due.id(), new UnderWay(taken.due, taken.window, Optional.of(due)));
            return;
        }
        drop(due.id());
        Window window = windows.get(due.shard());
        if (window != null && window.covers(due)) {
            window.held.add(due);
            held.add(due);
            byId.put(due.id(), due);
            if (!due.at().isAfter(ripened)) {
                ripe++;
            }
            shrink();
        }
    }

    /** The latest make room. */
    private void shrink() {
        while (held.size() > most) {
            Due last = held.last();
            drop(last.id());
            windows.get(last.shard()).edge = last.place();
            if (last.place().compareTo(unknown) < 0) {
                unknown(last.place());
            }
        }
    }

    private void drop(String id) {
        Due due = byId.get(id);
        if (due != null) {
            drop(id, windows.get(due.shard()));
        }
    }

    private void drop(String id, Window window) {
        Due due = byId.remove(id);
        held.remove(due);
        window.held.remove(due);
        if (!due.at().isAfter(ripened)) {
            ripe--;
        }
    }

    /** How many are due; as many as can be held if there are more than are read now. */
    int ripe(Instant now) {
        if (now.isAfter(ripened)) {
            // a moment has as many milliseconds as Due says, and what is due in this one is due
            ripe += held.subSet(Due.before(ripened.plusMillis(1)), Due.before(now.plusMillis(1)))
                    .size();
            ripened = now.truncatedTo(ChronoUnit.MILLIS);
        }
        if (!hasRoom() && unknown.compareTo(Due.moment(now.toEpochMilli())) <= 0) {
            return most;
        }
        return ripe;
    }

    void remove(String id) {
        meanwhile(id, Optional.empty());
        UnderWay taken = underWay.get(id);
        if (taken != null) {
            underWay.put(id, new UnderWay(taken.due, taken.window, Optional.empty()));
        }
        drop(id);
    }

    private void meanwhile(String id, Optional<Due> due) {
        reading.ifPresent(it -> it.meanwhile().put(id, due));
    }

    /** The next one, if it is due, and if nothing that is still to be read may come before it. */
    Optional<Due> poll(Instant now) {
        if (held.isEmpty() || held.first().at().isAfter(now) || waitsForReading()) {
            return Optional.empty();
        }
        Due due = held.first();
        drop(due.id());
        meanwhile(due.id(), Optional.empty());
        underWay.put(due.id(), new UnderWay(due, windows.get(due.shard()), Optional.empty()));
        return Optional.of(due);
    }

    /** Whether the next one is not known before more is read. */
    boolean waitsForReading() {
        if (held.isEmpty()) {
            return false;
        }
        Due first = held.first();
        return first.at().toEpochMilli() >= unknownAt && unknown.compareTo(first.place()) <= 0;
    }

    /** When the next one is due, as far as it is known. */
    Optional<Instant> next() {
        return held.isEmpty() || waitsForReading()
                ? Optional.empty()
                : Optional.of(held.first().at());
    }

    void done(String id) {
        UnderWay taken = underWay.remove(id);
        if (taken == null) {
            return;
        }
        // whoever took it before the shard was lost could not delete it, so what is read of it still holds
        if (taken.next.isPresent() || windows.get(taken.due.shard()) == taken.window) {
            meanwhile(id, taken.next);
        }
        taken.next.ifPresent(this::put);
    }

    /** Begins to read where it is needed most, if it is needed at all; {@link #merge} or {@link #giveUp} ends it. */
    Optional<Reading> read(Instant now) {
        reading = windows.values().stream()
                .filter(each -> needsMore(each, now))
                .min(Comparator.comparing(each -> each.edge))
                .map(each -> Reading.on(each, now.plus(ahead), limit()));
        return reading;
    }

    /** The same of what was read, so that nothing lies there for ever that this node has done with. */
    Optional<Reading> readAgain(Instant now, long nanos) {
        reading = Reading.again(windows.values(), now, nanos, limit());
        return reading;
    }

    /** Whether this shard's entries are used up, so that it should be read. */
    boolean needsMore(int shard, Instant now) {
        Window window = windows.get(shard);
        return window != null && needsMore(window, now);
    }

    private boolean needsMore(Window window, Instant now) {
        // at half of the time ahead: before what is held is used up, but not for every second that passes
        if (window.edge.compareTo(Due.moment(now.plus(ahead.dividedBy(2)).toEpochMilli())) >= 0) {
            return false;
        }
        // while there is little room only what would push out something later
        return hasRoom()
                || window.held.isEmpty() && window.edge.compareTo(held.last().place()) < 0;
    }

    /** Filled up before a shard is used up: while one is, nothing of the others is taken. */
    private boolean hasRoom() {
        return held.size() <= most - most / 4;
    }

    /** So that all shards have a part of the room, and none is read only to be dropped again. */
    private int limit() {
        return Math.clamp(most / Math.max(1, windows.size()), Math.min(page, 100), page);
    }

    /** Takes up what a reading found. */
    void merge(Reading it, List<Entry> found) {
        reading = Optional.empty();
        Window window = it.window();
        boolean closed = windows.get(window.shard) != window;
        boolean shrunk = !it.again() && !window.edge.equals(it.from());
        if (closed || shrunk || it.meanwhile().size() > MUCH * most) {
            return; // of no use any more; what is still needed is read again
        }
        if (!it.again()) {
            window.edge = found.size() < it.limit()
                    ? it.until()
                    : found.getLast()
                                    .key()
                                    .path()
                                    .substring(Due.prefix(window.shard).length()) + "\0";
            lookForUnknown();
        }
        for (Entry entry : found) {
            Due.find(window.shard, entry)
                    .filter(due -> !it.meanwhile().containsKey(due.id()))
                    .ifPresent(due -> putFound(window, due));
        }
        for (Optional<Due> due : it.meanwhile().values()) {
            due.ifPresent(this::put);
        }
    }

    /** An entry of one that is under way lies there until it is done; but if another opening took it, that one may have failed. */
    private void putFound(Window window, Due due) {
        UnderWay taken = underWay.get(due.id());
        if (taken == null || taken.window != window || !taken.due.equals(due)) {
            put(due);
        }
    }

    /** Ends a reading that failed. */
    void giveUp() {
        reading = Optional.empty();
    }
}
