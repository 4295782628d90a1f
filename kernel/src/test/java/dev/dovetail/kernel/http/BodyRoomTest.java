package dev.dovetail.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BodyRoomTest {
    private static final int MB = 1 << 20;
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final BodyRoom room = new BodyRoom(12 * MB);

    @Test
    void asManyAsFitTogetherAreTakenAndTheNextOneWaitsForOneToGo() throws Exception {
        BodyRoom.Place first = room.place();
        BodyRoom.Place second = room.place();
        assertTrue(first.take(6 * MB, AT_ONCE));
        assertTrue(second.take(6 * MB, AT_ONCE));
        try (BodyRoom.Place third = room.place();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertFalse(third.take(6 * MB, AT_ONCE));
            Future<Boolean> waiting = threads.submit(() -> third.take(6 * MB, LONG));
            first.close();
            assertTrue(waiting.get());
        }
    }

    @Test
    void whatIsSmallNeedsNoRoom() {
        try (BodyRoom.Place all = room.place();
                BodyRoom.Place small = room.place()) {
            assertTrue(all.take(12 * MB, AT_ONCE));
            assertTrue(small.take(BodyRoom.SMALL, AT_ONCE));
            assertFalse(small.take(BodyRoom.SMALL + 1, AT_ONCE));
        }
    }

    @Test
    void whatIsSmallDoesNotStandInLineBehindWhatIsLarge() throws Exception {
        BodyRoom.Place all = room.place();
        assertTrue(all.take(12 * MB, AT_ONCE));
        try (BodyRoom.Place large = room.place();
                BodyRoom.Place small = room.place();
                var threads = Executors.newSingleThreadExecutor()) {
            AtomicReference<Thread> in = new AtomicReference<>();
            Future<Boolean> waiting = threads.submit(() -> {
                in.set(Thread.currentThread());
                return large.take(6 * MB, LONG);
            });
            Eventually.holds(
                    "the large one stands in line",
                    () -> in.get() != null && in.get().getState() == Thread.State.TIMED_WAITING);
            assertTrue(small.take(1, AT_ONCE));
            all.close();
            assertTrue(waiting.get());
        }
    }

    @Test
    void oneThatIsLargerThanAllHasItToItself() {
        try (BodyRoom.Place large = room.place();
                BodyRoom.Place other = room.place()) {
            assertTrue(large.take(70 * MB, AT_ONCE));
            assertFalse(other.take(MB, AT_ONCE));
            large.keep(70 * MB);
            assertFalse(other.take(MB, AT_ONCE));
        }
        try (BodyRoom.Place next = room.place()) {
            assertTrue(next.take(12 * MB, AT_ONCE));
        }
    }

    @Test
    void whatABodyDidNotComeToIsGivenBackOnce() {
        try (BodyRoom.Place one = room.place();
                BodyRoom.Place other = room.place()) {
            assertTrue(one.take(12 * MB, AT_ONCE));
            one.keep(MB);
            one.keep(MB);
            assertTrue(other.take(11 * MB, AT_ONCE));
            assertFalse(other.take(MB, AT_ONCE));
            one.keep(0);
            one.keep(0);
            assertTrue(other.take(MB, AT_ONCE));
            assertFalse(other.take(MB, AT_ONCE));
        }
    }

    @Test
    void whoeverIsInterruptedIsToldThatTheSystemStops() {
        try (BodyRoom.Place all = room.place();
                BodyRoom.Place other = room.place()) {
            all.take(12 * MB, AT_ONCE);
            Thread.currentThread().interrupt();
            assertThrows(Refusal.class, () -> other.take(MB, LONG));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void itGrowsWithTheHeap() {
        assertEquals(12L * MB, BodyRoom.of(128L * MB));
        assertEquals(120L * MB, BodyRoom.of(1024L * MB));
        assertTrue(room.full().detail().contains("12 MB"), room.full().detail());
    }
}
