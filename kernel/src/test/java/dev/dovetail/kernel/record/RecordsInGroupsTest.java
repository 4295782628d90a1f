package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
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
}
