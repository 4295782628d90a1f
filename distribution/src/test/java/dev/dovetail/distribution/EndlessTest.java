package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/** Functions that never end take from others no more than their share, and are ended by their limit. */
@Timeout(300)
@Isolated
final class EndlessTest {
    private static final int OF_EACH = 4;
    private static final int ENDLESS = 2 * OF_EACH;
    private static final int PROBES = 200;
    private static final Duration PROBING = Duration.ofSeconds(5);
    private static final int TIMEOUT_SECONDS = 20;

    /** Far above the 50 ms that are wanted of a machine of one's own; far below the functions' limit. */
    private static final double GENEROUS_MILLIS = 1_000;

    private static final String SOURCE = """
            def main(ctx, input):
                for i in range(1000000000):
                    for j in range(1000000000):
                        i * j % 7 + i * j % 11 + i * j % 13 + i * j % 17
            """;

    /** As binary, with nothing in it but {@code alloc} and a {@code handler} that is one loop. */
    private static final byte[] MODULE = Base64.getDecoder()
            .decode(
                    "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHHAMGbWVtb3J5AgAFYWxsb2MAAAdoYW5kbGVyAAEKEAIFAEGACAsIAANA"
                            + "DAALAAs=");

    @TempDir
    private Path folder;

    @Test
    @Tag("RT-06")
    void fourEndlessCallsInEachInterpreterKeepNobodyFromBeingAnsweredAndEndAtTheirLimit() throws Exception {
        try (Running server = Running.on(folder.resolve("data"));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            server.post("/api/v1/functions", starlark()).expecting(201);
            server.post("/api/v1/functions", wasm()).expecting(201);
            List<Future<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < OF_EACH; i++) {
                for (String name : List.of("endless", "loop")) {
                    calls.add(clients.submit(() -> server.post("/api/v1/functions/" + name + "/invoke", "{}")));
                }
            }
            Eventually.found(
                    "all of them to run",
                    Duration.ofSeconds(10),
                    () -> Optional.of(running(server)).filter(count -> count == ENDLESS));
            List<Double> millis = new ArrayList<>();
            long until = System.nanoTime() + PROBING.toNanos();
            while (millis.size() < PROBES && System.nanoTime() < until) {
                long began = System.nanoTime();
                server.get("/health").expecting(200);
                millis.add((System.nanoTime() - began) / 1e6);
            }
            assertEquals(ENDLESS, running(server), "they all ran meanwhile");
            millis.sort(Double::compare);
            Figures.tell(
                    "/health beside %d endless calls: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                    ENDLESS,
                    millis.get(millis.size() / 2),
                    millis.get(Math.max(0, millis.size() * 99 / 100 - 1)),
                    millis.getLast());
            assertTrue(millis.getLast() < GENEROUS_MILLIS, millis::toString);
            for (Future<Answer> each : calls) {
                JsonNode problem = each.get().expecting(504).body();
                assertEquals("timeout", problem.get("code").stringValue());
            }
            assertEquals(0, running(server));
            assertEquals(0, leasesOfTheRetired(server), "no lease is lost");
        }
    }

    private static int running(Running server) throws Exception {
        return server.get("/api/v1/executions?status=running")
                .expecting(200)
                .body()
                .get("items")
                .size();
    }

    /** An executor that is taken out of use drains at once, if every call gave its hold back. */
    private static long leasesOfTheRetired(Running server) throws Exception {
        server.send(
                        "DELETE",
                        "/api/v1/plugins/executor-starlark",
                        java.net.http.HttpRequest.BodyPublishers.noBody(),
                        Map.of())
                .expecting(204);
        JsonNode generation = server.get("/api/v1/plugins/executor-starlark/generations")
                .expecting(200)
                .body()
                .get("items")
                .get(0);
        return generation.get("leases").longValue() + generation.get("cutOff").longValue();
    }

    private static JsonNode starlark() {
        return Running.JSON.valueToTree(Map.of(
                "name",
                "endless",
                "runtime",
                "starlark",
                "timeoutSeconds",
                TIMEOUT_SECONDS,
                "traits",
                Map.of("limits", Map.of("steps", 1_000_000_000)),
                "code",
                Map.of("source", SOURCE)));
    }

    private static JsonNode wasm() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.putNextEntry(new ZipEntry("main.wasm"));
            zip.write(MODULE);
        }
        return Running.JSON.valueToTree(Map.of(
                "name",
                "loop",
                "runtime",
                "wasm",
                "handler",
                "main.handler",
                "timeoutSeconds",
                TIMEOUT_SECONDS,
                "code",
                Map.of("zip", Base64.getEncoder().encodeToString(archive.toByteArray()))));
    }
}
