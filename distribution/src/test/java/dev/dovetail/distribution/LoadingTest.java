package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Code that needs more memory than it may while it is loaded is told so by its calls, in every language, as what it is. */
@Timeout(180)
@Tag("FH-06")
final class LoadingTest {
    @TempDir
    private static Path folder;

    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        server = Running.briefly(Files.createDirectory(folder.resolve("data")));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /** Twice: what is left of the first start does not spoil the next. */
    private static void tooLarge(String runtime, String source) throws Exception {
        String name = "large-" + runtime.replaceAll("[^a-z]", "");
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", name).put("runtime", runtime).put("memoryMb", 128).put("timeoutSeconds", 60);
        function.putObject("code").put("source", source);
        server.post("/api/v1/functions", function).expecting(201);
        for (int i = 0; i < 2; i++) {
            JsonNode told = server.post("/api/v1/functions/" + name + "/invoke", "{}")
                    .expecting(507)
                    .body();
            assertEquals("memory_limit", told.get("code").stringValue(), told::toString);
            assertEquals("function", told.get("owner").stringValue(), told::toString);
            assertTrue(told.get("detail").stringValue().contains("memory"), told::toString);
        }
    }

    @Test
    @Needs({Need.PYTHON, Need.BUBBLEWRAP})
    void python() throws Exception {
        tooLarge(Installed.newest(server, "python"), """
                held = [bytearray(16 << 20) for _ in range(64)]
                def handler(event, context):
                    return len(held)
                """);
    }

    @Test
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    void javaScript() throws Exception {
        tooLarge(Installed.newest(server, "node"), """
                const held = [];
                for (let i = 0; i < 64; i++) held.push(new Array(2 << 20).fill(i + 0.5));
                exports.handler = async () => held.length;
                """);
    }

    @Test
    @Needs({Need.BUBBLEWRAP})
    void java() throws Exception {
        tooLarge(Installed.newest(server, "java"), """
                import java.util.ArrayList;
                import java.util.List;
                import java.util.Map;
                public class Handler {
                    static final List<byte[]> HELD = new ArrayList<>();
                    static {
                        for (int i = 0; i < 64; i++) HELD.add(new byte[16 << 20]);
                    }
                    public Object handleRequest(Map<String, Object> event) {
                        return HELD.size();
                    }
                }
                """);
    }

    @Test
    @Needs({Need.RUBY, Need.BUBBLEWRAP})
    void ruby() throws Exception {
        tooLarge(Installed.newest(server, "ruby"), """
                HELD = Array.new(64) { |i| i.to_s * (8 << 20) }
                def handler(event:, context:)
                  HELD.length
                end
                """);
    }

    @Test
    @Needs({Need.BASH, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
    void aProgramOfItsOwn() throws Exception {
        tooLarge("provided", """
                #!/bin/bash
                held=$(head -c 400000000 /dev/zero | tr '\\0' x)
                while true; do
                  curl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" > /dev/null
                done
                """);
    }

    @Test
    void starlark() throws Exception {
        tooLarge("starlark", """
                HELD = ["x" * (4 << 20) + str(i) for i in range(256)]
                def main(ctx, input):
                    return len(HELD)
                """);
    }
}
