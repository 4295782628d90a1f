package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The times that are promised, on the machine that this runs on. They are several times what is measured on a quiet one, and a busy
 * one has five rounds: a promise is broken only by a system that keeps it in none. Figures are in docs/performance.md.
 */
@Timeout(300)
final class PromisedTimesTest {
    private static final Path WASM = House.HOME.resolve("examples/wasm/c/main.wasm");
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int ROUNDS = 5;

    @TempDir
    private static Path folder;

    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        server = Running.on(Files.createDirectory(folder.resolve("data")));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private interface Round {
        double[] millis() throws Exception;
    }

    /** Passes if these shares of the times of one round are no longer than promised. */
    private static void keeps(String what, double[][] promised, Round round) throws Exception {
        String told = "";
        for (int i = 0; i < ROUNDS; i++) {
            double[] times = round.millis();
            Arrays.sort(times);
            boolean kept = true;
            told = what + " of " + times.length + ":";
            for (double[] each : promised) {
                double at = times[Math.min(times.length - 1, (int) (times.length * each[0] / 100))];
                told += String.format(" p%.0f %.2f ms (promised %.0f)", each[0], at, each[1]);
                kept &= at <= each[1];
            }
            Figures.tell("%s", told);
            if (kept) {
                return;
            }
        }
        assertTrue(false, told);
    }

    private static String deploy(String runtime, String source, byte[] zip, String more) throws Exception {
        String name = "timed-" + NAMES.incrementAndGet();
        ObjectNode function = (ObjectNode) Running.JSON.readTree("{" + more + "}");
        function.put("name", name).put("runtime", runtime);
        ObjectNode code = function.putObject("code");
        if (zip.length > 0) {
            code.put("zip", Base64.getEncoder().encodeToString(zip));
        } else {
            code.put("source", source);
        }
        server.post("/api/v1/functions", function).expecting(201);
        return name;
    }

    private static String wasm() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.wasm"));
            Files.copy(WASM, zip);
        }
        return deploy("wasm", "", bytes.toByteArray(), "\"handler\":\"main.handler\"");
    }

    private static double call(String name, String input) throws Exception {
        long began = System.nanoTime();
        server.post("/api/v1/functions/" + name + "/invoke", input).expecting(200);
        return (System.nanoTime() - began) / 1e6;
    }

    private static double[] warm(String name, String input) throws Exception {
        double[] times = new double[500];
        for (int i = 0; i < times.length; i++) {
            times[i] = call(name, input);
        }
        return times;
    }

    private static String node() throws Exception {
        for (String runtime : List.of("node22", "node20", "node18")) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "tried").put("runtime", runtime);
            if (server.post("/api/v1/functions?dryRun=true", function).status() == 200) {
                return runtime;
            }
        }
        throw new AssertionError("no Node is found, although the machine has it");
    }

    @Test
    @Tag("NF-14")
    void aWarmCallCostsLittleMoreThanItsOwnTime() throws Exception {
        String name = deploy("starlark", "def main(ctx, input):\n    return input\n", new byte[0], "");
        warm(name, "1");
        keeps("warm call", new double[][] {{50, 10}, {95, 30}, {99, 50}}, () -> warm(name, "1"));
    }

    @Test
    @Tag("NF-14")
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    void aWarmCallOfAnotherProcessToo() throws Exception {
        String name = deploy(node(), "exports.handler = async event => event;", new byte[0], "");
        warm(name, "1");
        keeps("warm call of Node", new double[][] {{50, 10}, {95, 30}, {99, 50}}, () -> warm(name, "1"));
    }

    @Test
    @Tag("NF-31")
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    void aCallThatIsOutOfTimeHasStoppedWithinASecondOfItsLimit() throws Exception {
        String limits = "\"timeoutSeconds\":1,\"traits\":{\"limits\":{\"steps\":1000000000}}";
        List<String> endless = List.of(
                deploy(
                        "starlark",
                        "def main(ctx, input):\n    for i in range(1000000000):\n        pass\n",
                        new byte[0],
                        limits),
                deploy(node(), "exports.handler = async () => { for (;;) {} };", new byte[0], "\"timeoutSeconds\":1"));
        keeps("time beyond the limit", new double[][] {{99, 1000}}, () -> {
            double[] times = new double[endless.size()];
            for (int i = 0; i < times.length; i++) {
                long began = System.nanoTime();
                server.post("/api/v1/functions/" + endless.get(i) + "/invoke", "{}")
                        .expecting(504);
                times[i] = (System.nanoTime() - began) / 1e6 - 1000;
                String running =
                        server.get("/api/v1/executions?status=running").body().toString();
                assertTrue(!running.contains(endless.get(i)), running);
            }
            return times;
        });
    }

    @Test
    @Tag("NF-18")
    @Tag("SL-16")
    void aFirstCallOfWebAssemblyIsAnsweredInTime() throws Exception {
        call(wasm(), "\"a\"");
        keeps("cold start of wasm", new double[][] {{95, 100}}, () -> {
            double[] times = new double[20];
            for (int i = 0; i < times.length; i++) {
                times[i] = call(wasm(), "\"a\"");
            }
            return times;
        });
    }

    @Test
    @Tag("NF-01")
    @Tag("NF-02")
    @Tag("NF-04")
    void aWorkflowsStepsFollowItsStartAndOneAnotherInTime() throws Exception {
        String name = deploy("starlark", """
                def work(ctx, n):
                    ctx.await(ctx.invoke("nothing-but-an-answer", n))
                    return n

                def main(ctx, input):
                    return [r_run_step_v1("s%d" % n, work, n).value for n in range(5)]
                """, new byte[0], "\"kind\":\"workflow\"");
        ObjectNode called = Running.JSON.createObjectNode();
        called.put("name", "nothing-but-an-answer").put("runtime", "starlark");
        called.putObject("code").put("source", "def main(ctx, input):\n    return input\n");
        server.post("/api/v1/functions", called).expecting(201);
        times(name);
        keeps(
                "start of a workflow",
                new double[][] {{95, 100}},
                () -> times(name).get(0));
        keeps("dispatch of a step", new double[][] {{95, 50}}, () -> times(name).get(1));
        keeps(
                "step of a workflow, all in all",
                new double[][] {{50, 10}},
                () -> times(name).get(2));
    }

    @Test
    @Tag("NF-03")
    void whatRanIsFoundInTimeAmongTenThousand() throws Exception {
        String name = deploy("starlark", "def main(ctx, input):\n    return input\n", new byte[0], "");
        try (var callers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(callers.submit(() -> {
                    for (int n = 0; n < 1250; n++) {
                        call(name, "1");
                    }
                    return null;
                }));
            }
            for (Future<?> each : calls) {
                each.get();
            }
        }
        String since = Instant.now().minus(Duration.ofHours(1)).toString();
        List<String> searches = List.of(
                "?function=" + name,
                "?function=" + name + "&status=succeeded",
                "?function=" + name + "&initiator=system/operator&limit=100",
                "?function=" + name + "&since=" + since,
                "?tenant=default&limit=100",
                "");
        keeps("search among 10,000", new double[][] {{95, 200}}, () -> {
            double[] times = new double[120];
            for (int i = 0; i < times.length; i++) {
                String search = searches.get(i % searches.size());
                long began = System.nanoTime();
                JsonNode items = server.get("/api/v1/executions" + search)
                        .expecting(200)
                        .body()
                        .get("items");
                times[i] = (System.nanoTime() - began) / 1e6;
                assertTrue(items.size() >= 25, () -> search + " found " + items.size());
            }
            return times;
        });
    }

    /** From acceptance to the first step, from the end of each step to the next one's start, and whole steps. */
    private static List<double[]> times(String name) throws Exception {
        List<Double> starts = new ArrayList<>();
        List<Double> dispatches = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String id = server.post("/api/v1/functions/" + name + "/invoke-async", "{}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            JsonNode shown = Running.await(
                    "its end",
                    Duration.ofSeconds(30),
                    () -> Optional.of(server.get("/api/v1/executions/" + id).body())
                            .filter(it -> it.has("finishedAt")));
            assertTrue(shown.get("status").stringValue().contains("succeeded"), shown::toString);
            Instant last = Instant.parse(shown.get("createdAt").stringValue());
            Instant began = last;
            boolean first = true;
            for (JsonNode event : server.get("/api/v1/executions/" + id + "/timeline?limit=100")
                    .body()
                    .get("items")) {
                Instant at = Instant.parse(event.get("at").stringValue());
                if (event.get("eventType").stringValue().equals("step_started")) {
                    (first ? starts : dispatches)
                            .add((double) Duration.between(last, at).toMillis());
                    began = at;
                    first = false;
                } else if (event.get("eventType").stringValue().equals("step_completed")) {
                    steps.add((double) Duration.between(began, at).toMillis());
                    last = at;
                }
            }
        }
        assertTrue(starts.size() == 40 && dispatches.size() == 160 && steps.size() == 200, starts + " " + dispatches);
        return List.of(array(starts), array(dispatches), array(steps));
    }

    private static double[] array(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
