package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that cannot be deployed are refused in words, and nothing half made stays. */
@ExtendWith(OpenHouse.class)
record BadFunctionsTest(House house) {
    private Reply refused(String body, int status, String code) {
        return house.post("/api/v1/functions", body).isProblem(status, code);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        house.get("/api/v1/functions/bad").isProblem(404, "not_found");
        List<String> blobs = new ArrayList<>();
        house.blobs.scan(Name.of("default"), digest -> blobs.add(digest.hex()));
        assertEquals(List.of(), blobs);
        for (String folder : List.of("cache/code", "cache/drafts")) {
            Path path = house.folder.resolve("data").resolve(folder);
            if (Files.exists(path)) {
                try (Stream<Path> files = Files.walk(path).filter(Files::isRegularFile)) {
                    assertEquals(List.of(), files.toList());
                }
            }
        }
    }

    @Tag("FN-33")
    @Tag("FN-34")
    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1a", "-a", "a_b", "a.b", "a/b", "..", "a b", "\u00e4"})
    void namesAreChecked(String name) {
        refused(House.function(name, "echo"), 422, "validation");
        refused(House.function("a".repeat(65), "echo"), 422, "validation");
    }

    @Tag("NF-22")
    @Tag("NF-23")
    @Tag("TY-13")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"memoryMb\":127",
                "\"memoryMb\":129",
                "\"memoryMb\":10304",
                "\"memoryMb\":\"256\"",
                "\"memoryMb\":192.5",
                "\"timeoutSeconds\":0",
                "\"timeoutSeconds\":901",
                "\"timeoutSeconds\":null",
                "\"environment\":[]",
                "\"environment\":{\"A\":1}",
                "\"environment\":{\"A\":\"x\\u0000y\"}",
                "\"environment\":{\"1A\":\"x\"}",
                "\"kind\":\"job\"",
                "\"tags\":{\"a\":1}",
                "\"maxConcurrent\":0",
                "\"handler\":\"\"",
                "\"contract\":{\"params\":{\"type\":\"thing\"}}",
                "\"contract\":{\"params\":7}",
                "\"traits\":{\"entrypoint\":1}",
                "\"traits\":{\"invocation\":{\"supported\":[]}}",
                "\"traits\":{\"limits\":{\"steps\":0}}",
                "\"traits\":{\"limits\":{\"unknown\":1}}",
                "\"code\":[]"
            })
    void valuesAreChecked(String member) {
        Reply reply = refused(House.function("bad", "echo", member), 422, "validation");
        assertTrue(reply.json().path("errors").size() >= 1, reply.body());
        assertTrue(reply.at("/errors/0/path").startsWith("/" + member.split("\"")[1]), reply.body());
    }

    @Tag("TY-13")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"colour\":1",
                "\"traits\":{\"speed\":1}",
                "\"contract\":{\"input\":{}}",
                "\"code\":{\"text\":\"\"}"
            })
    void unknownFieldsAreNamedTogetherWithTheKnown(String member) {
        Reply reply = refused(House.function("bad", "echo", member), 400, "malformed");
        assertTrue(reply.at("/detail").contains("known are"), reply.body());
    }

    @Test
    void aBodyThatIsNoObjectIsRefused() {
        for (String body : List.of("[]", "1", "null", "\"x\"")) {
            refused(body, 400, "malformed");
        }
        refused("{}", 422, "validation");
    }

    @Tag("SC-01")
    @Test
    void theEnvironmentHasFourKilobytes() {
        String half = "x".repeat(2046);
        refused(
                House.function("bad", "echo", "\"environment\":{\"AB\":\"" + half + "\",\"ABC\":\"" + half + "\"}"),
                422,
                "validation");
        house.post(
                        "/api/v1/functions?dryRun=true",
                        House.function(
                                "bad", "echo", "\"environment\":{\"AB\":\"" + half + "\",\"AC\":\"" + half + "\"}"))
                .is(200);
    }

    @Tag("FN-35")
    @Test
    void anUnknownRuntimeIsAnsweredWithThoseThereAre() {
        Reply reply = refused(House.function("bad", "echo", "\"runtime\":\"cobol\""), 422, "validation");
        assertTrue(reply.at("/detail").contains("[absent, cmd, worker]"), reply.body());
        Reply absent = refused(House.function("bad", "echo", "\"runtime\":\"absent\""), 422, "validation");
        assertTrue(absent.at("/detail").contains("install \"absent\""), absent.body());
    }

    @Tag("TY-16")
    @Test
    void aSyntaxErrorIsToldWithPlaceSnippetAndRemedy() {
        Reply reply = refused(House.function("bad", "echo\ndance now"), 422, "deploy");
        assertEquals("main.cmd:2:1", reply.at("/errors/0/path"));
        assertEquals("dance now", reply.at("/errors/0/snippet"));
        assertTrue(reply.json().at("/errors/0/value").isMissingNode(), reply.body());
        assertEquals("SYNTAX_ERROR", reply.at("/errors/0/code"));
        assertTrue(reply.at("/errors/0/message").contains("use one of the known"), reply.body());
        refused(
                House.function("bad", "echo", "\"code\":{\"source\":\"echo\"},\"handler\":\"../../up.main\""),
                422,
                "deploy");
        refused(House.function("bad", "echo", "\"handler\":\"/etc/cron.main\""), 422, "deploy");
    }

    @Test
    void aZipThatIsNoneIsRefused() {
        refused(House.function("bad", "", "\"code\":{\"zip\":\"not base64!\"}"), 422, "deploy");
        refused(House.function("bad", "", "\"code\":{\"zip\":\"aGVsbG8=\"}"), 422, "deploy");
        house.send(
                        "POST",
                        "/api/v1/functions?name=bad&runtime=cmd",
                        new byte[] {1, 2, 3},
                        "Content-Type",
                        "application/zip")
                .isProblem(422, "deploy");
        house.send(
                        "POST",
                        "/api/v1/functions",
                        "x".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "multipart/form-data")
                .isProblem(400, "malformed");
        house.send(
                        "POST",
                        "/api/v1/functions",
                        "--b\r\nrubbish".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "multipart/form-data; boundary=b")
                .isProblem(400, "malformed");
    }
}
