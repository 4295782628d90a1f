package dev.dovetail.storage.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.ContextAround;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many keys, many callers, much time: what holds then, and how fast it was (figures go to {@code target/figures.txt}). */
@Timeout(120)
final class H2LoadTest {
    private static final Path FIGURES = Path.of("target", "figures.txt");

    @TempDir
    Path home;

    @BeforeAll
    static void noFiguresYet() throws IOException {
        Files.deleteIfExists(FIGURES);
    }

    private static void figure(String what, Object... numbers) throws IOException {
        Files.writeString(
                FIGURES, what.formatted(numbers) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static double millis(Callable<?> work) throws Exception {
        long before = System.nanoTime();
        work.call();
        return (System.nanoTime() - before) / 1e6;
    }

    private StateStore open(Context context, Map<String, Object> more) throws InterruptedException {
        H2StateStoreProvider provider = new H2StateStoreProvider();
        Map<String, Object> config = new HashMap<>(more);
        config.put("file", home.resolve("store").toString());
        return provider.open(Settings.of(provider.schema(), config), context);
    }

    private static Change put(String path, Bytes value) {
        return new Change.Put(Key.state(path), value, Expectation.absent());
    }

    /** Lets so many virtual threads commit one new key after the other, for so long; answers how many there were. */
    private static long load(StateStore store, int callers, Duration time) throws Exception {
        long until = System.nanoTime() + time.toNanos();
        Bytes value = Bytes.given(new byte[200]);
        AtomicLong done = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                String prefix = "load/" + callers + "/" + caller + "/";
                running.add(threads.submit(() -> {
                    for (int i = 0; System.nanoTime() < until; i++) {
                        Committed answer =
                                store.commit(CommitId.fresh(), List.of(put(prefix + "%09d".formatted(i), value)));
                        assertTrue(answer instanceof Done, answer.toString());
                        done.incrementAndGet();
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        return done.get();
    }

    @Test
    void nothingOfAHeavyLoadIsLostOverReopening() throws Exception {
        try (Workshop context = new Workshop()) {
            StateStore[] store = new StateStore[1];
            figure("open, nothing there: %.1f ms", millis(() -> store[0] = open(context, Map.of())));
            long all = 0;
            for (int callers : List.of(1, 8, 64, 256)) {
                Duration time = Duration.ofMillis(1_500);
                long done = load(store[0], callers, time);
                all += done;
                figure("%d callers: %.0f durable commits of 200 bytes a second", callers, done * 1e9 / time.toNanos());
            }
            figure(
                    "close after load: %.1f ms",
                    millis(() -> {
                        store[0].close();
                        return all();
                    }));
            figure("open after load: %.1f ms", millis(() -> store[0] = open(context, Map.of())));
            try (StateStore opened = store[0]) {
                assertEquals(
                        all,
                        opened.list(Range.prefix(Space.STATE, "load/"), Integer.MAX_VALUE)
                                .size());
            }
        }
    }

    private static boolean all() {
        return true;
    }

    @Test
    void aHundredThousandKeysAreThereAfterReopening() throws Exception {
        Bytes value = Bytes.given(new byte[100]);
        try (Workshop context = new Workshop()) {
            try (StateStore store = open(context, Map.of())) {
                for (int i = 0; i < 100_000; i += 500) {
                    List<Change> changes = new ArrayList<>();
                    for (int j = i; j < i + 500; j++) {
                        changes.add(put("key/%06d".formatted(j), value));
                    }
                    store.commit(CommitId.fresh(), changes);
                }
            }
            StateStore[] store = new StateStore[1];
            figure("open, 100,000 keys there: %.1f ms", millis(() -> store[0] = open(context, Map.of())));
            try (StateStore opened = store[0]) {
                assertEquals(
                        100_000,
                        opened.list(Range.prefix(Space.STATE, "key/"), 200_000).size());
                assertTrue(opened.find(Key.state("key/099999")).isPresent());
                double time = millis(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        assertTrue(opened.find(Key.state("key/%06d".formatted(i * 7919L % 100_000)))
                                .isPresent());
                    }
                    return all();
                });
                figure("find, not in the overlay: %.2f us", time / 100);
            }
        }
    }

    @Test
    void segmentsGoWhenTheirIdsHaveHadTenMinutes() throws Exception {
        AtomicLong now = new AtomicLong(Instant.parse("2026-11-21T00:00:00Z").toEpochMilli());
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        try (Workshop workshop = new Workshop();
                StateStore store = open(new Clocked(workshop, clock), Map.of("segment-bytes", 65_536))) {
            CommitId first = new CommitId("first");
            Committed answer = store.commit(first, List.of(put("first", Bytes.empty())));
            Bytes value = Bytes.given(new byte[60_000]);
            for (int i = 0; i < 10; i++) {
                store.commit(CommitId.fresh(), List.of(put("k/" + i, value)));
            }
            int before = segments();
            assertTrue(before >= 5, before + " segments");
            now.addAndGet(Duration.ofMinutes(10).toMillis() - 1);
            assertEquals(answer, store.commit(first, List.of(put("first", Bytes.empty()))));
            assertEquals(before, segments());
            now.addAndGet(Duration.ofMinutes(1).toMillis());
            AtomicInteger later = new AtomicInteger();
            Eventually.holds("the old segments are gone", () -> {
                // applied within seconds, and looked at after each commit
                store.commit(CommitId.fresh(), List.of(put("later/" + later.getAndIncrement(), Bytes.empty())));
                return segments() <= 3;
            });
            assertFalse(store.commit(first, List.of(put("first", Bytes.empty()))) instanceof Done);
        }
    }

    private int segments() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("store.wal"))) {
            return (int) all.count();
        }
    }

    @Test
    void aReadersInterruptHurtsNobody() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = open(context, Map.of("cache-megabytes", 1))) {
            Bytes value = Bytes.given(new byte[10_000]);
            for (int i = 0; i < 1_000; i++) {
                store.commit(CommitId.fresh(), List.of(put("key/%06d".formatted(i), value)));
            }
        }
        try (Workshop context = new Workshop();
                StateStore store = open(context, Map.of("cache-megabytes", 1))) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < 8; caller++) {
                    threads.submit(() -> {
                                for (int i = 0; i < 1_000; i++) {
                                    Thread.currentThread().interrupt();
                                    assertTrue(store.find(Key.state("key/%06d".formatted(i)))
                                            .isPresent());
                                    assertTrue(Thread.interrupted(), "the interrupt was swallowed");
                                }
                                Thread.currentThread().interrupt();
                                assertTrue(store.commit(CommitId.fresh(), List.of()) instanceof Done);
                                assertTrue(Thread.interrupted(), "the interrupt was swallowed");
                                return all();
                            })
                            .get();
                }
            }
            assertEquals(
                    1_000, store.list(Range.prefix(Space.STATE, "key/"), 2_000).size());
        }
    }

    private record Clocked(Context context, InstantSource clock) implements ContextAround {}
}
