package dev.dovetail.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Two nodes on one store, many workflows that are due, and the end of the node that they belong to. */
final class Takeover {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CARRYING = Duration.ofSeconds(10);
    private static final Duration WORKING = Duration.ofSeconds(2);
    private static final int SHARDS = 64;
    private static final Duration LOOKING = Duration.ofMillis(20);

    private final Path home;
    private final PrintWriter out;

    Takeover(Path home, PrintWriter out) {
        this.home = home;
        this.out = out;
    }

    /** One node has them all and works on them, and the other none: it was started paused, and is resumed when the first is killed. */
    void run(int unfinished, Postgres server) throws InterruptedException {
        out.println();
        String head = Entrant.wide("one of two nodes is killed, " + unfinished + " accepted");
        Table table = new Table(out, head, "left", "owned s", "first ends s", "ended/s");
        ObjectNode config = Workflows.config(Optional.of(server));
        ((ObjectNode) config.get("executions")).put("paused", true);
        Path blobs = folder();
        config.putObject("blobs").put("type", "directory").putObject("config").put("directory", blobs.toString());
        try (Dovetail first = Dovetail.start(home, config.toString());
                Dovetail heir = Dovetail.start(home, config.toString())) {
            first.deployWorkflow("three", Workflows.source("pass"));
            int ids = new Endurance(home, out).begin(first, "three", unfinished).size();
            resume(first);
            awaitAllOwned(first);
            Thread.sleep(WORKING);
            double done = ended(first);
            first.kill();
            long killed = System.nanoTime();
            resume(heir);
            awaitAllOwned(heir);
            double owned = since(killed);
            while (ended(heir) == 0) {
                Thread.sleep(LOOKING);
            }
            double goesOn = since(killed);
            Thread.sleep(CARRYING);
            table.row(
                    "  dovetail on PostgreSQL",
                    ids - (long) done,
                    owned,
                    goesOn,
                    ended(heir) / (since(killed) - goesOn));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Subject.delete(blobs);
        }
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** How many have ended on this node since it was started. */
    private static double ended(Dovetail dovetail) throws IOException {
        try (Wire wire = new Wire(dovetail.subject().port())) {
            return wire.ask(Workflows.get("/metrics"))
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("functions_invocations_total{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    private static void resume(Dovetail dovetail) throws InterruptedException {
        for (JsonNode node : dovetail.call("GET", "/api/v1/nodes", new byte[0]).get("items")) {
            if (node.get("here").booleanValue()) {
                dovetail.call("POST", "/api/v1/nodes/" + node.get("id").stringValue() + ":resume", new byte[0]);
            }
        }
    }

    private static void awaitAllOwned(Dovetail dovetail) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (JsonNode node :
                    dovetail.call("GET", "/api/v1/nodes", new byte[0]).get("items")) {
                if (node.get("here").booleanValue() && node.get("shards").size() == SHARDS) {
                    return;
                }
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException("Not all shards are owned by the node that is left");
            }
            Thread.sleep(LOOKING);
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("dtb");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
