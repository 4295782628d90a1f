package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * The packaged server is killed while code in each language runs and never comes to its end, with a process of its own beside it:
 * nothing of it stays on the machine.
 */
@Timeout(300)
@Tag("RT-25")
final class LeftBehindTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the code starts besides, to be told from all else on the machine. */
    private static final String SLEEP = "86399";

    private static final Map<String, String> ENDLESS = Map.of("node", """
            exports.handler = async () => {
              require('child_process').spawn('sleep', ['SECONDS'], {detached: true, stdio: 'ignore'});
              await new Promise((resolve) => setTimeout(resolve, 100));
              for (;;);
            };
            """, "python", """
            import subprocess

            def handler(event, context):
                subprocess.Popen(["sleep", "SECONDS"], start_new_session=True)
                while True:
                    pass
            """, "java", """
            public class Handler {
                public Object handleRequest(Object input) throws Exception {
                    new ProcessBuilder("sleep", "SECONDS").inheritIO().start();
                    while (true) {
                        Thread.onSpinWait();
                    }
                }
            }
            """);

    @TempDir
    private Path folder;

    private static String stat(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Ended ones may wait for whoever inherited them. */
    private static boolean lives(ProcessHandle process) {
        String stat = stat(process);
        return process.isAlive()
                && !stat.isEmpty()
                && !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    }

    private static String words(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean sleeps(ProcessHandle process) {
        return words(process).startsWith("sleep " + SLEEP);
    }

    private Running server(String level) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        ObjectNode config = Running.JSON.createObjectNode();
        config.putObject("isolation").put("at-least", level);
        ObjectNode executors = config.putObject("executors");
        for (String language : ENDLESS.keySet()) {
            executors
                    .putObject(language)
                    .put("type", language)
                    .putObject("config")
                    .put("isolation-at-most", level);
        }
        Files.writeString(data.resolve("dovetail.json"), config.toString());
        return Running.briefly(data);
    }

    /** What was there of a server whose functions run, when it was killed. */
    private List<ProcessHandle> killed(String level) throws Exception {
        try (Running server = server(level);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Map.Entry<String, String> each : ENDLESS.entrySet()) {
                ObjectNode function = Running.JSON.createObjectNode();
                function.put("name", "endless-" + each.getKey()).put("timeoutSeconds", 250);
                function.put("runtime", Installed.newest(server, each.getKey()));
                function.putObject("code").put("source", each.getValue().replace("SECONDS", SLEEP));
                server.post("/api/v1/functions", function).expecting(201);
                callers.submit(() -> server.post("/api/v1/functions/endless-" + each.getKey() + "/invoke", "{}"));
            }
            ProcessHandle kernel = ProcessHandle.of(server.pid()).orElseThrow();
            List<ProcessHandle> all = Eventually.found("a process of each language's code", PATIENCE, () -> {
                List<ProcessHandle> found = kernel.descendants().toList();
                return found.stream().filter(LeftBehindTest::sleeps).count() == ENDLESS.size()
                        ? Optional.of(found)
                        : Optional.empty();
            });
            server.kill();
            return all;
        }
    }

    private static void gone(String what, List<ProcessHandle> processes) throws Exception {
        try {
            Eventually.found(
                    what + " to be gone",
                    PATIENCE,
                    () -> processes.stream().anyMatch(LeftBehindTest::lives) ? Optional.empty() : Optional.of(true));
        } finally {
            List<String> left = new ArrayList<>();
            for (ProcessHandle each : processes) {
                if (lives(each)) {
                    left.add(each.pid() + " " + words(each));
                    each.destroyForcibly();
                }
            }
            assertEquals(List.of(), left);
        }
    }

    @Test
    @Needs({Need.NODE, Need.PYTHON, Need.PROC, Need.ROOT, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
    void behindWallsEverythingDiesWithTheKernel() throws Exception {
        gone("workers and what they started", killed("strict"));
    }

    @Test
    @Needs({Need.NODE, Need.PYTHON, Need.PROC, Need.CONTROL_GROUPS})
    void withoutWallsWorkersDieWithTheKernelAndTheNextOneEndsWhatTheyStarted() throws Exception {
        List<ProcessHandle> all = killed("process");
        gone("workers", all.stream().filter(each -> !sleeps(each)).toList());
        List<ProcessHandle> rest = all.stream().filter(LeftBehindTest::sleeps).toList();
        try (Running next = server("process")) {
            gone("what they started", rest);
            assertEquals(200, next.get("/health").status());
        }
    }
}
