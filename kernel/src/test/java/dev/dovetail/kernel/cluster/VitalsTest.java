package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.Asserting;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a beat says besides that its node lives. */
class VitalsTest {
    @TempDir
    Path folder;

    private final StateStore store = Asserting.stateStore(new InMemoryStateStore());
    private LentState lent;

    @BeforeEach
    void open() throws Exception {
        lent = new LentState(folder);
    }

    @AfterEach
    void close() {
        lent.close();
    }

    @Test
    void aBeatTellsHowTheNodeFaresAndIsABeatWhereThatCannotBeTold() throws Exception {
        Vitals vitals = new Vitals(
                Instant.parse("2030-01-02T03:04:05.678Z"),
                false,
                Map.of("blobs", "no disk"),
                4,
                0.25,
                100,
                1000,
                512,
                3,
                2,
                10_000_000_000L,
                new Vitals.Metrics(7, 2, 1, Duration.ofMillis(70), Duration.ofMillis(50)),
                List.of(new Vitals.Warm(Name.of("default"), Name.of("echo"), 6, 9)));
        Cluster cluster = new Cluster(
                lent.with(() -> store),
                Thread.ofPlatform().daemon().factory(),
                InstantSource.system(),
                System::nanoTime,
                new Cluster.Self("a", "http://a", "first"),
                new Settings(8, Duration.ofSeconds(1), Duration.ofSeconds(3)));
        cluster.join(new Heard());
        cluster.beat();
        assertEquals(Optional.empty(), cluster.nodes().getFirst().vitals());
        cluster.servesAt("http://a:1", () -> vitals);
        cluster.beat();
        assertEquals(Optional.of(vitals), cluster.nodes().getFirst().vitals());
        assertEquals("http://a:1", cluster.nodes().getFirst().address());

        cluster.servesAt("http://a:2", () -> {
            throw new IllegalStateException("unwell");
        });
        cluster.beat();
        assertEquals(Optional.empty(), cluster.nodes().getFirst().vitals());
        assertEquals("http://a:2", cluster.nodes().getFirst().address());

        // as another kernel might write it
        Entry beat = store.find(Papers.beat("a")).orElseThrow();
        String other = beat.value().text().replace("\"beat\"", "\"vitals\":{\"startedAt\":\"soon\"},\"beat\"");
        store.commit(
                CommitId.fresh(),
                List.of(new Change.Put(beat.key(), Bytes.utf8(other), Expectation.version(beat.version()))));
        assertEquals(Optional.empty(), cluster.nodes().getFirst().vitals());
        assertEquals("http://a:2", cluster.nodes().getFirst().address());
        cluster.close();
    }
}
