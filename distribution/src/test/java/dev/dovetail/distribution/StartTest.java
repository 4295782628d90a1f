package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.House.Said;
import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command starts, refuses to start in words, and stops. */
@Timeout(300)
final class StartTest {
    private static final int UNUSABLE = 2;

    @TempDir
    private Path folder;

    @Test
    void theQuickstartEndsWellTwiceOnTheSameData() throws Exception {
        Path data = folder.resolve("data");
        Said first = House.run(data, "quickstart", "--exit").expecting(0);
        assertTrue(first.out().contains("Deploying push-digest"), first::out);
        assertTrue(first.out().contains("status      succeeded"), first::out);
        Said second = House.run(data, "quickstart", "--exit").expecting(0);
        assertTrue(second.out().contains("push-digest is there from before"), second::out);
        assertTrue(second.out().contains("status      succeeded"), second::out);
    }

    @Test
    void aQuickstartThatIsStoppedWhileItShowsSomethingStopsAndComplainsOfNothing() throws Exception {
        Path err = folder.resolve("err");
        Process process = House.process(folder.resolve("data"), "quickstart", "--port", "0")
                .redirectError(err.toFile())
                .start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.contains("Deploying")) {
                line = out.readLine();
            }
            process.toHandle().destroy(); // what it says of that is read
            List<String> rest = out.lines().toList();
            assertEquals(Running.TERMINATED, process.waitFor(), rest::toString);
            assertTrue(rest.stream().noneMatch(each -> each.startsWith("ready ")), rest::toString);
            assertTrue(
                    Files.readString(err).lines().noneMatch(each -> each.startsWith("error: ")),
                    () -> err + " complains");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Tag("OB-15")
    void whoeverAsksWhetherItServesIsAnsweredAtOnce() throws Exception {
        try (Running server = Running.on(folder.resolve("data"))) {
            for (String path : List.of("/health", "/health/live", "/health/ready")) {
                assertEquals(
                        "up",
                        server.get(path).expecting(200).body().get("status").stringValue(),
                        path);
            }
            assertEquals(200, server.get("/api/v1/whoami").status());
        }
    }

    @Test
    void whatIsInTheWayIsSaidInWords() throws Exception {
        Path data = folder.resolve("data");
        try (Running server = Running.on(data)) {
            refused(data, List.of("start", "--port", "0"), "is in use", Long.toString(server.pid()));
            assertEquals(Running.TERMINATED, server.stop());
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            refused(data, List.of("start", "--port", port), port);
        }
        Path config = Files.writeString(folder.resolve("mine.json"), "{\"http\": {\"prot\": 1}}");
        refused(
                data,
                List.of("start", "--port", "0", "--config", config.toString()),
                "unknown key \"http.prot\"",
                "port");
        refused(
                data,
                List.of(
                        "start",
                        "--port",
                        "0",
                        "--config",
                        folder.resolve("none.json").toString()),
                "none.json");
        refused(data, List.of("start", "--prot", "0"), "--prot");
    }

    @Test
    void aBlobStoreThatCannotServeIsSaidInWords() throws Exception {
        String file = Files.createFile(folder.resolve("file")).toString();
        try (ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> inTheWay = starts.submit(() -> {
                refusedBlobs("{\"directory\": \"" + file + "\"}", file, "is no directory", "expected a directory");
                return file;
            });
            refusedBlobs("{\"folder\": \"x\"}", "unknown key \"folder\"", "directory");
            inTheWay.get();
        }
    }

    private void refusedBlobs(String config, String... words) throws Exception {
        Path data = Files.createTempDirectory(folder, "data");
        Files.writeString(
                data.resolve("dovetail.json"), "{\"blobs\": {\"type\": \"directory\", \"config\": " + config + "}}");
        refused(data, List.of("start", "--port", "0"), words);
    }

    @Test
    @Needs(Need.MOUNT)
    void aDataFolderThatCannotBeWrittenToIsSaidInWords() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        mount("-t", "tmpfs", "-o", "ro", "tmpfs", data.toString());
        try {
            refused(data, List.of("start", "--port", "0"), data.toString());
        } finally {
            House.run(new ProcessBuilder("umount", data.toString())).expecting(0);
        }
    }

    private static void mount(String... arguments) throws Exception {
        String[] line = new String[arguments.length + 1];
        line[0] = "mount";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        House.run(new ProcessBuilder(line)).expecting(0);
    }

    /** Expects that nothing starts, with these words, in a message for people: no stack trace. */
    private static void refused(Path data, List<String> arguments, String... words) throws Exception {
        Said said = House.run(data, arguments.toArray(String[]::new)).expecting(UNUSABLE);
        String last = said.err();
        assertTrue(last.contains("error: "), last);
        for (String each : words) {
            assertTrue(last.contains(each), () -> "\"" + each + "\" is not in\n" + last);
        }
        assertFalse(last.contains("\tat dev.dovetail") || last.contains("Exception in thread"), last);
    }

    @Test
    @Tag("PL-13")
    void callsInFlightEndBeforeTheProcessDoes() throws Exception {
        Path data = folder.resolve("data");
        try (Running server = Running.on(data);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String source =
                    "def main(ctx, input):\n    ctx.progress(0.5)\n    r_await(ctx.sleep(2000))\n    return input.n\n";
            server.post(
                            "/api/v1/functions",
                            Running.JSON.valueToTree(
                                    Map.of("name", "slow", "runtime", "starlark", "code", Map.of("source", source))))
                    .expecting(201);
            Callable<Answer> call = () -> server.post("/api/v1/functions/slow/invoke", "{\"n\": 7}");
            List<Future<Answer>> calls = List.of(callers.submit(call), callers.submit(call), callers.submit(call));
            Eventually.found(
                    "the calls to be under way",
                    Duration.ofSeconds(30),
                    () -> Optional.of(leases(server)).filter(leases -> leases >= calls.size()));
            server.terminate();
            for (Future<Answer> each : calls) {
                assertEquals(7, each.get().expecting(200).body().intValue());
            }
            assertEquals(Running.TERMINATED, server.ended());
        }
    }

    /** How many calls hold the executor. */
    private static int leases(Running server) throws Exception {
        return server.get("/api/v1/plugins/executor-starlark/generations")
                .body()
                .get("items")
                .get(0)
                .get("leases")
                .intValue();
    }
}
