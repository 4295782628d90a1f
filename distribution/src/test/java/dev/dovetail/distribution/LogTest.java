package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The log of the packaged server is JSON, line by line, also where a library or the JVM has something to say. */
@Timeout(180)
final class LogTest {
    private static final String WAITS = """
            def main(ctx, input):
                return ctx.await(ctx.events.wait("gts.x.core.faas.event.v1~shop.order.paid.v1~", filter = 'event.order.matches("a+") && event.total > 1'))
            """;

    @TempDir
    private Path folder;

    @Test
    void whatEvaluatesFiltersWritesNothingPastTheLog() throws Exception {
        try (Running server = Running.briefly(folder.resolve("data"))) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "waits").put("kind", "workflow").put("runtime", "starlark");
            function.putObject("code").put("source", WAITS);
            server.post("/api/v1/functions", function).expecting(201);
            String id = server.post("/api/v1/functions/waits/invoke-async", "{}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            until(server, id, "suspended");
            server.post(
                            "/api/v1/executions/" + id + ":signal",
                            "{\"type\": \"gts.x.core.faas.event.v1~shop.order.paid.v1~\", \"payload\": {\"order\": \"aa\", \"total\": 2}}")
                    .expecting(202);
            until(server, id, "succeeded");
            server.stop();
            List<String> lines = server.log().lines().toList();
            assertFalse(lines.isEmpty());
            for (String line : lines) {
                assertTrue(line.startsWith("{"), line);
                assertTrue(Running.JSON.readTree(line).has("message"), line);
            }
        }
    }

    private static void until(Running server, String id, String status) throws Exception {
        Eventually.found("it to be " + status, Duration.ofSeconds(60), () -> {
            JsonNode shown = server.get("/api/v1/executions/" + id).body();
            return Optional.of(shown)
                    .filter(it -> it.get("status").stringValue().contains("." + status + "."));
        });
    }
}
