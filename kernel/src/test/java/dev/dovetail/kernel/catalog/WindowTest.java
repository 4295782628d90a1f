package dev.dovetail.kernel.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When more instances are kept, at times that are made up. */
@Tag("SL-02")
final class WindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static boolean matches(String cron, String utc) throws Exception {
        return Cron.parse(cron).matches(ZonedDateTime.ofInstant(Instant.parse(utc + ":00Z"), ZoneOffset.UTC));
    }

    private static Window window(String cron, ZoneId zone, String duration, int min) throws Exception {
        return new Window(Cron.parse(cron), zone, Duration.parse(duration), min);
    }

    /** 2026-11-21 is a Saturday. */
    @Test
    void anExpressionHasTheMinutesThatItNames() throws Exception {
        assertTrue(matches("0 8 * * *", "2026-11-21T08:00"));
        assertFalse(matches("0 8 * * *", "2026-11-21T08:01"));
        assertFalse(matches("0 8 * * *", "2026-11-21T20:00"));
        assertTrue(matches("*/15 8-10,20 * * *", "2026-11-21T20:45"));
        assertFalse(matches("*/15 8-10,20 * * *", "2026-11-21T11:45"));
        assertTrue(matches("5/10 * * * *", "2026-11-21T20:35"));
        assertFalse(matches("5/10 * * * *", "2026-11-21T20:30"));
        assertTrue(matches("* * * * sat", "2026-11-21T08:00"));
        assertTrue(matches("* * * * 6", "2026-11-21T08:00"));
        assertFalse(matches("* * * * MON-FRI", "2026-11-21T08:00"));
        assertTrue(matches("* * * * 7", "2026-11-22T08:00"));
        assertTrue(matches("* * * * 0", "2026-11-22T08:00"));
        assertTrue(matches("* * * * 5-7", "2026-11-22T08:00"));
        assertTrue(matches("* * ? NOV *", "2026-11-21T08:00"));
        assertFalse(matches("* * * 12 *", "2026-11-21T08:00"));
        assertTrue(matches("0 0 8 * * *", "2026-11-21T08:00"), "with seconds");
    }

    @Test
    void whereBothDaysAreLimitedOneIsEnough() throws Exception {
        assertTrue(matches("* * 1 * SAT", "2026-11-21T08:00"));
        assertTrue(matches("* * 1 * SAT", "2026-12-01T08:00"));
        assertFalse(matches("* * 1 * SAT", "2026-12-02T08:00"));
        assertFalse(matches("* * */2 * SAT", "2026-11-20T08:00"), "a star with a step is no limit of its own");
    }

    @Test
    void whatIsNoExpressionIsRefusedWithWhatWasExpected() {
        Map<String, String> wrong = Map.of(
                "", "five fields",
                "0 8 * *", "five fields",
                "60 8 * * *", "a number from 0 to 59 in the minute, not \"60\"",
                "0 8 * FOO *", "a number from 1 to 12 or a name such as JAN in the month, not \"FOO\"",
                "0 10-8 * * *", "a range of the hour from less to more, not \"10-8\"",
                "0 8 * * */0", "a number from 1 to 7 in the day-of-week, not \"0\"",
                "0 8,, * * *", "in the hour, not \"\"",
                "30 0 8 * * *", "0 as the seconds",
                "0 8 L * *", "in the day-of-month, not \"L\"");
        wrong.forEach((text, expected) -> {
            Cron.NotCron thrown = assertThrows(Cron.NotCron.class, () -> Cron.parse(text), text);
            assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
        });
    }

    @Test
    void aWindowIsOpenFromItsMinuteForItsDuration() throws Exception {
        Window window = window("0 8 * * MON-FRI", BERLIN, "PT10H", 5);
        // a Friday; Berlin is an hour ahead in November
        assertFalse(window.open(Instant.parse("2026-11-20T06:59:59.999Z")));
        assertTrue(window.open(Instant.parse("2026-11-20T07:00:00Z")));
        assertTrue(window.open(Instant.parse("2026-11-20T16:59:59.999Z")));
        assertFalse(window.open(Instant.parse("2026-11-20T17:00:00Z")));
        assertFalse(window.open(Instant.parse("2026-11-21T08:00:00Z")), "a Saturday");
        // in July it is two
        assertTrue(window.open(Instant.parse("2026-07-20T06:00:00Z")));
        assertFalse(window.open(Instant.parse("2026-07-20T16:00:00Z")));
    }

    @Test
    void aWindowMayLastPastMidnightAndIsOpenForAWholeDayAtMost() throws Exception {
        Window night = window("0 22 * * *", ZoneOffset.UTC, "PT4H", 1);
        assertTrue(night.open(Instant.parse("2026-11-21T01:59:00Z")));
        assertFalse(night.open(Instant.parse("2026-11-21T02:00:00Z")));
        Window day = window("0 0 21 11 *", ZoneOffset.UTC, "PT24H", 1);
        assertTrue(day.open(Instant.parse("2026-11-21T23:59:59Z")));
        assertFalse(day.open(Instant.parse("2026-11-22T00:00:00Z")));
    }

    @Test
    void aTimeThatTheClocksSkipDoesNotComeAndOneThatComesTwiceOpensTwice() throws Exception {
        Window window = window("30 2 * * *", BERLIN, "PT1M", 1);
        long opened = 0;
        for (int minute = 0; minute < 24 * 60; minute++) {
            opened += window.open(Instant.parse("2026-03-28T23:00:00Z").plusSeconds(60L * minute)) ? 1 : 0;
        }
        assertEquals(0, opened, "on the day of 23 hours, and an hour of the next");
        for (int minute = 0; minute < 25 * 60; minute++) {
            opened += window.open(Instant.parse("2026-10-24T22:00:00Z").plusSeconds(60L * minute)) ? 1 : 0;
        }
        assertEquals(2, opened, "on the day of 25 hours");
    }

    @Test
    void theLargestOfWhatIsOpenAndOfWhatIsKeptAlwaysCounts() throws Exception {
        Scaling scaling = new Scaling(
                2,
                100,
                0,
                Duration.ZERO,
                Duration.ofMinutes(5),
                0,
                Duration.ZERO,
                List.of(
                        window("0 8 * * *", ZoneOffset.UTC, "PT2H", 5),
                        window("0 9 * * *", ZoneOffset.UTC, "PT2H", 9),
                        window("0 7 * * *", ZoneOffset.UTC, "PT20H", 1)));
        Map<String, Integer> expected = Map.of("07:30", 2, "08:00", 5, "09:00", 9, "10:59", 9, "11:00", 2);
        expected.forEach((time, instances) ->
                assertEquals(instances, scaling.wanted(Instant.parse("2026-11-21T" + time + ":00Z")), time));
        assertEquals(9, scaling.wantedAtMost());
    }
}
