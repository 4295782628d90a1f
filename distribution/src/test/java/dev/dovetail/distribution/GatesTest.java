package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Workflows in each language are held before and after their steps, on a disk and over the end of the process. */
@Timeout(180)
@Tag("EX-26")
final class GatesTest {
    private static final String STARLARK = """
            def charge(ctx, total):
                return {"paid": total}

            def ship(ctx, total):
                return {"sent": total}

            def main(ctx, input):
                paid = ctx.steps.run("charge", charge, input.total)
                sent = ctx.steps.run("ship", ship, input.total)
                return {"paid": paid.value.paid, "sent": sent.value.sent}
            """;

    private static final String PYTHON = """
            import asyncio

            async def charge(ctx, total):
                return {"paid": total}

            async def ship(ctx, total):
                return {"sent": total}

            async def handler(event, ctx):
                paid, sent = await asyncio.gather(
                    ctx.step("charge", charge, event["total"]), ctx.step("ship", ship, event["total"]))
                return {"paid": paid["paid"], "sent": sent["sent"]}
            """;

    private static final String NODE = """
            const charge = async (ctx, total) => ({paid: total});
            const ship = async (ctx, total) => ({sent: total});

            exports.handler = async (event, ctx) => {
              const [paid, sent] = await Promise.all(
                [ctx.step('charge', charge, event.total), ctx.step('ship', ship, event.total)]);
              return {paid: paid.paid, sent: sent.sent};
            };
            """;

    private static final String JAVA = """
            import dev.dovetail.function.Context;
            import java.util.Map;

            public class Handler {
                public Object handleRequest(Map<String, Object> input, Context context) {
                    int paid = context.step("charge", input.get("total"), Integer.class, (it, ctx) -> (Integer) it);
                    int sent = context.step("ship", input.get("total"), Integer.class, (it, ctx) -> (Integer) it);
                    return Map.of("paid", paid, "sent", sent);
                }
            }
            """;

    private static final Pattern LINE = Pattern.compile("(POST|GET|PUT|DELETE) +(/\\S+)(?: +(\\{.*}))?(?: +#.*)?");

    @TempDir
    private Path folder;

    private static void deploy(Running server, String runtime, String source) throws Exception {
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", "order").put("kind", "workflow").put("runtime", runtime);
        function.putObject("code").put("source", source);
        server.post("/api/v1/functions", function).expecting(201);
    }

    private static String start(Running server, String... gates) throws Exception {
        return server.post(
                        "/api/v1/jobs",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"order\",\"params\":{\"total\":12},\"gates\":["
                                + String.join(",", gates) + "]}")
                .expecting(202)
                .body()
                .get("job_id")
                .stringValue();
    }

    private static String gate(String when, String step) {
        return "{\"when\":\"" + when + "\",\"step\":\"" + step + "\"}";
    }

    private static JsonNode held(Running server, String id, int gate) throws Exception {
        return Eventually.found("gate " + gate + " to hold", Duration.ofSeconds(30), () -> {
            JsonNode all = server.get("/api/v1/executions/" + id + "/gates").body();
            return Optional.of(all.at("/items/" + gate))
                    .filter(it -> it.path("state").stringValue("").equals("held"));
        });
    }

    private static void release(Running server, String id, JsonNode gate, String body) throws Exception {
        String path = "/api/v1/executions/" + id + "/gates/" + gate.get("id").stringValue() + "/release";
        server.send("PUT", path, BodyPublishers.ofString(body), Map.of("Content-Type", "application/json"))
                .expecting(200);
    }

    private static JsonNode ended(Running server, String id) throws Exception {
        JsonNode ended = Eventually.found("the end of " + id, Duration.ofSeconds(60), () -> {
            JsonNode body = server.get("/api/v1/executions/" + id).body();
            return body.has("finishedAt") ? Optional.of(body) : Optional.empty();
        });
        assertTrue(ended.get("status").stringValue().contains("succeeded"), ended::toString);
        return ended.get("output");
    }

    @Test
    void aWorkflowInStarlark() throws Exception {
        isHeldBeforeAndAfterOverTheEndOfTheProcess("starlark", STARLARK, "{\"paid\":99}");
    }

    @Test
    @Needs(Need.PYTHON)
    void aWorkflowInPythonWhoseStepsAreParallel() throws Exception {
        isHeldBeforeAndAfterOverTheEndOfTheProcess("python", PYTHON, "{\"paid\":99}");
    }

    @Test
    @Needs(Need.NODE)
    void aWorkflowInNodeWhoseStepsAreParallel() throws Exception {
        isHeldBeforeAndAfterOverTheEndOfTheProcess("node", NODE, "{\"paid\":99}");
    }

    @Test
    void aWorkflowInJava() throws Exception {
        isHeldBeforeAndAfterOverTheEndOfTheProcess("java", JAVA, "99");
    }

    private void isHeldBeforeAndAfterOverTheEndOfTheProcess(String language, String source, String other)
            throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        String id;
        try (Running server = Running.briefly(data)) {
            String runtime = language.equals("starlark") ? language : Installed.newest(server, language);
            deploy(server, runtime, source);
            id = start(server, gate("after", "charge"), gate("before", "ship"));
            held(server, id, 0);
            server.kill();
        }
        try (Running server = Running.briefly(data)) {
            JsonNode charge = held(server, id, 0);
            assertTrue(charge.at("/holds/output").toString().contains("12"), charge::toString);
            release(server, id, charge, "{\"output\":" + other + "}");
            release(server, id, held(server, id, 1), "{}");
            JsonNode output = ended(server, id);
            assertEquals(99, output.get("paid").intValue(), output::toString);
            assertEquals(12, output.get("sent").intValue(), output::toString);
            JsonNode same = server.post("/api/v1/executions/" + id + ":compare", "{\"version\":1}")
                    .expecting(200)
                    .body();
            assertTrue(same.get("same").booleanValue(), same::toString);
        }
    }

    /** The lines of the page for writers of functions, one after the other. */
    @Test
    void theExampleOfTheDocumentsWorks() throws Exception {
        String page = Files.readString(House.SOURCES.resolve("docs/functions.md"));
        String section = page.substring(page.indexOf("\n### Gates"));
        List<Matcher> lines = section.substring(section.indexOf("```bash\n") + 8)
                .split("```", 2)[0]
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .toList();
        assertTrue(lines.size() >= 4, section);
        try (Running server = Running.briefly(Files.createDirectory(folder.resolve("data")))) {
            deploy(server, "starlark", STARLARK);
            String id = "";
            String gid = "";
            for (Matcher line : lines) {
                String path = line.group(2).replace("{id}", id).replace("{gid}", gid);
                String body = line.group(3) == null ? "" : line.group(3);
                if (path.endsWith("/release")) {
                    gid = held(server, id, 0).get("id").stringValue();
                    path = line.group(2).replace("{id}", id).replace("{gid}", gid);
                }
                Running.Answer answer = server.send(
                        line.group(1), path, BodyPublishers.ofString(body), Map.of("Content-Type", "application/json"));
                assertTrue(answer.status() < 300, line.group() + " -> " + answer);
                id = answer.body().path("job_id").stringValue(id);
                gid = answer.body().path("id").stringValue(gid);
            }
            assertEquals(99, ended(server, id).get("paid").intValue());
        }
    }
}
