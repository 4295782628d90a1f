package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the files of the embedded store. */
@Timeout(300)
final class EncryptionTest {
    private static final String GO = "gts.acme.shop.events.go.v1~";
    private static final String TELLING = "DE02120300000000202051";

    @TempDir
    private Path folder;

    @Test
    @Tag("WF-06")
    void nothingOfAnInputIsInTheFilesOfTheStore() throws Exception {
        Path plain = Files.createDirectory(folder.resolve("plain"));
        carry(plain);
        assertTrue(!telling(plain).isEmpty(), "where it is not encrypted it is found like this");

        Path data = Files.createDirectory(folder.resolve("data"));
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Path key = Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(secret) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(data.resolve("dovetail.json"), "{\"executions\": {\"encryption-key-file\": \"../key\"}}");
        String id = carry(data);
        assertEquals(List.of(), telling(data));

        Files.move(key, folder.resolve("elsewhere"));
        refuses(data, "There is no key file");
        Files.writeString(data.resolve("dovetail.json"), "{}");
        refuses(data, "executions.encryption-key-file");
        Files.move(folder.resolve("elsewhere"), key);
        Files.writeString(data.resolve("dovetail.json"), "{\"executions\": {\"encryption-key-file\": \"../key\"}}");
        try (Running server = Running.briefly(data)) {
            server.post(
                            "/api/v1/executions/" + id + ":signal",
                            "{\"type\":\"" + GO + "\",\"payload\":\"" + TELLING + "\"}")
                    .expecting(202);
            await(server, id, "succeeded");
        }
        assertEquals(List.of(), telling(data));
    }

    private static void refuses(Path data, String words) throws Exception {
        String said = House.run(data, "start", "--port", "0").expecting(2).err();
        assertTrue(said.contains(words), said);
    }

    /** One that waits when the server is killed. */
    private static String carry(Path data) throws Exception {
        try (Running server = Running.briefly(data)) {
            server.post(
                            "/api/v1/functions",
                            Running.JSON.valueToTree(Map.of(
                                    "name",
                                    "waits",
                                    "kind",
                                    "workflow",
                                    "runtime",
                                    "starlark",
                                    "code",
                                    Map.of(
                                            "source",
                                            "def main(ctx, input):\n    ctx.checkpoint(\"told\")\n    return ctx.await(ctx.events.wait(\""
                                                    + GO + "\")).value\n"))))
                    .expecting(201);
            String id = server.post("/api/v1/functions/waits/invoke-async", "{\"iban\": \"" + TELLING + "\"}")
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            await(server, id, "suspended");
            assertEquals(
                    TELLING,
                    server.get("/api/v1/executions/" + id + "/snapshots/told")
                            .expecting(200)
                            .body()
                            .at("/variables/0/variables/input/iban")
                            .stringValue(),
                    "for whoever may read it, with what the variables had");
            return id;
        }
    }

    private static void await(Running server, String id, String status) throws Exception {
        Eventually.holds(
                "it is " + status,
                Duration.ofSeconds(30),
                () -> server.get("/api/v1/executions/" + id).body().toString().contains("." + status + "."));
    }

    /** The files that have it. */
    private static List<Path> telling(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(TELLING))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
