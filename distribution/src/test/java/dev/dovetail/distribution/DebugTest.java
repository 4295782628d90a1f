package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Code that is looked at while it waits and while it is held, on the packaged server. */
@Timeout(120)
final class DebugTest {
    private static final String EVENT = "gts.x.core.faas.event.v1~test.go.v1~";
    private static final String SOURCE = """
            def double(ctx, n):
                doubled = n * 2
                return doubled

            def main(ctx, input):
                ctx.await(ctx.events.wait("%s"))
                total = 1
                for i in range(3):
                    total = double(ctx, total)
                names = {"of": ctx.await}; my_token = "t-1"
                return {"total": total}
            """.formatted(EVENT);

    @TempDir
    private static Path folder;

    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        server = Running.briefly(Files.createDirectory(folder.resolve("data")));
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", "held")
                .put("kind", "workflow")
                .put("runtime", "starlark")
                .put("timeoutSeconds", 1);
        function.putObject("code").put("source", SOURCE);
        server.post("/api/v1/functions", function).expecting(201);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String waiting() throws Exception {
        String id = server.post("/api/v1/functions/held/invoke-async", "{}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        Eventually.found(
                "the execution to wait",
                Duration.ofSeconds(30),
                () -> Optional.of(get(id, ""))
                        .filter(json -> json.get("status").stringValue().contains("suspended")));
        return id;
    }

    private static JsonNode get(String id, String what) throws Exception {
        return server.get("/api/v1/executions/" + id + what).expecting(200).body();
    }

    private static Running.Answer post(String id, String what, String body) throws Exception {
        return server.post("/api/v1/executions/" + id + what, body);
    }

    /** Waits until it is held at a line; the stack. */
    private static JsonNode held(String id, int line) throws Exception {
        return Eventually.found("it to be held at line " + line, Duration.ofSeconds(30), () -> {
            Running.Answer stack = server.get("/api/v1/executions/" + id + "/stack");
            return Optional.of(stack.body())
                    .filter(json -> stack.status() == 200
                            && json.get("held").booleanValue()
                            && json.at("/frames/0/line").intValue() == line);
        });
    }

    private static JsonNode ended(String id) throws Exception {
        return Eventually.found(
                "it to end",
                Duration.ofSeconds(30),
                () -> Optional.of(get(id, ""))
                        .filter(json -> json.get("status").stringValue().contains("succeeded")));
    }

    @Test
    @Tag("EX-11")
    void whatWaitsShowsTheLineItWaitsAtAndWhatHasEndedShowsNothing() throws Exception {
        String id = waiting();
        JsonNode location = get(id, "/debug").at("/debug/location");
        assertEquals(6, location.get("line").intValue());
        assertTrue(location.get("code").stringValue().contains("ctx.events.wait"), location.toString());
        post(id, ":signal", "{\"type\":\"" + EVENT + "\"}").expecting(202);
        ended(id);
        assertTrue(get(id, "/debug").get("debug").isNull());
    }

    @Test
    @Tag("EX-13")
    void codeIsHeldAtALineAndGoesOnLineByLine() throws Exception {
        String id = waiting();
        JsonNode tried = post(id, "/breakpoints?dryRun=true", "{\"locations\":[{\"line\":7}]}")
                .expecting(200)
                .body();
        assertEquals(7, tried.at("/items/0/line").intValue());
        assertTrue(get(id, "/breakpoints").get("items").isEmpty(), "a dry run sets none");
        post(id, "/breakpoints", "{\"locations\":[{\"line\":9}]}").expecting(200);
        post(id, ":signal", "{\"type\":\"" + EVENT + "\"}").expecting(202);
        assertEquals("main", held(id, 9).at("/frames/0/function").stringValue());
        assertEquals(1, get(id, "/locals").at("/locals/total").intValue());
        post(id, ":step?dryRun=true", "{\"action\":\"continue\"}").expecting(200);
        server.send(
                        "DELETE",
                        "/api/v1/executions/" + id + "/breakpoints?dryRun=true",
                        BodyPublishers.noBody(),
                        Map.of())
                .expecting(204);
        assertEquals(1, get(id, "/breakpoints").get("items").size());
        post(id, ":step", "{\"action\":\"step_into\"}").expecting(202);
        JsonNode stack = held(id, 2);
        assertEquals(2, stack.get("frames").size());
        assertEquals(1, get(id, "/locals").at("/locals/n").intValue());
        assertEquals(0, get(id, "/locals?frame=1").at("/locals/i").intValue());
        post(id, ":step", "{\"action\":\"step_over\"}").expecting(202);
        held(id, 3);
        assertEquals(2, get(id, "/locals").at("/locals/doubled").intValue());
        assertTrue(get(id, "/debug").at("/debug/held").booleanValue());
        post(id, ":step", "{\"action\":\"step_out\"}").expecting(202);
        held(id, 9);
        post(id, ":step", "{\"action\":\"continue\"}").expecting(202);
        held(id, 9); // the third round
        server.send("DELETE", "/api/v1/executions/" + id + "/breakpoints", BodyPublishers.noBody(), Map.of())
                .expecting(204);
        post(id, "/breakpoints", "{\"locations\":[{\"line\":11,\"file\":\"main.star\"}]}")
                .expecting(200);
        post(id, ":step", "{\"action\":\"continue\"}").expecting(202);
        held(id, 11);
        JsonNode shown = get(id, "/locals").get("locals");
        assertTrue(shown.get("names").isString(), "what is no JSON is shown as a text");
        assertEquals("***", shown.get("my_token").stringValue());
        assertEquals(
                "t-1", get(id, "/locals?unmasked=true").at("/locals/my_token").stringValue());
        post(id, ":step", "{\"action\":\"continue\"}").expecting(202);
        assertEquals(8, ended(id).at("/output/total").intValue());
    }

    @Test
    @Tag("EX-13")
    void timeInWhichCodeIsHeldIsNotItsOwnAndACancellationEndsIt() throws Exception {
        String id = waiting();
        post(id, "/breakpoints", "{\"locations\":[{\"line\":7}]}").expecting(200);
        post(id, ":signal", "{\"type\":\"" + EVENT + "\"}").expecting(202);
        held(id, 7);
        long since = System.nanoTime(); // its timeout is a second
        Eventually.found(
                "three seconds to pass",
                Duration.ofSeconds(30),
                () -> Optional.of(held(id, 7)).filter(_ -> System.nanoTime() - since > 3_000_000_000L));
        server.post("/api/v1/jobs/" + id + ":cancel", "{}").expecting(202);
        Eventually.found(
                "it to be canceled",
                Duration.ofSeconds(30),
                () -> Optional.of(get(id, ""))
                        .filter(json -> json.get("status").stringValue().contains("canceled")));
    }

    @Test
    void whatCannotBeIsRefusedInWords() throws Exception {
        String id = waiting();
        assertEquals("/locations/0/line", field(post(id, "/breakpoints", "{\"locations\":[{\"line\":0}]}"), 400));
        assertEquals("/lines", field(post(id, "/breakpoints", "{\"lines\":[3]}"), 400));
        assertEquals("/locations", field(post(id, "/breakpoints", "{}"), 400));
        assertEquals("/locations/0/line", field(post(id, "/breakpoints", "{\"locations\":[{\"line\":12}]}"), 422));
        assertEquals(
                "/locations/1/file",
                field(
                        post(id, "/breakpoints", "{\"locations\":[{\"line\":2},{\"line\":2,\"file\":\"maim.star\"}]}"),
                        422));
        assertTrue(get(id, "/breakpoints").get("items").isEmpty(), "all or none");
        JsonNode next = post(id, "/breakpoints?dryRun=true", "{\"locations\":[{\"line\":4}]}")
                .expecting(200)
                .body();
        assertEquals(5, next.at("/items/0/line").intValue(), "a line that is empty stands for the next that is not");
        assertEquals("/action", field(post(id, ":step", "{\"action\":\"back\"}"), 400));
        assertEquals(409, post(id, ":step", "{\"action\":\"continue\"}").status());
        assertEquals(409, server.get("/api/v1/executions/" + id + "/locals").status());
        assertEquals(404, server.get("/api/v1/executions/none/debug").status());
        assertFalse(
                server.get("/api/v1/executions/" + id + "/breakpoints").body().has("errors"));
        server.post("/api/v1/jobs/" + id + ":cancel", "{}").expecting(202);
    }

    private static String field(Running.Answer answer, int status) throws Exception {
        return answer.expecting(status).body().at("/errors/0/path").stringValue("");
    }

    @Test
    @Tag("EX-27")
    void whatOnlyItsExecutorCanDoIsListedAndDone() throws Exception {
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", "busy").put("runtime", "starlark").put("timeoutSeconds", 60);
        function.putObject("code").put("source", """
                def main(ctx, input):
                    n = 0
                    for i in range(1000 * 1000 * 1000):
                        n += i
                    return n
                """);
        function.putObject("traits").putObject("limits").put("steps", 1_000_000_000);
        server.post("/api/v1/functions", function).expecting(201);
        String id = server.post("/api/v1/functions/busy/invoke-async", "{}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        Eventually.found(
                "it to run",
                Duration.ofSeconds(30),
                () -> Optional.of(server.get("/api/v1/executions/" + id + "/stack"))
                        .filter(stack -> stack.status() == 200));
        JsonNode actions = get(id, "/control-actions");
        assertTrue(actions.get("executor").stringValue().startsWith("executor-starlark "), actions.toString());
        assertEquals("usage", actions.at("/items/0/name").stringValue());
        JsonNode profile = post(id, ":adapter-control", "{\"action\": \"profile\", \"payload\": {\"millis\": 100}}")
                .expecting(200)
                .body();
        assertEquals("main.star", profile.at("/result/lines/0/file").stringValue(), profile.toString());
        JsonNode unknown = post(id, ":adapter-control", "{\"action\": \"restart\"}")
                .expecting(422)
                .body();
        assertEquals(
                "/action: expected usage or profile, but was \"restart\"",
                unknown.get("detail").stringValue());
        JsonNode wrong = post(id, ":adapter-control", "{\"action\": \"profile\", \"payload\": {\"millis\": 1}}")
                .expecting(422)
                .body();
        assertEquals("/payload/millis", wrong.at("/errors/0/path").stringValue(), wrong.toString());
        post(id, ":cancel", "{}").expecting(202);
        Eventually.holds(
                "it has ended",
                () -> post(id, ":adapter-control", "{\"action\": \"usage\"}").status() == 409);
        String waits = waiting();
        post(waits, ":adapter-control", "{\"action\": \"usage\"}").expecting(409); // nothing of it runs
        post("exec_0", ":adapter-control", "{\"action\": \"usage\"}").expecting(404);
    }
}
