package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The packaged server runs functions in other languages: deployed, called, kept apart, and swapped under load. */
@Timeout(180)
final class LanguagesTest {
    private static final Path WASM = House.HOME.resolve("examples/wasm/c/main.wasm");

    @TempDir
    private static Path folder;

    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        server = Running.briefly(data);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void deploy(String name, String runtime, String source, String more) throws Exception {
        ObjectNode function = (ObjectNode) Running.JSON.readTree("{" + more + "}");
        function.put("name", name).put("runtime", runtime);
        function.putObject("code").put("source", source);
        server.post("/api/v1/functions", function).expecting(201);
    }

    private static Answer call(String name, String input) throws Exception {
        return server.post("/api/v1/functions/" + name + "/invoke", input);
    }

    private static String installed(String language) throws Exception {
        return Installed.newest(server, language);
    }

    @Test
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    @Tag("RT-17")
    @Tag("RT-25")
    void aNodeFunctionWithSecretLayerAndContract() throws Exception {
        server.send("PUT", "/api/v1/secrets/NODE_KEY", BodyPublishers.ofString("{\"value\":\"open-sesame\"}"), Map.of())
                .expecting(200);
        server.send(
                        "POST",
                        "/api/v1/layers/greetings/versions",
                        BodyPublishers.ofByteArray(zip(
                                "nodejs/node_modules/greetings/index.js", "exports.hello = name => 'hello ' + name;")),
                        Map.of("Content-Type", "application/zip"))
                .expecting(201);
        deploy("greeter", installed("node"), """
                const fs = require('fs');
                const greetings = require('greetings');
                exports.handler = async (event, context) => {
                  console.log('greeting', event.name, process.env.KEY);
                  let shadow = 'seen';
                  try { fs.readFileSync('/etc/shadow'); } catch (e) { shadow = 'hidden'; }
                  return {says: greetings.hello(event.name), key: process.env.KEY.length, shadow};
                };
                """, """
                "layers": ["greetings:1"], "environment": {"KEY": "${SECRET:NODE_KEY}"},
                "contract": {"params": {"type": "object", "required": ["name"]}, "returns": {"type": "object"}}""");
        JsonNode answer = call("greeter", "{\"name\":\"you\"}").expecting(200).body();
        assertEquals("hello you", answer.get("says").stringValue());
        assertEquals("open-sesame".length(), answer.get("key").intValue());
        assertEquals("hidden", answer.get("shadow").stringValue());
        call("greeter", "{}").expecting(422);
        String logs = Eventually.found(
                "the line",
                Duration.ofSeconds(5),
                () -> Optional.of(server.get("/api/v1/functions/greeter/logs")
                                .body()
                                .toString())
                        .filter(said -> said.contains("greeting you")));
        assertFalse(logs.contains("open-sesame"), logs);
        String level = server.get("/api/v1/functions/greeter/effective")
                .body()
                .get("isolation")
                .stringValue();
        assertTrue(List.of("standard", "strict").contains(level), level);
    }

    @Test
    @Needs({Need.PYTHON, Need.BUBBLEWRAP})
    @Tag("RT-18")
    @Tag("FH-06")
    void aPythonFunctionThatFailsRunsOutOfTimeAndOutOfMemory() throws Exception {
        deploy("trouble", installed("python"), """
                def handler(event, context):
                    if event["what"] == "raise":
                        raise ValueError("out of cheese")
                    if event["what"] == "loop":
                        while True:
                            pass
                    if event["what"] == "eat":
                        held = []
                        while True:
                            held.append(bytearray(16 << 20))
                    return "fine"
                """, "\"timeoutSeconds\": 1, \"memoryMb\": 128");
        JsonNode raised = call("trouble", "{\"what\":\"raise\"}").expecting(500).body();
        assertTrue(raised.toString().contains("out of cheese"), raised::toString);
        assertTrue(raised.get("place").stringValue().contains("main.py:3"), raised::toString);
        call("trouble", "{\"what\":\"loop\"}").expecting(504);
        JsonNode eaten = call("trouble", "{\"what\":\"eat\"}").body();
        assertTrue(List.of(507, 504).contains(eaten.get("status").intValue()), eaten::toString);
        assertEquals(
                "\"fine\"",
                call("trouble", "{\"what\":\"\"}").expecting(200).body().toString());
    }

    @Test
    @Needs({Need.NODE, Need.BUBBLEWRAP})
    @Tag("PL-13")
    void swappingAnExecutorWithWorkersFailsNoCall() throws Exception {
        deploy("counted", installed("node"), "exports.handler = async event => event.n + 1;", "\"memoryMb\": 128");
        Path plugins = folder.resolve("data/plugins");
        Files.copy(
                Versions.copy(House.plugin("executor-node"), "0.1.1", folder),
                plugins.resolve("executor-node-0.1.1.jar"));
        Eventually.found(
                "the new version to be listed",
                Duration.ofSeconds(10),
                () -> Optional.of(server.get("/api/v1/plugins/executor-node").body())
                        .filter(view -> view.get("versions").size() == 2));
        Crowd.Act act = (_, turn) -> {
            Answer answer = call("counted", "{\"n\":" + turn + "}");
            return answer.status() == 200 && answer.body().longValue() == turn + 1
                    ? ""
                    : answer.status() + " " + answer.body();
        };
        try (Crowd crowd = Crowd.of(4, act)) {
            for (String version : List.of("0.1.1", "0.1.0", "0.1.1")) {
                server.post("/api/v1/plugins/executor-node:activate", "{\"version\":\"" + version + "\"}")
                        .expecting(200);
                crowd.more(50);
            }
            assertEquals(List.of(), crowd.wrong());
        }
    }

    @Test
    @Tag("FN-42")
    @Tag("IV-26")
    @Tag("RT-12")
    @Tag("EX-22")
    @Tag("FH-13")
    void aWebAssemblyModuleThroughTheSixCalls() throws Exception {
        byte[] module = Files.readAllBytes(WASM);
        JsonNode made = form("sixth", module).expecting(201).body();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(module));
        assertEquals(digest, made.get("wasm_hash").stringValue());
        form("sixth", module).expecting(409);
        form("not-a-module", "this is text".getBytes(StandardCharsets.UTF_8)).expecting(400);
        form("too-large", new byte[10 * 1024 * 1024 + 1]).expecting(413);
        server.post("/functions/v1/invoke/sixth", "\"one two two\"").expecting(200);
        server.post("/functions/v1/invoke/sixth", "{not json").expecting(400);
        server.post("/functions/v1/invoke/nobody", "{}").expecting(404);
        JsonNode shown = Eventually.found(
                "the count",
                Duration.ofSeconds(5),
                () -> Optional.of(
                                server.get("/functions/v1/sixth").expecting(200).body())
                        .filter(view -> view.get("invocation_count").intValue() == 1));
        assertEquals(10, shown.get("config").get("timeout").intValue());
        assertEquals(made.get("wasm_hash"), shown.get("wasm_hash"));
        JsonNode line = server.get("/functions/v1/sixth/logs")
                .expecting(200)
                .body()
                .get("items")
                .get(0);
        assertEquals("succeeded", line.get("status").stringValue());
        assertEquals("http", line.get("trigger").stringValue());
        server.post("/api/v1/functions/sixth/invoke-async", "\"two\"").expecting(202);
        Eventually.found(
                "what was accepted",
                Duration.ofSeconds(20),
                () -> Optional.of(server.get("/functions/v1/sixth/logs")
                                .expecting(200)
                                .body()
                                .at("/items/0/trigger"))
                        .filter(trigger -> trigger.stringValue("").equals("async")));
        assertTrue(line.has("duration_ms") && line.has("memory_peak") && line.has("user_id"), line::toString);
        patch("{\"enabled\":false}").expecting(200);
        server.post("/functions/v1/invoke/sixth", "{}").expecting(404);
        patch("{\"enabled\":true,\"config\":{\"timeout\":5}}").expecting(200);
        assertEquals(
                5,
                server.get("/functions/v1/sixth")
                        .body()
                        .get("config")
                        .get("timeout")
                        .intValue());
        server.send("DELETE", "/functions/v1/sixth", BodyPublishers.noBody(), Map.of())
                .expecting(204);
        server.get("/functions/v1/sixth").expecting(404);
    }

    private static Answer patch(String body) throws Exception {
        return server.send(
                "PATCH",
                "/functions/v1/sixth",
                BodyPublishers.ofString(body),
                Map.of("Content-Type", "application/json"));
    }

    private static Answer form(String name, byte[] module) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(("--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" + name
                        + "\r\n--x\r\nContent-Disposition: form-data; name=\"wasm\"; filename=\"a.wasm\"\r\n"
                        + "Content-Type: application/wasm\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.write(module);
        body.write("\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
        return server.send(
                "POST",
                "/functions/v1/deploy",
                BodyPublishers.ofByteArray(body.toByteArray()),
                Map.of("Content-Type", "multipart/form-data; boundary=x"));
    }

    private static byte[] zip(String file, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(file));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
