package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What calls of the packaged server register is called when they fail: in each language, and when workers or the server die. */
@Tag("WF-34")
@Timeout(180)
final class UndoneCallsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String STARLARK = """
            def main(ctx, input):
                ctx.compensate("undo", {"n": 1})
                r_compensate_v1("undo", {"n": 2})
                fail("as asked") if input.how == "fail" else None
                return "done"
            """;

    private static final String NODE = """
            exports.handler = async (event, ctx) => {
              await ctx.compensate('undo', {n: 1});
              await ctx.compensate('undo', {n: 2}, {version: 1});
              if (event.how === 'die') process.kill(process.pid, 'SIGKILL');
              if (event.how === 'loop') for (;;) {}
              if (event.how === 'fail') throw new Error('as asked');
              return 'done';
            };
            """;

    private static final String PYTHON = """
            import os
            def handler(event, ctx):
                ctx.compensate("undo", {"n": 1}).result()
                ctx.compensate("undo", {"n": 2}, version=1).result()
                if event["how"] == "die":
                    os.kill(os.getpid(), 9)
                while event["how"] == "loop":
                    pass
                if event["how"] == "fail":
                    raise ValueError("as asked")
                return "done"
            """;

    @TempDir
    private Path folder;

    private static void deploy(Running server, String name, String runtime, String source) throws Exception {
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", name).put("runtime", runtime).put("timeoutSeconds", name.equals("undo") ? 30 : 2);
        function.putObject("code").put("source", source);
        server.post("/api/v1/functions", function).expecting(201);
    }

    private static void undo(Running server, int millis) throws Exception {
        deploy(server, "undo", "starlark", """
                def main(ctx, input):
                    ctx.sleep(%d)
                    return input.n
                """.formatted(millis));
    }

    private static JsonNode show(Running server, String id) throws Exception {
        return server.get("/api/v1/executions/" + id).expecting(200).body();
    }

    private static JsonNode ended(Running server, String id) throws Exception {
        return Eventually.found(
                "the end of " + id,
                PATIENCE,
                () -> Optional.of(show(server, id))
                        .filter(it -> it.get("status").stringValue().contains(".compensated.")));
    }

    /** The call's compensations have run, the last that was registered first, each after the end of the one before. */
    private static void undone(Running server, String id) throws Exception {
        JsonNode all = ended(server, id).get("compensations");
        Instant before = Instant.EPOCH;
        for (int n = 2; n >= 1; n--) {
            JsonNode each = all.get(2 - n);
            assertEquals("succeeded", each.get("status").stringValue());
            JsonNode own = show(server, each.get("executionId").stringValue());
            assertEquals(n, own.at("/input/n").intValue());
            Instant started = Instant.parse(own.get("startedAt").stringValue());
            assertTrue(!started.isBefore(before), own::toString);
            before = Instant.parse(own.get("finishedAt").stringValue());
        }
        assertEquals(2, all.size());
    }

    private void inThisLanguage(String runtime, String source, String... ways) throws Exception {
        try (Running server = Running.briefly(Files.createDirectories(folder.resolve("data")))) {
            undo(server, 0);
            deploy(server, "books", runtime.isEmpty() ? "starlark" : Installed.newest(server, runtime), source);
            for (String how : ways) {
                Answer answer = server.post("/api/v1/functions/books/invoke", "{\"how\":\"" + how + "\"}");
                assertTrue(answer.status() >= 500, () -> how + ": " + answer);
                undone(server, answer.headers().get("X-Execution-Id"));
            }
            Answer done = server.post("/api/v1/functions/books/invoke", "{\"how\":\"\"}")
                    .expecting(200);
            assertEquals(
                    2 * ways.length, calls(server), () -> "nothing is undone that succeeded, as " + done.headers());
        }
    }

    private static int calls(Running server) throws Exception {
        return server.get("/api/v1/executions?function=undo&limit=100")
                .expecting(200)
                .body()
                .get("items")
                .size();
    }

    @Test
    void inStarlark() throws Exception {
        inThisLanguage("", STARLARK, "fail");
    }

    @Test
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    void inJavaScriptAlsoIfTheWorkerDies() throws Exception {
        inThisLanguage("node", NODE, "fail", "die", "loop");
    }

    @Test
    @Needs({Need.PYTHON, Need.BUBBLEWRAP})
    void inPythonAlsoIfTheWorkerDies() throws Exception {
        inThisLanguage("python", PYTHON, "fail", "die", "loop");
    }

    @Test
    void aServerThatIsKilledAfterItAnsweredUndoesTheRest() throws Exception {
        Path data = folder.resolve("data");
        String id;
        try (Running server = Running.briefly(data)) {
            undo(server, 300);
            deploy(server, "books", "starlark", STARLARK);
            id = server.post("/api/v1/functions/books/invoke", "{\"how\":\"fail\"}")
                    .expecting(500)
                    .headers()
                    .get("X-Execution-Id");
            server.kill();
        }
        try (Running server = Running.briefly(data)) {
            undone(server, id);
        }
    }

    /** The example for those who write functions does what is said beside it. */
    @Test
    void theExampleOfTheDocumentsIsUndoneAsItSays() throws Exception {
        String text = Files.readString(House.SOURCES.resolve("docs/functions.md"));
        try (Running server = Running.briefly(Files.createDirectories(folder.resolve("data")))) {
            for (String name : List.of("release-seat", "refund", "book")) {
                Matcher block = Pattern.compile("<!-- undo " + name + " -->\\s*```python\\n(.*?)```", Pattern.DOTALL)
                        .matcher(text);
                assertTrue(block.find(), name);
                deploy(server, name, "starlark", block.group(1));
            }
            String id = server.post("/api/v1/functions/book/invoke", "{\"seat\":\"4A\"}")
                    .expecting(500)
                    .headers()
                    .get("X-Execution-Id");
            List<String> called = ended(server, id)
                    .get("compensations")
                    .valueStream()
                    .map(each -> each.get("function").stringValue())
                    .toList();
            assertEquals(List.of("refund", "release-seat"), called);
        }
    }
}
