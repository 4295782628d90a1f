package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Journals that are open at once have room together, and each has its turn. */
class DeskTest {
    private static final long MB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private long now;
    private final Desk desk = new Desk(9 * MB, PATIENCE, () -> now);
    private final List<String> told = new ArrayList<>();

    private boolean takesUp(String id, long weight) {
        return desk.hasRoom(id) && desk.takesUp(id, () -> told.add(id), weight);
    }

    private void grows(String id, long weight) {
        desk.grows(id, () -> told.add(id), weight);
    }

    @Test
    void oneThatGrowsBeyondTheRoomIsPutAwayAndComesAgainWhenThereIsSome() {
        grows("a", 5 * MB);
        grows("b", 4 * MB);
        assertEquals(List.of(), told);
        grows("b", 5 * MB);
        grows("b", 5 * MB);
        assertEquals(List.of("b"), told);
        desk.clear("b");
        assertFalse(takesUp("b", 5 * MB));
        assertEquals(5 * MB, desk.taken());
        desk.clear("a");
        assertTrue(takesUp("b", 5 * MB));
    }

    @Test
    void oneAloneHasRoomWhateverItTakes() {
        grows("a", 50 * MB);
        assertEquals(List.of(), told);
    }

    @Test
    void smallOnesAreNotCounted() {
        grows("a", 9 * MB);
        for (int i = 0; i < 100; i++) {
            assertTrue(takesUp("small" + i, 1000));
        }
        assertEquals(9 * MB, desk.taken());
    }

    @Test
    void whoHasWaitedForLongHasThoseThatLayThereForLongestPutAway() {
        grows("a", 4 * MB);
        now += 1000;
        grows("b", 4 * MB);
        assertFalse(takesUp("c", 4 * MB));
        for (int seconds = 0; seconds < 11; seconds++) {
            assertEquals(List.of(), told);
            now += 1_000_000_000L;
            assertFalse(takesUp("c", 4 * MB));
        }
        assertEquals(List.of("a"), told);
        assertFalse(takesUp("d", 10 * MB / 10), "it would take what others have waited for");
        desk.clear("a");
        assertTrue(takesUp("c", 4 * MB));
        assertFalse(takesUp("a", 4 * MB));
    }

    @Test
    void whoDoesNotComeAgainKeepsNobodyWaiting() {
        grows("a", 6 * MB);
        assertFalse(takesUp("b", 6 * MB));
        now += 11_000_000_000L;
        assertFalse(takesUp("b", 6 * MB));
        now += 20_000_000_000L;
        desk.clear("a");
        assertTrue(takesUp("c", 6 * MB));
    }

    /** Each grows to two thirds of the room, leaves a while after it is told to, and goes on where it was. */
    @Test
    void allComeToTheirEnd() {
        for (int seed = 0; seed < 50; seed++) {
            comesToAnEnd(new Random(seed));
        }
    }

    private void comesToAnEnd(Random random) {
        TreeMap<String, Long> open = new TreeMap<>();
        TreeSet<String> in = new TreeSet<>();
        told.clear();
        for (int i = 0; i < 12; i++) {
            open.put("e" + i, random.nextLong(desk.one()));
        }
        for (int turns = 0; !open.isEmpty(); turns++) {
            assertTrue(turns < 100_000, () -> open + " " + in);
            now += random.nextLong(1_000_000_000L);
            for (String id : List.copyOf(open.keySet())) {
                long weight = open.get(id);
                if (!in.contains(id)) {
                    if (takesUp(id, weight)) {
                        in.add(id);
                    } else {
                        desk.clear(id);
                    }
                } else if (told.contains(id) && random.nextInt(5) == 0 || weight >= desk.one()) {
                    told.remove(id);
                    in.remove(id);
                    desk.clear(id);
                    if (weight >= desk.one()) {
                        open.remove(id);
                    }
                } else {
                    open.put(id, weight + random.nextLong(MB / 10));
                    grows(id, open.get(id));
                }
            }
            assertTrue(desk.taken() < 14 * MB, () -> open + " " + in);
        }
        assertEquals(0, desk.taken());
    }
}
