package dev.dovetail.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was needed at a time is foretold for the same time. */
@Tag("SL-09")
final class TrafficTest {
    private static final int WEEK = 7 * Traffic.DAY;

    @Test
    void whatWasNeededADayOrAWeekAgoIsForetoldFiveMinutesAhead() {
        long monday = Traffic.slot(Instant.parse("2026-11-16T08:00:00Z"));
        Traffic traffic = new Traffic(monday - 10);
        traffic.note(monday, 4);
        traffic.note(monday + 1, 2);
        assertEquals(0, traffic.foretold(monday + Traffic.DAY - 2), "ten minutes before");
        assertEquals(4, traffic.foretold(monday + Traffic.DAY - 1), "five minutes before");
        assertEquals(4, traffic.foretold(monday + Traffic.DAY), "then");
        assertEquals(2, traffic.foretold(monday + Traffic.DAY + 1), "five minutes later");
        assertEquals(0, traffic.foretold(monday + Traffic.DAY + 2), "ten minutes later");
        assertEquals(0, traffic.foretold(monday + 2 * Traffic.DAY), "on Wednesday, after a quiet Tuesday");
        traffic.note(monday + WEEK, 0);
        assertEquals(4, traffic.foretold(monday + WEEK), "on the next Monday");
    }

    @Test
    void itTellsWhatATableOfAllTimesWould() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int history = 0; history < 50; history++) {
            long slot = random.nextInt(10_000_000);
            Traffic traffic = new Traffic(slot);
            Map<Long, Integer> table = new TreeMap<>();
            for (int i = 0; i < 300; i++) {
                slot += random.nextInt(5) == 0 ? random.nextInt(3 * WEEK / 2) : random.nextInt(3);
                int needed = random.nextInt(4);
                traffic.note(slot, needed);
                table.merge(slot, needed, Math::max);
                if (random.nextInt(10) == 0) {
                    traffic = Traffic.of(traffic.latest(), traffic.known());
                }
                int expected = 0;
                for (long ahead : List.of(0, 1)) {
                    for (int before : List.of(Traffic.DAY, WEEK)) {
                        expected = Math.max(expected, table.getOrDefault(slot + ahead - before, 0));
                    }
                }
                assertEquals(expected, traffic.foretold(slot), () -> "seed " + seed);
            }
        }
    }

    @Test
    void aClockThatWasSetBackChangesNothing() {
        Traffic traffic = new Traffic(5000);
        traffic.note(5000, 3);
        traffic.note(4000, 9);
        assertEquals(List.of(3), traffic.known());
        assertEquals(5000, traffic.latest());
    }

    @Test
    void moreThanAWeekIsNotTaken() {
        assertThrows(IllegalArgumentException.class, () -> Traffic.of(5000, Collections.nCopies(WEEK + 2, 1)));
    }
}
