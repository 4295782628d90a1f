package dev.dovetail.kernel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From when on a node says that its store is silent, to the second. */
@Tag("NF-11")
final class TroubleTest {
    private long nanos;
    private Duration delay = Duration.ZERO;

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void aStoreThatIsSilentForThreeLeasesIsATroubleUntilItIsHeardAgain(@TempDir Path folder) throws Exception {
        try (LentState lent = new LentState(folder)) {
            StateStore store = new InMemoryStateStore();
            Cluster cluster = new Cluster(
                    lent.with(() -> {
                        nanos += delay.toNanos();
                        return store;
                    }),
                    Thread.ofPlatform().daemon().factory(),
                    InstantSource.system(),
                    () -> nanos,
                    new Cluster.Self("a", "", "b"),
                    Settings.USUAL);
            cluster.join(new Heard());
            cluster.beat();
            pass(9);
            assertEquals(Optional.empty(), cluster.trouble());
            pass(1);
            String trouble = cluster.trouble().orElseThrow();
            assertTrue(trouble.contains("the state store has not been reached for 10 s"), trouble);
            cluster.beat();
            assertEquals(Optional.empty(), cluster.trouble());
            delay = Duration.ofSeconds(8); // so long it takes, and what counts is when it was begun
            cluster.beat();
            assertEquals(Optional.empty(), cluster.trouble());
            pass(2);
            assertTrue(cluster.trouble().isPresent());
        }
    }
}
