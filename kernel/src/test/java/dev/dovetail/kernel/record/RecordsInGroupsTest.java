package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often records are written. */
class RecordsInGroupsTest {
    @TempDir
    Path folder;

    @Test
    void whatComesWhileOneCommitIsMadeDoesNotMakeManySmallOnes() throws Exception {
        Away state = new Away(new InMemoryStateStore());
        state.takes = 2;
        long added = 0;
        try (Plugins plugins = Lent.plugins(folder, state);
                Records records = new Records(
                        plugins.state(), Thread.ofPlatform().daemon().factory(), () -> Calls.NOON, "test")) {
            records.start();
            long began = System.nanoTime();
            while (System.nanoTime() - began < Duration.ofSeconds(1).toNanos()) {
                records.add(Calls.quick(Calls.NOON));
                added++;
                Thread.sleep(1);
            }
            long most = (System.nanoTime() - began) / Duration.ofMillis(50).toNanos() + 1;
            assertTrue(state.tries.get() <= most, state.tries + " commits of " + added + " records; at most " + most);
        }
        long held = 0;
        for (Entry each : state.list(new Range(Key.Space.HISTORY, "", "", false), 1000)) {
            held += Segment.header(each.value()).held();
        }
        assertEquals(added, held, "each of them is there");
    }

    /** Of a disk that is full not every commit tells: the small ones that say that a node lives may still find room. */
    @Test
    void thatTheStoreTakesNoRecordsIsTroubleAsLongAsItLasts() throws Exception {
        Away state = new Away(new InMemoryStateStore());
        try (Plugins plugins = Lent.plugins(folder, state);
                Records records = new Records(
                        plugins.state(), Thread.ofPlatform().daemon().factory(), () -> Calls.NOON, "test")) {
            records.start();
            state.away = true;
            records.add(Calls.quick(Calls.NOON));
            Eventually.holds(
                    "it is trouble",
                    Duration.ofSeconds(20),
                    () -> records.trouble().filter(why -> why.contains("away")).isPresent());
            state.away = false;
            Eventually.holds(
                    "it is over",
                    Duration.ofSeconds(20),
                    () -> records.trouble().isEmpty());
        }
    }

    /** Of plain calls that nobody was promised, a crowd that waited for the store is counted, and a part of it kept. */
    @Test
    void whatWasPromisedIsKeptHoweverManyComeAtOnce() throws Exception {
        Away state = new Away(new InMemoryStateStore());
        Set<String> promised = new HashSet<>();
        AtomicInteger told = new AtomicInteger();
        int others = 6000;
        try (Plugins plugins = Lent.plugins(folder, state);
                Records records = new Records(
                        plugins.state(), Thread.ofPlatform().daemon().factory(), () -> Calls.NOON, "test")) {
            records.start();
            state.away = true;
            for (int i = 0; i < others; i++) {
                records.add(Calls.quick(Calls.NOON));
                if (i % 100 == 50) {
                    Execution accepted = Calls.quick(Calls.NOON);
                    promised.add(accepted.id());
                    Change change = new Change.Put(Key.state("also/" + i), Bytes.utf8("{}"), Expectation.absent());
                    records.add(accepted, new Records.Also(change, told::incrementAndGet));
                    Execution awaited = Calls.quick(Calls.NOON);
                    promised.add(awaited.id());
                    Thread.ofVirtual().start(() -> durably(records, awaited, told));
                }
            }
            Eventually.holds("somebody tries", Duration.ofSeconds(20), () -> state.tries.get() > 0);
            state.away = false;
            Eventually.holds("all are told", Duration.ofSeconds(20), () -> told.get() == promised.size());
        }
        Set<String> kept = new HashSet<>();
        long counted = 0;
        for (Entry each : state.list(new Range(Key.Space.HISTORY, "", "", false), 1000)) {
            counted += Segment.header(each.value()).counted();
            Segment.unpack(Calls.TENANT, each.value()).forEach(execution -> kept.add(execution.id()));
        }
        assertTrue(kept.containsAll(promised), "some of what was promised is not there");
        assertTrue(kept.size() < others, "nothing was left out, so that nothing was proved");
        assertEquals(others + promised.size(), counted, "all are counted");
    }

    private static void durably(Records records, Execution execution, AtomicInteger told) {
        try {
            records.addDurably(execution);
            told.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
