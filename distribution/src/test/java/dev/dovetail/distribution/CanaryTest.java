package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A version of a plugin that serves some callers beside the active one, over HTTP. */
@Timeout(300)
final class CanaryTest {
    private static final String STARLARK = "/api/v1/plugins/executor-starlark";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private int functions;

    @Test
    void aCandidateServesWhoIsSentToItUntilItIsTakenBackOrPutInUse() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path plugins = Files.createDirectories(data.resolve("plugins"));
        Files.move(Versions.copy(House.plugin("executor-starlark"), "0.2.0", folder), plugins.resolve("next.jar"));
        try (Running server = Running.briefly(data)) {
            Eventually.found(
                    "the second version",
                    PATIENCE,
                    () -> Optional.of(server.get(STARLARK))
                            .filter(view -> view.body().path("versions").size() == 2));
            canary(server, "{\"version\": \"0.2.0\", \"percent\": 100}").expecting(200);
            assertEquals("0.2.0", servedBy(server));
            assertEquals("0.1.0", active(server));
            canary(server, "{\"version\": \"0.2.0\", \"percent\": 0}").expecting(200);
            assertEquals("0.1.0", servedBy(server));
            canary(server, "{\"version\": \"0.2.0\", \"tenant\": \"default\"}").expecting(200);
            assertEquals("0.2.0", servedBy(server));
            canary(server, "{\"version\": \"0.2.0\", \"tenant\": \"other\"}").expecting(200);
            assertEquals("0.1.0", servedBy(server));
            canary(server, "{\"end\": true}").expecting(200);
            assertEquals("0.1.0", servedBy(server));
            canary(server, "{\"version\": \"0.2.0\", \"percent\": 50}").expecting(200);
            server.post(STARLARK + ":activate", "{\"version\": \"0.2.0\"}").expecting(200);
            assertEquals("0.2.0", active(server));
            assertEquals("0.2.0", servedBy(server));
        }
    }

    @Test
    void aWishThatIsNoneIsRefusedInWords() throws Exception {
        try (Running server = Running.briefly(folder.resolve("data"))) {
            for (String bad : new String[] {
                "{}", "{\"version\": \"0.1.0\"}", "{\"version\": \"0.1.0\", \"percent\": 1, \"tenant\": \"default\"}"
            }) {
                assertTrue(
                        detail(canary(server, bad), 422).contains("either \"percent\" or \"tenant\""),
                        "answer to " + bad);
            }
            for (String percent : new String[] {"-1", "101"}) {
                String words = detail(canary(server, "{\"version\": \"0.1.0\", \"percent\": " + percent + "}"), 422);
                assertTrue(words.contains("expected 0 to 100") && words.contains(percent), words);
            }
            assertTrue(detail(canary(server, "{\"version\": 1, \"percent\": 1}"), 400)
                    .contains("/version"));
            for (String percent : new String[] {"1.5", "\"half\""}) {
                String words = detail(canary(server, "{\"version\": \"0.1.0\", \"percent\": " + percent + "}"), 400);
                assertTrue(words.contains("/percent") && words.contains("integer"), words);
            }
            assertTrue(detail(canary(server, "{\"version\": \"0.1.0\", \"tenant\": \"No One\"}"), 422)
                    .contains("expected a tenant"));
            assertTrue(detail(canary(server, "{\"version\": \"9.9.9\", \"percent\": 1}"), 404)
                    .contains("0.1.0"));
            assertEquals(
                    404,
                    server.post("/api/v1/plugins/nothing:canary", "{\"end\": true}")
                            .status());
            assertEquals("0.1.0", active(server));
        }
    }

    private static Answer canary(Running server, String wish) throws Exception {
        return server.post(STARLARK + ":canary", wish);
    }

    private static String detail(Answer answer, int status) {
        return answer.expecting(status).body().get("detail").stringValue();
    }

    private static String active(Running server) throws Exception {
        return server.get(STARLARK).expecting(200).body().get("active").stringValue();
    }

    /** Which version serves a function that has no warm instance yet: the one whose loaded copy is called. */
    private String servedBy(Running server) throws Exception {
        String name = "fresh-" + ++functions;
        server.post("/api/v1/functions", function(name)).expecting(201);
        Map<Long, Long> before = calls(server);
        server.post("/api/v1/functions/" + name + "/invoke", "{}").expecting(200);
        return generations(server)
                .filter(each -> each.get("calls").longValue()
                        > before.get(each.get("generation").longValue()))
                .map(each -> each.get("version").stringValue())
                .collect(Collectors.joining(" and "));
    }

    private static Map<Long, Long> calls(Running server) throws Exception {
        return generations(server)
                .collect(Collectors.toMap(
                        each -> each.get("generation").longValue(),
                        each -> each.get("calls").longValue()));
    }

    private static Stream<JsonNode> generations(Running server) throws Exception {
        return server.get(STARLARK + "/generations")
                .expecting(200)
                .body()
                .get("items")
                .valueStream();
    }

    private static JsonNode function(String name) {
        return Running.JSON.valueToTree(Map.of(
                "name",
                name,
                "runtime",
                "starlark",
                "code",
                Map.of("source", "def main(ctx, input):\n    return {\"ok\": True}\n")));
    }
}
