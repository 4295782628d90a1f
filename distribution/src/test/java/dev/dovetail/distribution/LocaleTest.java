package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server does the same wherever it stands: also where digits are written differently, where a capital i has a dot, and where
 * years are counted from elsewhere. What one of them wrote, another reads.
 */
final class LocaleTest {
    private static final String SOURCE = """
            def add(ctx, input):
                return {"sum": r_run_step_v1("add", inner, input).value}

            def inner(ctx, input):
                return input["a"] + 30

            def main(ctx, input):
                return add(ctx, input)
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Duser.language=ar -Duser.country=EG",
                "-Duser.language=tr -Duser.country=TR",
                "-Duser.language=th -Duser.country=TH -Duser.variant=TH"
            })
    void aServerServesInEveryLanguage(String options, @TempDir Path home) throws Exception {
        Path data = home.resolve("data");
        String id;
        try (Running there = in(options, data)) {
            ObjectNode function = Running.JSON
                    .createObjectNode()
                    .put("name", "title-i")
                    .put("kind", "workflow")
                    .put("runtime", "STARLARK")
                    .put("handler", "main.main");
            function.putObject("code").put("source", SOURCE);
            there.post("/api/v1/functions", function).expecting(201);
            id = there.post("/api/v1/functions/title-i/invoke-async", "{\"a\":12}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            assertEquals(42, sum(there, id));
            Eventually.holds("its record is written", () -> listed(there) == 1);
        }
        try (Running here = in("-Duser.language=en -Duser.country=US", data)) {
            assertEquals(42, sum(here, id));
            here.get("/api/v1/functions/title-i/versions/1").expecting(200);
            assertEquals(1, listed(here));
        }
    }

    /** Containers and services mostly have no language at all. */
    @Test
    void filesMayHaveAnyNameWhereNoLanguageIsSet(@TempDir Path home) throws Exception {
        Path data = Files.createDirectories(home.resolve("dat\u00e4n")).resolve("data");
        ProcessBuilder builder = House.process(data, "start", "--port", "0");
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("DOVETAIL_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        try (Running server = Running.of(builder, data)) {
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            try (ZipOutputStream entries = new ZipOutputStream(zip)) {
                entries.putNextEntry(new ZipEntry("main.star"));
                entries.write("def main(ctx, input):\n    return 7\n".getBytes(StandardCharsets.UTF_8));
                entries.putNextEntry(new ZipEntry("f\u00fcr/\u540d\u524d.txt"));
                entries.write(1);
            }
            ObjectNode function = Running.JSON
                    .createObjectNode()
                    .put("name", "named")
                    .put("runtime", "starlark")
                    .put("handler", "main.main");
            function.putObject("code").put("zip", zip.toByteArray());
            server.post("/api/v1/functions", function).expecting(201);
            assertEquals(
                    7,
                    server.post("/api/v1/functions/named/invoke", "{}")
                            .expecting(200)
                            .body()
                            .asInt());
        }
    }

    private static Running in(String options, Path data) throws Exception {
        ProcessBuilder builder = House.process(data, "start", "--port", "0");
        builder.environment().put("DOVETAIL_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + options);
        return Running.of(builder, data);
    }

    private static int listed(Running server) throws Exception {
        return server.get("/api/v1/executions?function=title-i")
                .expecting(200)
                .body()
                .get("items")
                .size();
    }

    private static int sum(Running server, String id) throws Exception {
        return server.get("/api/v1/jobs/" + id + "/result?wait=30")
                .expecting(200)
                .body()
                .at("/sum")
                .asInt();
    }
}
