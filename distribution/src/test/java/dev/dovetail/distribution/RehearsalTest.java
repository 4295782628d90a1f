package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** New code on the journals of executions that are open, in each language and on a disk. */
@Timeout(180)
final class RehearsalTest {
    private static final String EVENT = "gts.x.core.faas.event.v1~shop.order.go.v1~";

    private static Running server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = Running.briefly(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static final String STARLARK = """
            def work(ctx, input):
                return {"n": input.n + 1}

            def main(ctx, input):
                a = ctx.steps.run("FIRST", work, {"n": 1}).value
                ctx.checkpoint("half")
                ctx.await(ctx.events.wait("EVENT", timeout_ms = 3600000, exit_on_error = False))
                b = ctx.steps.run("LAST", work, {"n": a.n}).value
                return {"n": b.n, "last": "LAST"}
            """;

    private static final String PYTHON = """
            import asyncio

            async def work(ctx, input):
                return input + 1

            async def handler(event, ctx):
                a, now = await asyncio.gather(ctx.step("FIRST", work, 1), ctx.now())
                await ctx.checkpoint("half")
                await ctx.wait_event("EVENT", timeout_ms=3600000)
                b = await ctx.step("LAST", work, a)
                return {"n": b, "last": "LAST"}
            """;

    private static final String NODE = """
            const work = async (ctx, input) => input + 1;

            exports.handler = async (event, ctx) => {
              const [a, now] = await Promise.all([ctx.step('FIRST', work, 1), ctx.now()]);
              await ctx.checkpoint('half');
              await ctx.waitEvent('EVENT', {timeoutMs: 3600000});
              const b = await ctx.step('LAST', work, a);
              return {n: b, last: 'LAST'};
            };
            """;

    private static final String JAVA = """
            import dev.dovetail.function.Context;
            import java.time.Duration;
            import java.util.List;
            import java.util.Map;
            import java.util.Optional;

            public class Handler {
                public Object handleRequest(Map<String, Object> input, Context context) {
                    List<Integer> both = context.parallel(List.of(
                            () -> context.step("FIRST", 1, Integer.class, (it, ctx) -> it + 1),
                            () -> context.now().get().isBefore(context.deadline()) ? 1 : 0));
                    context.checkpoint("half").get();
                    context.awaitEvent("EVENT", "", Optional.of(Duration.ofHours(1))).get();
                    int b = context.step("LAST", both.get(0), Integer.class, (it, ctx) -> it + 1);
                    return Map.of("n", b, "last", "LAST");
                }
            }
            """;

    private static final String FLOW = """
            document: {dsl: '1.0.3', namespace: test, name: order, version: '1.0.0'}
            do:
              - FIRST:
                  emit: {event: {with: {type: begun, data: {n: 2}}}}
              - both:
                  fork:
                    branches:
                      - half: {call: dovetail.checkpoint, with: {label: half}}
                      - paid:
                          try:
                            - waits: {listen: {to: {one: {with: {type: 'EVENT'}}}}}
                          catch: {errors: {with: {status: 504}}}
                          timeout: {after: {hours: 1}}
              - LAST:
                  emit: {event: {with: {type: done, data: {}}}}
                  output: {as: '{n: 3, last: "LAST"}'}
            """;

    private static String source(String language, String first, String last) {
        return language.replace("EVENT", EVENT).replace("FIRST", first).replace("LAST", last);
    }

    private static ObjectNode code(String language, String first, String last) {
        ObjectNode json = Running.JSON.createObjectNode();
        json.putObject("code").put("source", source(language, first, last));
        return json;
    }

    /** Where a source has this word, from 1. */
    private static long line(String source, String word) {
        return source.substring(0, source.indexOf(word)).lines().count();
    }

    private static JsonNode ended(Running server, String id, String status) throws Exception {
        return Eventually.found(status + ": " + id, Duration.ofSeconds(30), () -> {
            JsonNode body = server.get("/api/v1/executions/" + id).body();
            return body.path("status").stringValue("").contains("." + status + ".")
                    ? Optional.of(body)
                    : Optional.empty();
        });
    }

    @Test
    @Tag("EX-24")
    void aWorkflowInStarlarkIsCheckedMovedAndForked() throws Exception {
        isCheckedMovedForkedAndCompared("starlark", STARLARK);
    }

    @Test
    @Needs(Need.PYTHON)
    @Tag("EX-24")
    void aWorkflowInPythonToo() throws Exception {
        isCheckedMovedForkedAndCompared(Installed.newest(server, "python"), PYTHON);
    }

    @Test
    @Needs(Need.NODE)
    @Tag("EX-24")
    void aWorkflowInNodeToo() throws Exception {
        isCheckedMovedForkedAndCompared(Installed.newest(server, "node"), NODE);
    }

    @Test
    @Tag("EX-24")
    void aWorkflowInJavaToo() throws Exception {
        isCheckedMovedForkedAndCompared(Installed.newest(server, "java"), JAVA);
    }

    /** What it has branched into, and what it may run out of time in, is open when it is tried and moved. */
    @Test
    @Tag("EX-24")
    void aDeclarativeWorkflowToo() throws Exception {
        isCheckedMovedForkedAndCompared("serverless-workflow", FLOW, "/do/2/send");
    }

    private static void isCheckedMovedForkedAndCompared(String runtime, String language) throws Exception {
        isCheckedMovedForkedAndCompared(runtime, language, "send");
    }

    /** @param last the label of the last step of the second version */
    private static void isCheckedMovedForkedAndCompared(String runtime, String language, String last) throws Exception {
        String name = "order-" + runtime.replace('.', '-');
        String functions = "/api/v1/functions/" + name;
        ObjectNode function =
                code(language, "reserve", "ship").put("name", name).put("runtime", runtime);
        server.post("/api/v1/functions", function.put("kind", "workflow")).expecting(201);
        String id = server.post(functions + "/invoke-async", "{}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        ended(server, id, "suspended");
        JsonNode same = server.post(functions + "/versions:check", code(language, "reserve", "send"))
                .expecting(200)
                .body();
        assertEquals(1, same.get("same").intValue(), same::toString);
        JsonNode other = server.post(functions + "/versions:check", code(language, "book", "ship"))
                .expecting(200)
                .body();
        assertEquals(0, other.at("/differing/0/step").intValue(), other::toString);
        assertEquals(
                line(source(language, "book", "ship"), "book"),
                other.at("/differing/0/line").longValue(),
                other::toString);
        assertTrue(other.at("/differing/0/expected").stringValue().contains("reserve"), other::toString);
        assertTrue(other.at("/differing/0/found").stringValue().contains("book"), other::toString);

        server.post(functions + "/versions", code(language, "reserve", "send")).expecting(201);
        String execution = "/api/v1/executions/" + id;
        server.post(execution + ":move", "{\"version\":2}").expecting(200);
        server.post(execution + ":signal", "{\"type\":\"" + EVENT + "\",\"payload\":{}}")
                .expecting(202);
        assertEquals("send", ended(server, id, "succeeded").at("/output/last").stringValue());
        JsonNode own = server.post(execution + ":compare", "{\"version\":2}")
                .expecting(200)
                .body();
        assertTrue(own.get("same").booleanValue(), own::toString);
        JsonNode old = server.post(execution + ":compare", "{\"version\":1}")
                .expecting(200)
                .body();
        assertFalse(old.get("same").booleanValue(), old::toString);
        assertTrue(old.at("/difference/found").stringValue().contains("ship"), old::toString);

        String fork = server.post(execution + ":fork", "{\"version\":1,\"from\":\"" + last + "\"}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        JsonNode forked = ended(server, fork, "succeeded");
        assertEquals("ship", forked.at("/output/last").stringValue());
        assertEquals(3, forked.at("/output/n").intValue());
    }
}
