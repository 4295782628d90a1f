package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random workflows go on while the processes that carry them are killed and plugins are swapped. Everything that was accepted ends,
 * no settled step is repeated, no timeline leaves the state machine, and nothing waits without a reason.
 *
 * <p>By hand, for as long as one likes: {@code -Dkills=1000}, and {@code -Dkills.seed=...} for the same workflows again.
 */
@Tag("NF-11")
@Tag("FH-15")
@Timeout(value = 3, unit = TimeUnit.HOURS)
final class KillsTest {
    private static final long SEED = Long.getLong("kills.seed", System.nanoTime());
    private static final int CLIENTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private static int kills(int usual, int all) {
        return Integer.getInteger("kills", House.ALL ? all : usual);
    }

    @Test
    void workflowsOnTheEmbeddedStoreOutliveKillsAndSwaps() throws Exception {
        try (Herd herd = new Herd(folder, 1, "{\"outbound\": {\"allow\": [\"127.0.0.1\"]}}")) {
            survives(herd, kills(5, 8));
        }
    }

    @Test
    @Needs(Need.POSTGRES_BINARIES)
    void workflowsOfTwoNodesOnPostgresOutliveKillsAndSwaps() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Herd herd = new Herd(folder, 2, shared(postgres))) {
            survives(herd, kills(3, 6));
        }
    }

    private String shared(EmbeddedPostgres postgres) {
        ObjectNode json = Running.JSON.createObjectNode();
        json.putObject("outbound").putArray("allow").add("127.0.0.1");
        json.putObject("state")
                .put("type", "postgres")
                .putObject("config")
                .put("url", postgres.getJdbcUrl("postgres", "postgres"))
                .put("user", "postgres");
        json.putObject("blobs")
                .put("type", "directory")
                .putObject("config")
                .put("directory", folder.resolve("blobs").toString());
        return json.toString();
    }

    private void survives(Herd herd, int kills) throws Exception {
        Random random = new Random(SEED);
        String where = " (seed " + SEED + ")";
        long began = System.nanoTime();
        try (Effects world = new Effects()) {
            for (int i = 0; i < herd.size(); i++) {
                Path plugins = Files.createDirectories(herd.folder(i).resolve("plugins"));
                Versions.copy(House.plugin("executor-starlark"), "0.2.0", plugins);
                herd.start(i);
            }
            herd.node(0).post("/api/v1/functions", Plays.player()).expecting(201);
            for (int i = 0; i < herd.size(); i++) {
                Running node = herd.node(i); // the others follow the catalog a moment later
                Running.await(
                        "every node to know the function",
                        Duration.ofSeconds(10),
                        () -> Optional.of(node.get("/api/v1/functions/player").status())
                                .filter(status -> status == 200));
            }
            Plays plays = new Plays(herd, world, SEED);
            try (Crowd crowd = Crowd.of(CLIENTS, (_, _) -> plays.act())) {
                for (int i = 0; i < kills && plays.wrong().isEmpty(); i++) {
                    plays.more(50 + random.nextInt(300));
                    int victim = random.nextInt(herd.size());
                    if (random.nextInt(3) == 0) {
                        swap(herd.node(victim), random.nextBoolean() ? "0.2.0" : "0.1.0");
                        plays.more(random.nextInt(30));
                    }
                    herd.kill(victim);
                    world.killed();
                    herd.start(victim);
                }
                plays.ending();
                long until = System.nanoTime() + PATIENCE.toNanos();
                while (!plays.over() && plays.wrong().isEmpty() && System.nanoTime() < until) {
                    plays.more(CLIENTS);
                }
                assertEquals(
                        List.of(), plays.wrong(), () -> where + herd.errors().get());
                assertEquals(
                        List.of(), crowd.wrong(), () -> where + herd.errors().get());
                assertEquals(List.of(), plays.left(), where);
            } finally {
                Figures.tell(
                        "%d kills of %d nodes, seed %d: %d workflows accepted, %d ended, %d effects repeated, %.0f s",
                        kills,
                        herd.size(),
                        SEED,
                        plays.begun(),
                        plays.ended(),
                        plays.repeats(),
                        (System.nanoTime() - began) / 1e9);
            }
            herd.stop();
            assertEquals(plays.begun(), plays.ended(), where);
            assertEquals(List.of(), world.late(), "done by workflows that were over" + where);
            assertTrue(plays.ended() > kills, where);
        }
    }

    /** Puts another version of the executor in use; returns when it serves. */
    private static void swap(Running node, String version) throws Exception {
        String plugin = "/api/v1/plugins/executor-starlark";
        Running.await(
                "the second version",
                PATIENCE,
                () -> Optional.of(node.get(plugin))
                        .filter(view -> view.body().path("versions").size() == 2));
        node.post(plugin + ":activate", "{\"version\": \"" + version + "\"}").expecting(200);
    }
}
