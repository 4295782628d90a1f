package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
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

/** What every function has, functions in WebAssembly have too: metrics, retries, dead letters. */
@Tag("TE-02")
@Timeout(180)
final class WasmTest {
    private static final Path WASM = House.HOME.resolve("examples/wasm/c/main.wasm");

    @TempDir
    private static Path folder;

    private static Path data;
    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
        server = Running.briefly(data);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void deploy(String name, String traits) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.wasm"));
            zip.write(Files.readAllBytes(WASM));
        }
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", name).put("runtime", "wasm").put("handler", "main.handler");
        function.set("traits", Running.JSON.readTree(traits));
        function.putObject("code").put("zip", Base64.getEncoder().encodeToString(bytes.toByteArray()));
        server.post("/api/v1/functions", function).expecting(201);
    }

    /** The sum of all samples of this name and function whose labels have this. */
    private static double metric(String name, String function, String labels) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = server.address().resolve("/metrics");
            String token = Files.readString(data.resolve("token")).strip();
            String text = client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            return text.lines()
                    .filter(line -> line.startsWith(name + "{")
                            && line.contains("function=\"" + function + "\"")
                            && line.contains(labels))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    private static int sent(String method, String path, String json) throws Exception {
        return server.send(method, path, BodyPublishers.ofString(json), Map.of("Content-Type", "application/json"))
                .status();
    }

    private static int uploaded(String path, String name) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(("--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" + name
                        + "\r\n--B\r\nContent-Disposition: form-data; name=\"wasm\"; filename=\"main.wasm\"\r\n\r\n")
                .getBytes());
        form.writeBytes(Files.readAllBytes(WASM));
        form.writeBytes("\r\n--B--\r\n".getBytes());
        return server.send(
                        "POST",
                        path,
                        BodyPublishers.ofByteArray(form.toByteArray()),
                        Map.of("Content-Type", "multipart/form-data; boundary=B"))
                .status();
    }

    @Test
    void aDryRunOfTheFacadeChangesNothing() throws Exception {
        deploy("dry", "{}");
        String one = "/functions/v1/dry";
        assertEquals(200, uploaded("/functions/v1/deploy?dryRun=true", "unborn"));
        assertEquals(404, sent("GET", "/functions/v1/unborn", ""));
        assertEquals(409, uploaded("/functions/v1/deploy?dryRun=true", "dry"));
        assertEquals(200, sent("PATCH", one + "?dryRun=true", "{\"enabled\":false}"));
        assertEquals(204, sent("DELETE", one + "?dryRun=true", ""));
        assertEquals(400, sent("PATCH", one, "{\"enabld\":false}"));
        server.post("/api/v1/functions/dry/invoke", "\"one two\"").expecting(200);
    }

    @Test
    @Tag("OB-05")
    void callsErrorsTimesAndColdStartsAreMeasured() throws Exception {
        deploy("measured", "{}");
        for (int i = 0; i < 3; i++) {
            server.post("/api/v1/functions/measured/invoke", "\"one two\"").expecting(200);
        }
        server.post("/api/v1/functions/measured/invoke", "{}").expecting(500);
        assertEquals(4, metric("functions_invocations_total", "measured", ""));
        assertEquals(3, metric("functions_invocations_total", "measured", "status=\"succeeded\""));
        assertEquals(1, metric("functions_invocations_errors_total", "measured", ""));
        assertEquals(4, metric("function_duration_seconds_count", "measured", ""));
        assertTrue(metric("function_duration_seconds_sum", "measured", "") > 0);
        double cold = metric("functions_invocations_cold_start_total", "measured", "");
        assertTrue(cold >= 1 && cold < 4, cold + " cold starts");
        assertTrue(metric("function_init_duration_seconds_count", "measured", "") >= 1);
        assertTrue(metric("function_init_duration_seconds_sum", "measured", "") > 0);
    }

    @Test
    @Tag("FH-08")
    void aFailureIsTriedAgainAsItsPolicySaysAndThenADeadLetterThatIsDrivenAgain() throws Exception {
        deploy("retried", "{\"retry\":{\"maxAttempts\":3,\"initialDelayMs\":10}}");
        String id = server.post("/api/v1/functions/retried/invoke-async", "{\"no\":\"text\"}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        JsonNode ended = awaited(id, "dead_lettered");
        assertEquals(3, ended.get("attempt").intValue(), ended::toString);
        assertTrue(ended.toString().contains("expected a text"), ended::toString);
        JsonNode letter =
                server.get("/api/v1/dead-letters/" + id).expecting(200).body();
        assertEquals("retried", letter.get("function").stringValue(), letter::toString);
        String anew = server.post("/api/v1/dead-letters/" + id + ":redrive", "{\"input\":\"one two two\"}")
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
        JsonNode answer = awaited(anew, "succeeded");
        assertEquals(3, answer.at("/output/words").intValue(), answer::toString);
        assertEquals(id, answer.get("redriveOf").stringValue());
    }

    private static JsonNode awaited(String id, String status) throws Exception {
        return Eventually.found(
                "it to be " + status,
                Duration.ofSeconds(30),
                () -> Optional.of(server.get("/api/v1/executions/" + id)
                                .expecting(200)
                                .body())
                        .filter(shown -> shown.get("status").stringValue().contains("." + status + ".")));
    }
}
