package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.node.ObjectNode;

/** A function that nobody called gets a worker for each of many callers in the time that is promised, and the log tells of each. */
@Timeout(300)
@Needs({Need.PYTHON, Need.BUBBLEWRAP})
@Isolated
final class ScaleTest {
    private static final int MANY = House.ALL ? 100 : 10;
    private static final String MORE = "default/crowded v1 has one instance more: ";
    private static final Duration REACTION = Duration.ofSeconds(30);
    private static final Duration ALL_OF_THEM = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    @Tag("SL-05")
    void fromNoneToAHundredWithinTwoMinutesAndTheLogTellsOfEach() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("dovetail.json"), "{\"telemetry\": {\"log-level\": \"debug\"}}");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        try (Running server = Running.on(data)) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "crowded").put("runtime", python(server)).put("memoryMb", 128);
            function.put("timeoutSeconds", 600).put("maxConcurrent", MANY);
            function.putObject("scaling").put("maxInstances", MANY);
            function.putObject("code")
                    .put("source", "import time\ndef handler(event, context):\n    time.sleep(500)\n");
            server.post("/api/v1/functions", function).expecting(201);
            assertEquals(0, running(server));
            long began = System.nanoTime();
            for (int i = 0; i < MANY; i++) {
                callers.submit(() -> server.post("/api/v1/functions/crowded/invoke", "{}"));
            }
            Eventually.found(
                    "the first worker",
                    REACTION,
                    () -> Optional.of(running(server)).filter(count -> count > 0));
            Eventually.found(
                    "all workers",
                    ALL_OF_THEM,
                    () -> Optional.of(running(server)).filter(count -> count == MANY));
            Figures.tell("from 0 to %d workers in %.1f s", MANY, (System.nanoTime() - began) / 1e9);
            String log = Eventually.found(
                    "the lines",
                    Duration.ofSeconds(10),
                    () -> Optional.of(server.log()).filter(text -> text.contains(line(MANY))));
            long told = log.lines().filter(each -> each.contains(MORE)).count();
            assertTrue(told >= MANY, told + " lines of instances that were started");
        } finally {
            callers.shutdownNow();
        }
    }

    private static String line(int count) {
        return MORE + count + ",";
    }

    private static int running(Running server) throws Exception {
        return server.get("/api/v1/executions?status=running&limit=100")
                .expecting(200)
                .body()
                .get("items")
                .size();
    }

    private static String python(Running server) throws Exception {
        for (int minor = 13; minor >= 8; minor--) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "tried").put("runtime", "python3." + minor);
            if (server.post("/api/v1/functions?dryRun=true", function).status() == 200) {
                return "python3." + minor;
            }
        }
        throw new AssertionError("no Python is found, although the machine has it");
    }
}
