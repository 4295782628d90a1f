package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** New code on the journals of executions that are open, in a language and on a disk. */
@Timeout(180)
final class RehearsalTest {
    private static final String EVENT = "gts.x.core.faas.event.v1~shop.order.go.v1~";

    @TempDir
    private Path folder;

    private static String source(String first, String last) {
        return """
                def work(ctx, input):
                    return {"n": input.n + 1}

                def main(ctx, input):
                    a = ctx.steps.run("%s", work, {"n": 1}).value
                    ctx.checkpoint("half")
                    ctx.await(ctx.events.wait("%s", timeout_ms = 3600000, exit_on_error = False))
                    b = ctx.steps.run("%s", work, {"n": a.n}).value
                    return {"n": b.n, "last": "%s"}
                """.formatted(first, EVENT, last, last);
    }

    private static ObjectNode code(String first, String last) {
        ObjectNode json = Running.JSON.createObjectNode();
        json.putObject("code").put("source", source(first, last));
        return json;
    }

    private static JsonNode ended(Running server, String id, String status) throws Exception {
        return Running.await(status + ": " + id, Duration.ofSeconds(30), () -> {
            JsonNode body = server.get("/api/v1/executions/" + id).body();
            return body.path("status").stringValue("").contains("." + status + ".")
                    ? Optional.of(body)
                    : Optional.empty();
        });
    }

    @Test
    @Tag("EX-24")
    void aWorkflowInStarlarkIsCheckedMovedAndForked() throws Exception {
        try (Running server = Running.on(folder.resolve("data"))) {
            ObjectNode function = code("reserve", "ship").put("name", "order").put("runtime", "starlark");
            server.post("/api/v1/functions", function.put("kind", "workflow")).expecting(201);
            String id = server.post("/api/v1/functions/order/invoke-async", "{}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            ended(server, id, "suspended");
            String check = "/api/v1/functions/order/versions:check";
            JsonNode same =
                    server.post(check, code("reserve", "send")).expecting(200).body();
            assertEquals(1, same.get("same").intValue(), same::toString);
            JsonNode other =
                    server.post(check, code("book", "ship")).expecting(200).body();
            assertEquals(0, other.at("/differing/0/step").intValue(), other::toString);
            assertEquals(5, other.at("/differing/0/line").intValue(), other::toString);
            assertTrue(other.at("/differing/0/found").stringValue().contains("book"), other::toString);

            server.post("/api/v1/functions/order/versions", code("reserve", "send"))
                    .expecting(201);
            server.post("/api/v1/executions/" + id + ":move", "{\"version\":2}").expecting(200);
            server.post("/api/v1/executions/" + id + ":signal", "{\"type\":\"" + EVENT + "\",\"payload\":{}}")
                    .expecting(202);
            assertEquals(
                    "send", ended(server, id, "succeeded").at("/output/last").stringValue());
            String fork = server.post("/api/v1/executions/" + id + ":fork", "{\"version\":1,\"from\":\"send\"}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            JsonNode forked = ended(server, fork, "succeeded");
            assertEquals("ship", forked.at("/output/last").stringValue());
            assertEquals(3, forked.at("/output/n").intValue());
        }
    }
}
