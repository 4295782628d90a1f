package dev.dovetail.kernel.record;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds records: by id through the time that is in it, and by what they are through the segments' headers. */
final class Searching {
    private static final int MOST_LOOKED_AT = 20_000;
    private static final int SEGMENTS_A_PAGE = 16;

    /** How long after a record began its segment may lie. */
    private static final Duration REACH = Records.LONG.plus(Records.SPAN.multipliedBy(2));

    /** How far the clocks of other nodes may be ahead, or this one's was before it was set: what they have made is found all the same. */
    private static final Duration AHEAD = Duration.ofHours(1);

    private static final Comparator<Execution> NEWEST_FIRST =
            Comparator.comparing(Execution::id).reversed();

    private final Slot<StateStore> state;
    private final Gathering gathering;
    private final InstantSource clock;

    Searching(Slot<StateStore> state, Gathering gathering, InstantSource clock) {
        this.state = state;
        this.gathering = gathering;
        this.clock = clock;
    }

    Optional<Execution> find(Name tenant, String id) throws InterruptedException {
        for (Execution each : gathering.notYetWritten(tenant)) {
            if (each.id().equals(id)) {
                return Optional.of(each);
            }
        }
        long millis = Ids.millis(id);
        Instant from = Instant.ofEpochMilli(millis);
        Instant to = from.plus(REACH);
        for (Instant day = midnight(from); !day.isAfter(to); day = day.plus(1, ChronoUnit.DAYS)) {
            String prefix = Gathering.segmentsOf(tenant, day);
            Range range = new Range(Space.HISTORY, prefix + key(millis), prefix + key(to.toEpochMilli()), false);
            Segments segments = new Segments(range);
            for (Optional<Entry> next = segments.next(); next.isPresent(); next = segments.next()) {
                Optional<Execution> found = find(tenant, id, next.get());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Execution> find(Name tenant, String id, Entry segment) {
        Segment.Header header = Segment.header(segment.value());
        long millis = Ids.millis(id);
        // the time in an id is taken before the one in its record, and a claim of a key may lie between
        if (header.fromMillis() > millis + Records.SPAN.toMillis() || header.toMillis() < millis) {
            return Optional.empty();
        }
        return Segment.unpack(tenant, segment.value()).stream()
                .filter(each -> each.id().equals(id))
                .findFirst();
    }

    private static Instant midnight(Instant at) {
        return at.truncatedTo(ChronoUnit.DAYS);
    }

    private static String key(long millis) {
        return String.format(Locale.ROOT, "%012x", millis);
    }

    /** Reads segments one after the other. */
    private final class Segments {
        private Range left;
        private List<Entry> page = List.of();
        private int at;
        private boolean last;

        Segments(Range range) {
            this.left = range;
        }

        Optional<Entry> next() throws InterruptedException {
            if (at == page.size()) {
                if (last) {
                    return Optional.empty();
                }
                Range asked = left;
                page = state.use(store -> store.list(asked, SEGMENTS_A_PAGE));
                at = 0;
                last = page.size() < SEGMENTS_A_PAGE;
                if (page.isEmpty()) {
                    return Optional.empty();
                }
                left = left.after(page.getLast().key().path());
            }
            return Optional.of(page.get(at++));
        }
    }

    /** What is being looked for, and what was found so far. */
    private record Search(
            Name tenant, Optional<Name> function, Records.Between began, Predicate<Execution> wanted, int limit) {
        boolean may(Segment.Header header) {
            return (function.isEmpty()
                            || header.functions().containsKey(function.get().text()))
                    && !Instant.ofEpochMilli(header.fromMillis())
                            .minus(Records.SPAN)
                            .isAfter(began.until());
        }
    }

    Records.Found list(
            Name tenant,
            Optional<Name> function,
            Predicate<Execution> fits,
            Records.Between began,
            String cursor,
            int limit)
            throws InterruptedException {
        boolean place = !cursor.isEmpty() && !Ids.isId(cursor);
        Predicate<Execution> wanted =
                each -> (function.isEmpty() || each.function().equals(function.get()))
                        && began.has(each.createdAt())
                        && (cursor.isEmpty() || place || each.id().compareTo(cursor) < 0)
                        && fits.test(each);
        Map<String, Execution> found = new HashMap<>();
        if (!place) { // else what is not written yet was shown on an earlier page
            gathering.notYetWritten(tenant).stream().filter(wanted).forEach(each -> found.put(each.id(), each));
        }
        Search search = new Search(tenant, function, began, wanted, limit);
        return below(search, place ? cursor : newest(tenant, cursor, began.until()), found);
    }

    private String newest(Name tenant, String cursor, Instant until) {
        Instant began = cursor.isEmpty() ? clock.instant().plus(AHEAD) : Instant.ofEpochMilli(Ids.millis(cursor));
        Instant newest = (until.isBefore(began) ? until : began).plus(REACH);
        return Gathering.segmentsOf(tenant, newest) + key(newest.toEpochMilli()) + "~";
    }

    /** Goes through the segments below this key, day by day, the last first. */
    private Records.Found below(Search search, String top, Map<String, Execution> found) throws InterruptedException {
        int lookedAt = 0;
        String to = top;
        Instant day = day(top);
        for (; !day.isBefore(midnight(search.began().since())); day = day.minus(1, ChronoUnit.DAYS)) {
            String prefix = Gathering.segmentsOf(search.tenant(), day);
            String end = to.startsWith(prefix) ? to : prefix + "~";
            Segments segments = new Segments(new Range(Space.HISTORY, prefix, end, true));
            for (Optional<Entry> next = segments.next(); next.isPresent(); next = segments.next()) {
                String path = next.get().key().path();
                if (found.size() >= search.limit() && surelyYounger(found, search.limit(), path, prefix)) {
                    return page(found, search.limit(), true);
                }
                Segment.Header header = Segment.header(next.get().value());
                if (search.may(header)) {
                    lookedAt += header.held();
                    Segment.unpack(search.tenant(), next.get().value()).stream()
                            .filter(search.wanted())
                            .forEach(each -> found.put(each.id(), each));
                }
                if (lookedAt >= MOST_LOOKED_AT && found.size() < search.limit()) {
                    List<Execution> some =
                            found.values().stream().sorted(NEWEST_FIRST).toList();
                    return new Records.Found(some, Optional.of(path), true);
                }
            }
        }
        return page(found, search.limit(), false);
    }

    /** Whether a full page is younger than all that may still come: that began before the time in this key. */
    private static boolean surelyYounger(Map<String, Execution> found, int limit, String path, String prefix) {
        long latest = Long.parseLong(path, prefix.length(), prefix.length() + 12, 16);
        return found.values().stream()
                        .filter(each -> Ids.millis(each.id()) > latest)
                        .limit(limit)
                        .count()
                == limit;
    }

    private static Instant day(String path) {
        return java.time.LocalDate.parse(path.substring(0, 8), java.time.format.DateTimeFormatter.BASIC_ISO_DATE)
                .atStartOfDay(java.time.ZoneOffset.UTC)
                .toInstant();
    }

    private static Records.Found page(Map<String, Execution> found, int limit, boolean more) {
        List<Execution> shown =
                found.values().stream().sorted(NEWEST_FIRST).limit(limit).toList();
        boolean goesOn = !shown.isEmpty() && (more || found.size() > limit);
        return new Records.Found(shown, goesOn ? Optional.of(shown.getLast().id()) : Optional.empty(), false);
    }
}
