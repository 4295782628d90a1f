package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds records: by id through the time that is in it, and by what they are through the segments' headers. */
final class Searching {
    private static final int MOST_LOOKED_AT = 20_000;
    private static final int SEGMENTS_A_PAGE = 16;
    private static final Comparator<Execution> NEWEST_FIRST =
            Comparator.comparing(Execution::id).reversed();

    private final Slot<StateStore> state;
    private final Gathering gathering;

    Searching(Slot<StateStore> state, Gathering gathering) {
        this.state = state;
        this.gathering = gathering;
    }

    Optional<Execution> find(Name tenant, String id) throws InterruptedException {
        for (Execution each : gathering.notYetWritten(tenant)) {
            if (each.id().equals(id)) {
                return Optional.of(each);
            }
        }
        Optional<Entry> document = state.use(store -> store.find(Gathering.documentKey(tenant, id)));
        if (document.isPresent()) {
            return Optional.of(Segment.unpack(tenant, document.get().value()).getFirst());
        }
        // a segment is written at the earliest when its records began, and at the latest a while after a short call
        long millis = Ids.millis(id);
        Instant from = Instant.ofEpochMilli(millis);
        Instant to = from.plus(Records.LONG).plus(Duration.ofMinutes(1));
        for (Instant day : days(from, to)) {
            String prefix = Gathering.segmentsOf(tenant, day);
            Range range = new Range(
                    Space.HISTORY,
                    prefix + String.format("%012x", millis),
                    prefix + String.format("%012x", to.toEpochMilli()),
                    false);
            while (true) {
                Range asked = range;
                List<Entry> page = state.use(store -> store.list(asked, SEGMENTS_A_PAGE));
                for (Entry segment : page) {
                    Segment.Header header = Segment.header(segment.value());
                    if (header.fromMillis() <= millis && millis <= header.toMillis()) {
                        for (Execution each : Segment.unpack(tenant, segment.value())) {
                            if (each.id().equals(id)) {
                                return Optional.of(each);
                            }
                        }
                    }
                }
                if (page.size() < SEGMENTS_A_PAGE) {
                    break;
                }
                range = range.after(page.getLast().key().path());
            }
        }
        return Optional.empty();
    }

    private static List<Instant> days(Instant from, Instant to) {
        Instant first = from.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
        Instant last = to.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
        return first.equals(last) ? List.of(first) : List.of(first, last);
    }

    Records.Found list(
            Name tenant, Optional<Name> function, Predicate<Execution> fits, Instant since, String cursor, int limit)
            throws InterruptedException {
        Predicate<Execution> wanted =
                each -> (function.isEmpty() || each.function().equals(function.get()))
                        && !each.createdAt().isBefore(since)
                        && (cursor.isEmpty() || each.id().compareTo(cursor) < 0)
                        && fits.test(each);
        List<Execution> found = new ArrayList<>(
                gathering.notYetWritten(tenant).stream().filter(wanted).toList());
        int lookedAt = 0;
        Instant newest = cursor.isEmpty()
                ? Instant.now().plus(Duration.ofMinutes(1))
                : Instant.ofEpochMilli(Ids.millis(cursor)).plus(Records.LONG).plus(Duration.ofMinutes(1));
        Instant day = newest.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
        Instant firstDay = since.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
        boolean enough = false;
        for (; !enough && !day.isBefore(firstDay); day = day.minus(Duration.ofDays(1))) {
            String prefix = Gathering.segmentsOf(tenant, day);
            Range range = new Range(
                            Space.HISTORY, prefix, prefix + String.format("%012x", newest.toEpochMilli()) + "~", false)
                    .reversed();
            while (!enough) {
                Range asked = range;
                List<Entry> page = state.use(store -> store.list(asked, SEGMENTS_A_PAGE));
                for (Entry segment : page) {
                    Segment.Header header = Segment.header(segment.value());
                    // what is in older segments began before what is in this one ended, so a full page is only sure
                    // once its last record is younger than anything that may still come
                    if (found.size() >= limit && youngestLeft(found, limit) > header.toMillis()) {
                        enough = true;
                        break;
                    }
                    if (function.isEmpty()
                            || header.functions().containsKey(function.get().text())) {
                        lookedAt += header.held();
                        Segment.unpack(tenant, segment.value()).stream()
                                .filter(wanted)
                                .filter(each -> found.stream()
                                        .noneMatch(there -> there.id().equals(each.id())))
                                .forEach(found::add);
                    }
                    if (lookedAt >= MOST_LOOKED_AT) {
                        enough = true;
                        break;
                    }
                }
                if (page.size() < SEGMENTS_A_PAGE) {
                    break;
                }
                range = range.after(page.getLast().key().path());
            }
        }
        found.sort(NEWEST_FIRST);
        boolean partial = lookedAt >= MOST_LOOKED_AT && found.size() < limit;
        List<Execution> shown = List.copyOf(found.subList(0, Math.min(limit, found.size())));
        boolean more = !shown.isEmpty() && (found.size() > limit || enough || shown.size() == limit);
        return new Records.Found(shown, more ? Optional.of(shown.getLast().id()) : Optional.empty(), partial);
    }

    private static long youngestLeft(List<Execution> found, int limit) {
        found.sort(NEWEST_FIRST);
        return found.get(limit - 1).createdAt().toEpochMilli();
    }
}
