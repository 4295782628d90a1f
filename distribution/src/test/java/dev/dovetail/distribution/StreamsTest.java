package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Streams of the packaged server: as the documents show them, and while the executor is swapped. */
@Timeout(180)
final class StreamsTest {
    private static final Pattern BLOCK = Pattern.compile(
            "<!-- (stream|stream-input|stream-events) ([a-z0-9-]+) -->\\s*```[a-z]*\\n(.*?)```", Pattern.DOTALL);
    private static final String NEXT = "0.1.1";

    @TempDir
    private Path folder;

    private static void deploy(Running server, String name, String source) throws Exception {
        ObjectNode function = Running.JSON.createObjectNode().put("name", name).put("runtime", "starlark");
        function.putObject("code").put("source", source);
        server.post("/api/v1/functions", function).expecting(201);
    }

    @Test
    @Tag("IV-09")
    void theExampleOfTheDocumentsSendsWhatItSays() throws Exception {
        Matcher blocks = BLOCK.matcher(Files.readString(House.SOURCES.resolve("docs/functions.md")));
        List<String> texts = new ArrayList<>();
        while (blocks.find()) {
            texts.add(blocks.group(3));
        }
        assertEquals(3, texts.size());
        try (Running server = Running.briefly(folder.resolve("data"))) {
            deploy(server, "tells", texts.get(0));
            try (Stream<String> lines = server.lines("/api/v1/functions/tells/invoke-stream", texts.get(1))) {
                List<String> told = lines.filter(line -> line.startsWith("event:") || line.startsWith("data:"))
                        .toList();
                assertEquals(
                        texts.get(2).lines().filter(line -> !line.isEmpty()).toList(), told);
            }
        }
    }

    @Test
    @Tag("PL-13")
    @Tag("IV-11")
    void aStreamGoesOnWhileItsExecutorIsSwapped() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        try (Running server = Running.briefly(data)) {
            deploy(server, "slow", """
                    def main(ctx, input):
                        for i in range(40):
                            ctx.chunk(i)
                            ctx.await(ctx.sleep(50))
                        return "all"
                    """);
            String plugin = "executor-starlark";
            Files.copy(
                    Versions.copy(House.plugin(plugin), NEXT, folder),
                    data.resolve("plugins").resolve(plugin + "-" + NEXT + ".jar"));
            Eventually.found(
                    "the new version to be listed",
                    Duration.ofSeconds(20),
                    () -> Optional.of(server.get("/api/v1/plugins/" + plugin).body())
                            .filter(view -> view.get("versions").size() == 2));
            try (Stream<String> lines = server.lines("/api/v1/functions/slow/invoke-stream", "{}")) {
                Iterator<String> each =
                        lines.filter(line -> line.startsWith("data:")).iterator();
                assertEquals("data: 0", each.next());
                server.post("/api/v1/plugins/" + plugin + ":activate", "{\"version\": \"" + NEXT + "\"}")
                        .expecting(200);
                for (int i = 1; i < 40; i++) {
                    assertEquals("data: " + i, each.next());
                }
                assertEquals("data: \"all\"", each.next());
                assertTrue(!each.hasNext());
            }
        }
    }
}
