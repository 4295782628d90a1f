package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an operator does with plugins, on the packaged server, by hand. */
@Timeout(300)
final class OperatorTest {
    private static final String PLUGINS = "/api/v1/plugins";
    private static final String STARLARK = PLUGINS + "/executor-starlark";
    private static final Duration SECONDS = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void makeTheDataFolder() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
    }

    @Test
    @Tag("PL-01")
    @Tag("NM-02")
    void aDroppedVersionIsShelvedActivatedAndRolledBack() throws Exception {
        try (Running server = Running.briefly(data)) {
            server.post("/api/v1/functions", greet()).expecting(201);
            drop(Versions.copy(House.plugin("executor-starlark"), "0.2.0", folder));
            awaitState(server, "executor-starlark", "0.2.0", "shelved");
            assertServes(server, "0.1.0");
            Answer activated = server.post(STARLARK + ":activate", "{\"version\": \"0.2.0\"}");
            assertEquals("0.2.0", activated.expecting(200).body().get("active").stringValue());
            assertServes(server, "0.2.0");
            server.post(STARLARK + ":rollback", "").expecting(200);
            assertServes(server, "0.1.0");
            JsonNode unknown = server.post(STARLARK + ":activate", "{\"version\": \"9.9.9\"}")
                    .expecting(404)
                    .body();
            assertTrue(unknown.get("detail").stringValue().contains("0.2.0"), unknown::toString);
            assertEquals(
                    204,
                    server.send("DELETE", STARLARK + "?version=0.2.0", BodyPublishers.noBody(), Map.of())
                            .status());
            assertEquals(Running.TERMINATED, server.stop());
        }
        try (Running server = Running.briefly(data)) {
            assertServes(server, "0.1.0");
        }
    }

    @Test
    void whatNeedsAConfigurationWaitsForItAndTroublesNobody() throws Exception {
        try (Running server = Running.briefly(data)) {
            awaitState(server, "database-postgres", "0.1.0", "active");
            assertEquals(
                    "up",
                    server.get("/health").expecting(200).body().get("status").stringValue());
        }
    }

    @Test
    @Tag("PL-10")
    void anUploadNeedsTheSignatureOfATrustedKey() throws Exception {
        KeyPair mine = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair foreign = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String trusted = Base64.getEncoder().encodeToString(mine.getPublic().getEncoded());
        Files.writeString(data.resolve("dovetail.json"), "{\"plugins\": {\"trusted-keys\": [\"" + trusted + "\"]}}");
        byte[] jar = Files.readAllBytes(Versions.copy(House.plugin("executor-starlark"), "0.3.0", folder));
        try (Running server = Running.briefly(data)) {
            server.post("/api/v1/functions", greet()).expecting(201);
            refusedUpload(server, jar, Optional.empty(), "needs a detached Ed25519 signature");
            refusedUpload(server, jar, Optional.of(signed(jar, foreign)), "somebody else signed it");
            byte[] changed = jar.clone();
            changed[changed.length / 2] ^= 1;
            refusedUpload(server, changed, Optional.of(signed(jar, mine)), "the file was changed");
            Answer taken = upload(server, jar, Optional.of(signed(jar, mine)));
            assertEquals("0.3.0", taken.expecting(201).body().get("version").stringValue());
            server.post(STARLARK + ":activate", "{\"version\": \"0.3.0\"}").expecting(200);
            assertServes(server, "0.3.0");
        }
    }

    @Test
    @Tag("NM-22")
    void whatIsRefusedIsRefusedWithItsReasonAndTheOldOneServesOn() throws Exception {
        try (Running server = Running.briefly(data)) {
            server.post("/api/v1/functions", greet()).expecting(201);
            drop(sample("0.1.0", "").in(folder));
            awaitState(server, "secrets-sample", "0.1.0", "active");
            drop(sample("0.2.0", "if (true) throw new IllegalStateException(\"the lamp is out\");")
                    .in(folder));
            drop(sample("0.3.0", "").manifest("Plugin-Requires", ">=9.0.0").in(folder));
            awaitState(server, "secrets-sample", "0.2.0", "shelved");
            Eventually.found(
                    "the refusal of what wants a newer kernel",
                    SECONDS,
                    () -> Optional.of(server.get(PLUGINS)
                                    .body()
                                    .path("refusedFiles")
                                    .toString())
                            .filter(files -> files.contains("secrets-sample 0.3.0 requires the SPI >=9.0.0")));
            JsonNode refusal = server.post(PLUGINS + "/secrets-sample:activate", "{\"version\": \"0.2.0\"}")
                    .expecting(422)
                    .body();
            assertTrue(refusal.get("detail").stringValue().contains("the lamp is out"), refusal::toString);
            JsonNode view =
                    server.get(PLUGINS + "/secrets-sample").expecting(200).body();
            assertEquals("0.1.0", view.get("active").stringValue());
            assertTrue(view.toString().contains("the lamp is out"), view::toString);
            assertServes(server, "0.1.0");
        }
    }

    @Test
    @Tag("NM-05")
    void aVersionThatEndsTheProcessIsGoneBackFrom() throws Exception {
        try (Running server = Running.briefly(data)) {
            drop(sample("0.1.0", "").in(folder));
            awaitState(server, "secrets-sample", "0.1.0", "active");
            drop(sample("0.2.0", "Runtime.getRuntime().halt(3);").in(folder));
            awaitState(server, "secrets-sample", "0.2.0", "shelved");
            try {
                server.post(PLUGINS + "/secrets-sample:activate", "{\"version\": \"0.2.0\"}");
            } catch (IOException e) {
                // the connection ends with the process
            }
            assertEquals(3, server.ended());
        }
        // once may be an accident, so it is tried again, and ends the process again
        House.run(data, "start", "--port", "0").expecting(3);
        try (Running server = Running.briefly(data)) {
            JsonNode view =
                    server.get(PLUGINS + "/secrets-sample").expecting(200).body();
            assertEquals("0.1.0", view.get("active").stringValue(), view::toString);
            assertTrue(view.toString().contains("while it was on trial"), view::toString);
        }
    }

    /** A secret store that does something when it is opened. */
    private static SourceJar sample(String version, String onOpen) {
        return SourceJar.of("secrets-sample", version).provider("sample.SampleProvider", """
                package sample;
                import dev.dovetail.spi.*;
                import dev.dovetail.spi.plugin.*;
                import dev.dovetail.spi.secret.*;
                import java.util.*;
                public final class SampleProvider implements SecretStoreProvider {
                    @Override public Name type() { return Name.of("sample"); }
                    @Override public SecretStore open(Config config, Context context) {
                        %s
                        return new Store();
                    }
                    record Store() implements SecretStore {
                        @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                            return Optional.empty();
                        }
                        @Override public void close() {}
                    }
                }
                """.formatted(onOpen));
    }

    /** Puts it into the operator's folder as a careful operator would: copied beside, then renamed. */
    private void drop(Path jar) throws IOException {
        Path plugins = Files.createDirectories(data.resolve("plugins"));
        Path part = Files.copy(jar, plugins.resolve(jar.getFileName() + ".part"));
        Files.move(part, plugins.resolve(jar.getFileName()));
    }

    /** Waits until a version is listed as this. */
    private static void awaitState(Running server, String id, String version, String wanted) throws Exception {
        Eventually.found(id + " " + version + " to be " + wanted, SECONDS, () -> {
            for (JsonNode each : server.get(PLUGINS + "/" + id).body().path("versions")) {
                if (each.get("version").stringValue().equals(version)
                        && each.get("state").stringValue().equals(wanted)) {
                    return Optional.of(true);
                }
            }
            return Optional.empty();
        });
    }

    private static Answer upload(Running server, byte[] jar, Optional<String> signature) throws Exception {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/java-archive"));
        signature.ifPresent(text -> headers.put("X-Plugin-Signature", text));
        return server.send("POST", PLUGINS, BodyPublishers.ofByteArray(jar), headers);
    }

    private static void refusedUpload(Running server, byte[] jar, Optional<String> signature, String words)
            throws Exception {
        JsonNode problem = upload(server, jar, signature).expecting(422).body();
        assertTrue(problem.get("detail").stringValue().contains(words), problem::toString);
        assertEquals(1, server.get(STARLARK).body().get("versions").size());
    }

    private static String signed(byte[] content, KeyPair pair) throws Exception {
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initSign(pair.getPrivate());
        ed25519.update(content);
        return Base64.getEncoder().encodeToString(ed25519.sign());
    }

    private static JsonNode greet() {
        return Running.JSON.valueToTree(Map.of(
                "name",
                "greet",
                "runtime",
                "starlark",
                "code",
                Map.of("source", "def main(ctx, input):\n    return {\"hello\": input.name}\n")));
    }

    /** Calls a function and checks which version of its executor the record names. */
    private static void assertServes(Running server, String version) throws Exception {
        Answer answer = server.post("/api/v1/functions/greet/invoke", "{\"name\": \"you\"}")
                .expecting(200);
        assertEquals("you", answer.body().get("hello").stringValue());
        String id = answer.headers().get("X-Execution-Id");
        JsonNode record = Eventually.found(
                "the record of " + id,
                Duration.ofSeconds(30),
                () -> Optional.of(server.get("/api/v1/executions/" + id))
                        .filter(found -> found.status() == 200)
                        .map(Answer::body));
        assertEquals("executor-starlark " + version, record.get("plugin").stringValue());
    }
}
