package dev.dovetail.kernel.durable.due;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.FirstRunCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The backlog against a model that holds everything, step by step, with little room and small pages. */
@FirstRunCounts
final class BacklogTest {
    private static final int HISTORIES = Integer.getInteger("dovetail.histories", 1000);

    @Test
    void whatIsDueComesInOrderAndOnceWhateverIsReadMeanwhile() {
        Random seeds = new Random();
        int taken = 0;
        for (int i = 0; i < HISTORIES; i++) {
            History history = new History(seeds.nextLong());
            for (int step = 0; step < 400; step++) {
                history.step();
            }
            history.drain();
            taken += history.taken;
        }
        assertTrue(taken > 20 * HISTORIES, "only " + taken + " were ever taken");
    }

    @Test
    void readingEndsWhenThereIsNoRoomAndGoesOnWhenThereIs() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.open(1);
        List<Due> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Due due = new Due(String.format("e%03d", i), History.TENANT, i & 1, history.now.plusMillis(i));
            all.add(due);
            history.commit(List.of(History.put(due)));
        }
        Instant later = history.now.plusSeconds(1);
        List<Due> came = new ArrayList<>();
        int pages = 0;
        while (came.size() < 100) {
            Optional<Reading> reading = history.backlog.read(later);
            if (reading.isPresent()) {
                history.backlog.merge(
                        reading.get(), history.store.list(reading.get().range(), 7));
                pages++;
            } else {
                Due due = history.backlog.poll(later).orElseThrow();
                came.add(due);
                history.commit(List.of(History.delete(due)));
                history.backlog.done(due.id());
            }
            assertTrue(pages < 60, "reads the same again and again");
        }
        assertEquals(all, came, "in the order of time over both shards");
    }

    @Test
    void nothingIsTakenWhileSomethingUnreadMayComeBeforeIt() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.open(1);
        Instant late = history.now.plusMillis(2);
        Due second = new Due("second", History.TENANT, 0, late);
        Due first = new Due("first", History.TENANT, 1, history.now);
        history.commit(List.of(History.put(second), History.put(first)));
        for (int shard = 0; shard < 2; shard++) {
            assertEquals(Optional.empty(), history.backlog.poll(late), shard + " shards are read");
            assertEquals(Optional.empty(), history.backlog.next());
            Reading reading = history.backlog.read(late).orElseThrow();
            history.backlog.merge(reading, history.store.list(reading.range(), reading.limit()));
        }
        assertEquals(2, history.backlog.ripe(late));
        assertEquals(Optional.of(first.at()), history.backlog.next());
        assertEquals(Optional.of(first), history.backlog.poll(late));
        assertEquals(Optional.of(second), history.backlog.poll(late));
        assertEquals(0, history.backlog.ripe(late));
    }

    @Test
    void whatIsDueIsCountedAsTimeGoesOnAndTakenAsFullIfThereIsMoreThanIsRead() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.merge(history.backlog.read(history.now).orElseThrow(), List.of());
        for (int i = 0; i < 8; i++) {
            addNumber(history, i);
        }
        assertEquals(1, history.backlog.ripe(history.now));
        assertEquals(4, history.backlog.ripe(history.now.plusMillis(3)));
        assertEquals(4, history.backlog.ripe(history.now), "a clock that is set back counts none again");
        history.backlog.remove("e1");
        assertEquals("e0", history.backlog.poll(history.now).orElseThrow().id());
        assertEquals(2, history.backlog.ripe(history.now.plusMillis(3)));
        Instant late = history.now.plusSeconds(1);
        assertEquals(6, history.backlog.ripe(late));
        for (int i = 8; i < 3 * History.MOST; i++) {
            addNumber(history, i);
        }
        assertEquals(History.MOST, history.backlog.ripe(late));
        while (history.backlog.size() > History.MOST - History.MOST / 4 + 1) {
            history.backlog.poll(late).orElseThrow();
        }
        assertEquals(History.MOST, history.backlog.ripe(late), "the others lie in the store");
    }

    @Test
    void whatHadToMakeRoomWhileTheStoreWasReadIsReadLater() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.merge(history.backlog.read(history.now).orElseThrow(), List.of());
        Instant later = history.now.plusSeconds(6);
        for (int i = History.MOST; i < History.MOST + 5; i++) {
            addNumber(history, i);
        }
        Reading slow = history.backlog.read(later).orElseThrow();
        for (int i = 0; i < History.MOST; i++) {
            addNumber(history, i);
        }
        assertEquals(History.MOST, history.backlog.size());
        history.backlog.merge(slow, List.of());
        for (int i = 0; i < History.MOST + 5; i++) {
            history.backlog
                    .read(later)
                    .ifPresent(it -> history.backlog.merge(it, history.store.list(it.range(), it.limit())));
            Due due = history.backlog.poll(later).orElseThrow();
            assertEquals("e" + i, due.id());
            history.commit(List.of(History.delete(due)));
            history.backlog.done(due.id());
        }
    }

    @Test
    void whatIsUnderWayDoesNotComeAgainBecauseItsKeyIsReadOnceMore() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.merge(history.backlog.read(history.now).orElseThrow(), List.of());
        addNumber(history, 900);
        Instant later = history.now.plusSeconds(1);
        Due taken = history.backlog.poll(later).orElseThrow();
        for (int i = 0; i < 2 * History.MOST; i++) {
            addNumber(history, i); // earlier ones, more than there is room for
        }
        for (int i = 0; i < 2 * History.MOST; i++) {
            assertEquals("e" + i, history.backlog.poll(later).orElseThrow().id());
            history.backlog
                    .read(later)
                    .ifPresent(it -> history.backlog.merge(it, history.store.list(it.range(), it.limit())));
        }
        history.commit(List.of(History.delete(taken)));
        history.backlog.done(taken.id());
        assertEquals(Optional.empty(), history.backlog.poll(later));
    }

    @Test
    void whatIsOpenAgainInAStoreThatWentBackIsTakenAgain() {
        History history = new History(1);
        history.backlog.open(0);
        history.backlog.merge(history.backlog.read(history.now).orElseThrow(), List.of());
        addNumber(history, 0);
        Due due = history.backlog.poll(history.now).orElseThrow();
        history.commit(List.of(History.delete(due)));
        history.backlog.done(due.id());
        history.commit(List.of(History.put(due)));
        Instant later = history.now.plusSeconds(11);
        long opened = System.nanoTime();
        history.backlog
                .read(later)
                .ifPresent(it -> history.backlog.merge(it, history.store.list(it.range(), it.limit())));
        assertEquals(Optional.empty(), history.backlog.readAgain(later, opened), "not all the time");
        Reading again =
                history.backlog.readAgain(later, opened + 31_000_000_000L).orElseThrow();
        history.backlog.merge(again, history.store.list(again.range(), again.limit()));
        assertEquals(Optional.of(due), history.backlog.poll(later));
        assertEquals(Optional.empty(), history.backlog.readAgain(later, opened + 32_000_000_000L));
    }

    private static void addNumber(History history, int i) {
        Due due = new Due("e" + i, History.TENANT, 0, history.now.plusMillis(i));
        history.commit(List.of(History.put(due)));
        history.backlog.add(due);
    }

    @Test
    void whatIsFarAheadIsLeftInTheStore() {
        History history = new History(1);
        history.backlog.open(0);
        Reading first = history.backlog.read(history.now).orElseThrow();
        history.backlog.merge(first, List.of());
        history.backlog.add(new Due("far", History.TENANT, 0, history.now.plus(History.AHEAD)));
        assertEquals(0, history.backlog.size());
        history.backlog.add(new Due(
                "near", History.TENANT, 0, history.now.plus(History.AHEAD).minusMillis(1)));
        assertEquals(1, history.backlog.size());
        assertEquals(Optional.empty(), history.backlog.read(history.now.plusSeconds(4)), "not for every second");
        Range next =
                history.backlog.read(history.now.plusSeconds(6)).orElseThrow().range();
        assertEquals(
                "c/shard/00/due/" + Due.moment(history.now.plus(History.AHEAD).toEpochMilli()), next.from());
    }

    @Test
    void aKeyTellsAllThatIsDue() {
        Due due = new Due("01935c2e-7b00-7000-8000-000000000001", Name.of("acme"), 7, Instant.ofEpochMilli(255));
        assertEquals(Key.state("c/shard/07/due/00000000000000ff/01935c2e-7b00-7000-8000-000000000001"), due.key());
        assertEquals(due, Due.read(7, new Entry(due.key(), 1, Bytes.utf8("acme"))));
    }
}
