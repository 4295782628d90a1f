package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random workflows that go on through trouble. Everything that was accepted ends, no settled step is repeated, no timeline leaves the
 * state machine, and nothing waits without a reason.
 *
 * @param seed the same seed makes the same workflows
 */
record Survival(Herd herd, long seed) {
    private static final int CLIENTS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Something that happens to a node; the node serves again afterwards, or soon. */
    @FunctionalInterface
    interface Trouble {
        /** @param world is told when what was under way may be done again */
        void befall(int node, Effects world, Random random) throws Exception;
    }

    /** The seed that was asked for, or one by chance. */
    static long chosenSeed() {
        return Long.getLong("kills.seed", System.nanoTime());
    }

    /** How often: as the command says, or else usually, or where everything is proved. */
    static int times(int usual, int all) {
        return Integer.getInteger("kills", House.ALL ? all : usual);
    }

    /** A PostgreSQL server that answers when what it was given is on the disk. */
    static EmbeddedPostgres durable() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    /** How a system is configured whose workflows do something to the outside world. */
    static ObjectNode configuration() {
        ObjectNode json = Running.JSON.createObjectNode();
        json.putObject("outbound").putArray("allow").add("127.0.0.1");
        return json;
    }

    /** The same for a node of several: what is stored, is stored in PostgreSQL and in this folder. */
    static String shared(String url, Path blobs) {
        ObjectNode json = configuration();
        json.putObject("state")
                .put("type", "postgres")
                .putObject("config")
                .put("url", url)
                .put("user", "postgres");
        json.putObject("blobs").put("type", "directory").putObject("config").put("directory", blobs.toString());
        return json.toString();
    }

    /** Starts the nodes, and lets one of these troubles befall one of them, so often. */
    void of(List<Trouble> troubles, int times) throws Exception {
        Random random = new Random(seed);
        String where = " (seed " + seed + ")";
        long began = System.nanoTime();
        try (Effects world = new Effects()) {
            start();
            Plays plays = new Plays(herd, world, seed);
            try (Crowd crowd = Crowd.of(CLIENTS, (_, _) -> plays.act())) {
                for (int i = 0; i < times && plays.wrong().isEmpty(); i++) {
                    plays.more(50 + random.nextInt(300));
                    int victim = random.nextInt(herd.size());
                    if (random.nextInt(3) == 0) {
                        swap(herd.node(victim), random.nextBoolean() ? "0.2.0" : "0.1.0");
                        plays.more(random.nextInt(30));
                    }
                    troubles.get(random.nextInt(troubles.size())).befall(victim, world, random);
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
                        "%d times trouble of %d nodes, seed %d: %d workflows accepted, %d ended, %d effects repeated, %.0f s",
                        times,
                        herd.size(),
                        seed,
                        plays.begun(),
                        plays.ended(),
                        plays.repeats(),
                        (System.nanoTime() - began) / 1e9);
            }
            herd.stop();
            assertEquals(plays.begun(), plays.ended(), where);
            assertEquals(List.of(), world.late(), "done by workflows that were over" + where);
            assertTrue(plays.ended() > times, where);
        }
    }

    private void start() throws Exception {
        for (int i = 0; i < herd.size(); i++) {
            Path plugins = Files.createDirectories(herd.folder(i).resolve("plugins"));
            Versions.copy(House.plugin("executor-starlark"), "0.2.0", plugins);
            herd.start(i);
        }
        herd.node(0).post("/api/v1/functions", Plays.player()).expecting(201);
        for (int i = 0; i < herd.size(); i++) {
            Running node = herd.node(i); // the others follow the catalog a moment later
            Eventually.found(
                    "every node to know the function",
                    Duration.ofSeconds(10),
                    () -> Optional.of(node.get("/api/v1/functions/player").status())
                            .filter(status -> status == 200));
        }
    }

    /** Puts another version of the executor in use; returns when it serves. */
    private static void swap(Running node, String version) throws Exception {
        String plugin = "/api/v1/plugins/executor-starlark";
        Eventually.found(
                "the second version",
                PATIENCE,
                () -> Optional.of(node.get(plugin))
                        .filter(view -> view.body().path("versions").size() == 2));
        // a node that stood still is not what it was at once
        Eventually.found(
                "the version to serve",
                PATIENCE,
                () -> Optional.of(node.post(plugin + ":activate", "{\"version\": \"" + version + "\"}"))
                        .filter(answer -> answer.status() != 503)
                        .map(answer -> answer.expecting(200)));
    }
}
