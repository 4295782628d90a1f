package dev.dovetail.distribution;

import dev.dovetail.testkit.FirstRunCounts;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random workflows go on while the processes that carry them are killed and plugins are swapped.
 *
 * <p>By hand, for as long as one likes: {@code -Dkills=1000}, and {@code -Dkills.seed=...} for the same workflows again.
 */
@FirstRunCounts
@Tag("NF-10")
@Tag("NF-11")
@Tag("FH-15")
@Timeout(value = 3, unit = TimeUnit.HOURS)
final class KillsTest {
    private static final long SEED = Survival.chosenSeed();

    @TempDir
    private Path folder;

    @Test
    void workflowsOnTheEmbeddedStoreOutliveKillsAndSwaps() throws Exception {
        try (Herd herd = new Herd(folder, List.of(Survival.configuration().toString()))) {
            new Survival(herd, SEED).of(List.of(killing(herd)), Survival.times(5, 8));
        }
    }

    @Test
    @Needs(Need.POSTGRES_BINARIES)
    void workflowsOfTwoNodesOnPostgresOutliveKillsAndSwaps() throws Exception {
        try (EmbeddedPostgres postgres = Survival.durable();
                Herd herd = new Herd(
                        folder,
                        Collections.nCopies(
                                2,
                                Survival.shared(
                                        postgres.getJdbcUrl("postgres", "postgres"), folder.resolve("blobs"))))) {
            new Survival(herd, SEED).of(List.of(killing(herd)), Survival.times(3, 6));
        }
    }

    private static Survival.Trouble killing(Herd herd) {
        return (node, world, random) -> {
            herd.kill(node);
            world.disturbed();
            herd.start(node);
        };
    }
}
