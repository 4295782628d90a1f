package dev.dovetail.kernel.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.dovetail.testkit.FirstRunCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When more instances are kept, at times that are made up. */
@FirstRunCounts
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
        assertTrue(matches("* * * * FRI-SUN", "2026-11-22T08:00"));
        assertTrue(matches("* * * * 1,7", "2026-11-22T08:00"));
        assertTrue(matches("* * * * */2", "2026-11-22T08:00"), "from Sunday on");
        assertFalse(matches("* * * * */2", "2026-11-23T08:00"));
        assertTrue(matches("* * 1-31/4 nov *", "2026-11-21T08:00"));
        assertFalse(matches("* * 1-31/4 NOV *", "2026-11-22T08:00"));
        assertFalse(matches("* * * 12 *", "2026-11-21T08:00"));
        assertTrue(matches(" 0  8 * *\t* ", "2026-11-21T08:00"), "more space");
        assertFalse(matches("0 0 31 2 *", "2026-03-03T00:00"), "a date that never comes");
    }

    @Test
    void whereBothDaysAreLimitedOneIsEnough() throws Exception {
        assertTrue(matches("* * 1 * SAT", "2026-11-21T08:00"));
        assertTrue(matches("* * 1 * SAT", "2026-12-01T08:00"));
        assertFalse(matches("* * 1 * SAT", "2026-12-02T08:00"));
        assertTrue(matches("* * */2 * SAT", "2026-11-19T08:00"), "a star with a step is a limit");
        assertTrue(matches("* * */2 * SAT", "2026-11-28T08:00"));
        assertFalse(matches("* * */2 * SAT", "2026-11-20T08:00"));
        assertFalse(matches("* * * * SAT", "2026-11-20T08:00"), "a star is none");
        assertFalse(matches("* * 1 * *", "2026-11-21T08:00"));
    }

    /** Where no clock is changed, the library's search has to find the same. */
    @Test
    void theLibraryFindsTheSameMinutesWhereItIsRight() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        int matched = 0;
        for (int i = 0; i < 300; i++) {
            // few values in the time, so that dates count; dates that come
            String text = some(random, 0, 59) + " 8 " + some(random, 1, 28) + " * " + some(random, 0, 7);
            Cron cron = Cron.parse(text);
            ExecutionTime search = ExecutionTime.forCron(parser.parse(text));
            ZonedDateTime time = ZonedDateTime.of(2026, 1, 1, 8, 0, 0, 0, ZoneOffset.UTC);
            for (int day = 0; day < 20; day++) {
                time = time.plusDays(1).withMinute(random.nextInt(60));
                ZonedDateTime first =
                        search.nextExecution(time.withMinute(0).minusMinutes(1)).orElseThrow();
                assertTrue(cron.matches(first), text + " at " + first + ", seed " + seed);
                assertEquals(search.isMatch(time), cron.matches(time), text + " at " + time + ", seed " + seed);
                matched += cron.matches(time) ? 1 : 0;
            }
        }
        assertTrue(matched > 100, "only " + matched + ", seed " + seed);
    }

    private static String some(Random random, int least, int most) {
        int one = random.nextInt(least, most + 1);
        int other = random.nextInt(one, most + 1);
        int step = random.nextInt(1, 5);
        return switch (random.nextInt(7)) {
            case 0 -> String.valueOf(one);
            case 1 -> one + "-" + other;
            case 2 -> one + "," + other;
            case 3 -> "*/" + step;
            case 4 -> one + "-" + other + "/" + step;
            case 5 -> one + "/" + step + "," + other;
            default -> "*";
        };
    }

    @Test
    void whateverIsWrittenIsReadOrRefusedWithItsFieldNamed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String letters = "0123456789*/-,?LW#|@+.SUNMONJAN";
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder field = new StringBuilder();
            for (int length = random.nextInt(1, 9); length > 0; length--) {
                field.append(letters.charAt(random.nextInt(letters.length())));
            }
            String text = "* * " + field + " * *";
            try {
                Cron.parse(text).matches(ZonedDateTime.of(2026, 11, 21, 8, 0, 0, 0, ZoneOffset.UTC));
            } catch (Cron.NotCron e) {
                refused++;
                assertTrue(e.getMessage().contains("in the day-of-month, not \"" + field + "\""), e + ", seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError(text + ", seed " + seed, e);
            }
        }
        assertTrue(refused > 1000, "only " + refused + ", seed " + seed);
    }

    @Test
    void whatIsNoExpressionIsRefusedWithWhatWasExpected() {
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("", "five fields"),
                Map.entry("0 8 * *", "five fields"),
                Map.entry("0 0 8 * * *", "five fields"),
                Map.entry("@daily", "five fields"),
                Map.entry("60 8 * * *", "numbers from 0 to 59 in the minute, not \"60\": Value 60 not in range"),
                Map.entry("0 8 * FOO *", "numbers from 1 to 12 or names such as JAN in the month, not \"FOO\""),
                Map.entry("0 10-8 * * *", "in the hour, not \"10-8\": Invalid range"),
                Map.entry("0 8 * * fri-MON", "names such as MON in the day-of-week, not \"fri-MON\""),
                Map.entry("0 8 * * */0", "in the day-of-week, not \"*/0\": Period 0"),
                Map.entry("0 8,, * * *", "in the hour, not \"8,,\""),
                Map.entry("0 1-5/ * * *", "in the hour, not \"1-5/\""),
                Map.entry("0|30 8 * * *", "in the minute, not \"0|30\""),
                Map.entry("0 8 ? * *", "in the day-of-month, not \"?\""),
                Map.entry("0 8 L * *", "in the day-of-month, not \"L\""),
                Map.entry("0,".repeat(200) + "0 8 * * *", "five fields"));
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
                        window("0 7 * * *", ZoneOffset.UTC, "PT20H", 1)),
                List.of(),
                false);
        Map<String, Integer> expected = Map.of("07:30", 2, "08:00", 5, "09:00", 9, "10:59", 9, "11:00", 2);
        expected.forEach((time, instances) ->
                assertEquals(instances, scaling.wanted(Instant.parse("2026-11-21T" + time + ":00Z")), time));
        assertEquals(9, scaling.wantedAtMost());
    }
}
