package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records: found at once, kept in segments, listed without gap or repeat, let go by the day. */
@FirstRunCounts
class RecordsTest {

    @TempDir
    Path folder;

    private final Away state = new Away(new InMemoryStateStore());
    private Plugins plugins;
    private volatile Instant now = Calls.NOON;
    private Records records;

    @BeforeEach
    void start() throws Exception {
        plugins = Lent.plugins(folder, state);
        records = begin();
    }

    private Records begin() {
        Records begun = new Records(
                plugins.state(),
                Thread.ofPlatform().daemon().factory(),
                () -> now,
                () -> Calls.NOON,
                "test" + System.nanoTime());
        begun.start();
        return begun;
    }

    @AfterEach
    void stop() {
        records.close();
        plugins.close();
    }

    /** What is written is only in the store: a new one has nothing in its memory. */
    private void restart() {
        records.close();
        records = begin();
    }

    private List<String> all(int limit) throws InterruptedException {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        while (true) {
            Records.Found page = records.list(
                    Calls.TENANT,
                    Optional.empty(),
                    any -> true,
                    Records.Between.since(Calls.NOON.minus(Duration.ofDays(30))),
                    cursor,
                    limit);
            assertTrue(page.executions().size() <= limit);
            page.executions().forEach(each -> ids.add(each.id()));
            if (page.next().isEmpty()) {
                return ids;
            }
            cursor = page.next().get();
        }
    }

    @Tag("EX-01")
    @Test
    void aRecordIsFoundAtOnceAndInTheStoreSoon() throws Exception {
        Execution one = Calls.quick(Calls.NOON);
        records.add(one);
        assertEquals(one, records.find(Calls.TENANT, one.id()).orElseThrow());
        Eventually.holds(
                "it is in the store",
                Duration.ofSeconds(5),
                () -> !state.list(new Range(Key.Space.HISTORY, "", "", false), 1)
                        .isEmpty());
        Execution durable = Calls.quick(Calls.NOON.plusMillis(1));
        records.addDurably(durable);
        Records other = begin();
        assertEquals(durable, other.find(Calls.TENANT, durable.id()).orElseThrow());
        other.close();
        assertTrue(records.find(Name.of("another"), one.id()).isEmpty(), "another tenant finds nothing");
    }

    @Test
    void whatANodeMadeWhoseClockIsAheadIsListedByTheOthers() throws Exception {
        Execution late = Calls.quick(Calls.NOON.plus(Duration.ofMinutes(7)));
        Execution now = Calls.quick(Calls.NOON);
        records.addDurably(late);
        records.addDurably(now);
        restart();
        assertEquals(List.of(late.id(), now.id()), all(10));
    }

    @Test
    void noneIsEverOutOfSightOnItsWayToTheStore() throws Exception {
        for (int i = 0; i < 12_000; i++) { // more than one turn of the writer takes
            Execution each = Calls.execution(
                    Ids.next(Calls.NOON),
                    "f",
                    Calls.NOON,
                    Duration.ofMillis(1),
                    Optional.of(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "x")));
            records.add(each);
            if (i % 200 == 0) {
                assertTrue(records.find(Calls.TENANT, each.id()).isPresent(), "nr " + i);
            }
        }
        restart();
        long held = 0;
        for (Entry each : state.list(new Range(Key.Space.HISTORY, "", "", false), 1000)) {
            held += Segment.header(each.value()).held();
        }
        assertEquals(12_000, held);
    }

    @Tag("EX-05")
    @Tag("EX-21")
    @Test
    void pagesHaveNeitherGapNorRepeatWhateverTheCallsTook() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> expected = new HashSet<>();
        Instant at = Instant.parse("2026-11-19T23:58:00Z");
        for (int i = 0; i < 1000; i++) {
            at = at.plusMillis(random.nextInt(400));
            Duration took = switch (random.nextInt(20)) {
                case 0 -> Duration.ofHours(random.nextInt(1, 30));
                case 1 -> Duration.ofSeconds(random.nextInt(1, 40));
                default -> Duration.ofMillis(random.nextInt(50));
            };
            Execution each = Calls.execution(Ids.next(at), "f", at, took, Optional.empty());
            expected.add(each.id());
            records.add(each);
            if (random.nextInt(200) == 0) {
                Execution durable = Calls.quick(at);
                expected.add(durable.id());
                records.addDurably(durable);
            }
        }
        for (boolean written : new boolean[] {false, true}) {
            if (written) {
                restart();
            }
            for (int limit : new int[] {17, 100, 5000}) {
                List<String> ids = all(limit);
                assertEquals(expected.size(), ids.size(), "seed " + seed);
                assertEquals(
                        ids.stream()
                                .distinct()
                                .sorted(java.util.Comparator.reverseOrder())
                                .toList(),
                        ids,
                        "seed " + seed);
            }
        }
        for (String id : expected) {
            assertTrue(records.find(Calls.TENANT, id).isPresent(), "seed " + seed);
        }
    }

    @Test
    void aRecordOfBeforeMidnightIsFoundAfterIt() throws Exception {
        Instant late = Instant.parse("2026-11-20T23:59:59.990Z");
        Execution one = Calls.execution(Ids.next(late), "f", late, Duration.ofMillis(50), Optional.empty());
        records.addDurably(one);
        restart();
        assertEquals(one, records.find(Calls.TENANT, one.id()).orElseThrow());
    }

    @Test
    void recordsWaitWhileTheStoreIsAway() throws Exception {
        state.away = true;
        Execution early = Calls.quick(Calls.NOON);
        records.add(early);
        Eventually.holds("writing has been tried", () -> state.tries.get() > 0);
        now = Calls.NOON.plus(Duration.ofMinutes(10));
        Execution later = Calls.quick(Calls.NOON.plus(Duration.ofMinutes(5)));
        records.add(later);
        assertTrue(records.find(Calls.TENANT, early.id()).isPresent());
        assertTrue(records.find(Calls.TENANT, later.id()).isPresent());
        state.away = false;
        records.addDurably(Calls.quick(now));
        restart();
        assertTrue(records.find(Calls.TENANT, early.id()).isPresent());
        assertTrue(records.find(Calls.TENANT, later.id()).isPresent());
    }

    @Test
    void segmentsStayBelowAMegabyteWhateverIsInThem() throws Exception {
        String words = "w".repeat(60_000);
        for (int i = 0; i < 60; i++) {
            Execution plain = Calls.quick(Calls.NOON);
            records.add(new Execution(
                    plain.id(),
                    Calls.TENANT,
                    plain.function(),
                    1,
                    "p",
                    plain.status(),
                    "sync",
                    "i",
                    "c",
                    "t",
                    Calls.NOON,
                    Duration.ZERO,
                    Duration.ZERO,
                    plain.usage(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    List.of(new Execution.LogLine(Calls.NOON, "info", words + i, "{}"))));
        }
        StringBuilder noise = new StringBuilder();
        new Random(1).ints(2_000_000, ' ', 0xD000).forEach(c -> noise.append((char) c));
        Execution noisy = Calls.execution(
                Ids.next(Calls.NOON),
                "f",
                Calls.NOON,
                Duration.ZERO,
                Optional.of(new Fault(
                        "gts." + "x".repeat(70_000),
                        Fault.Owner.FUNCTION,
                        noise.toString(),
                        Bytes.utf8("{\"a\":\"" + "d".repeat(2_000_000) + "\"}"),
                        Optional.of(new dev.dovetail.spi.Place("f".repeat(70_000), 1, 1)))));
        records.addDurably(noisy);
        restart();
        assertEquals(61, all(100).size());
        Fault kept =
                records.find(Calls.TENANT, noisy.id()).orElseThrow().error().orElseThrow();
        assertTrue(noise.toString().startsWith(kept.message().substring(0, 4000)));
    }

    @Test
    void whatIsSampledAwayIsCounted() throws Exception {
        for (int i = 0; i < 9_000; i++) {
            records.add(Calls.quick(Calls.NOON));
        }
        records.add(Calls.execution(
                Ids.next(Calls.NOON),
                "failed",
                Calls.NOON,
                Duration.ZERO,
                Optional.of(Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "x"))));
        restart();
        long counted = 0;
        long failed = 0;
        for (Entry each : state.list(new Range(Key.Space.HISTORY, "", "", false), 1000)) {
            counted += Segment.header(each.value()).counted();
            failed += Segment.header(each.value()).failed();
        }
        assertEquals(9_001, counted);
        assertEquals(1, failed, "failures are all kept");
    }

    @Tag("EX-17")
    @Tag("ST-10")
    @Test
    void wholeDaysAreLetGo() throws Exception {
        Instant old = Calls.NOON.minus(Duration.ofDays(8));
        Instant kept = Instant.parse("2026-11-14T00:00:00.001Z");
        Execution gone = Calls.quick(old);
        Execution stays = Calls.quick(kept);
        records.addDurably(gone);
        records.addDurably(stays);
        now = now.plus(Duration.ofDays(30)); // of a clock that is wrong
        records.keepOnly(7);
        assertTrue(records.find(Calls.TENANT, gone.id()).isEmpty());
        assertTrue(records.find(Calls.TENANT, stays.id()).isPresent());
    }
}
