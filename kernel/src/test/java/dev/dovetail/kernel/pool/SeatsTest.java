package dev.dovetail.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whether those who wait will sit soon is told from how long others sat. */
class SeatsTest {
    private static final long PATIENCE = Duration.ofHours(1).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static Shelf shelf(int instances) {
        Shelf shelf = new Shelf(null);
        for (int i = 0; i < instances; i++) {
            shelf.add(new Warm(null, null, "executor 1.0.0", 1, 128, false), Cold.NOT);
        }
        return shelf;
    }

    @Test
    void nothingIsExpectedOfAnInstanceThatNobodyHasComeBackFrom() {
        assertFalse(shelf(0).seatsSoon(PATIENCE));
        assertFalse(shelf(1).seatsSoon(PATIENCE));
    }

    @Test
    void asManyAsCanSitInTimeHadBetterWait() {
        Shelf one = shelf(1);
        Shelf two = shelf(2);
        for (Shelf shelf : new Shelf[] {one, two}) {
            shelf.sat(MINUTE);
            for (int i = 0; i < 61; i++) {
                shelf.queue();
            }
        }
        assertFalse(one.seatsSoon(PATIENCE), "61 minutes of waiting");
        assertTrue(two.seatsSoon(PATIENCE), "half of that");
    }

    @Test
    void theAverageFollowsWhatCallsTakeNow() {
        Shelf shelf = shelf(1);
        shelf.queue();
        shelf.sat(100 * PATIENCE);
        assertFalse(shelf.seatsSoon(PATIENCE));
        for (int i = 0; i < 60; i++) {
            shelf.sat(MINUTE);
        }
        assertTrue(shelf.seatsSoon(PATIENCE));
    }

    @Test
    void whereNobodyHasGotUpForLongNoSeatIsExpected() {
        Turnover turnover = new Turnover();
        turnover.freed(1, 1_000);
        turnover.waits(1_000);
        assertTrue(turnover.seatsSoon(1, 1, 100, 1_099));
        assertFalse(turnover.seatsSoon(1, 1, 100, 1_100));
        turnover.freed(1, 1_100);
        assertTrue(turnover.seatsSoon(1, 1, 100, 1_199));
    }

    @Test
    void aSeatThatNobodyWantedForLongIsExpectedToBecomeFreeAsBefore() {
        Turnover turnover = new Turnover();
        turnover.freed(1, 0);
        long later = 100 * MINUTE;
        turnover.waits(later);
        assertTrue(turnover.seatsSoon(1, 1, 100, later + 99));
        assertFalse(turnover.seatsSoon(1, 1, 100, later + 100), "nobody has got up since then");
    }

    @Test
    void callersThatFollowOneAnotherCloselyWaitTogether() {
        Turnover turnover = new Turnover();
        long moment = Duration.ofMillis(250).toNanos();
        assertFalse(turnover.waitedForLessThan(PATIENCE, 0), "nobody has waited yet");
        turnover.waits(0);
        turnover.waits(moment);
        assertFalse(turnover.waitedForLessThan(moment, moment));
        turnover.waits(3 * moment);
        assertTrue(turnover.waitedForLessThan(moment, 3 * moment));
    }
}
