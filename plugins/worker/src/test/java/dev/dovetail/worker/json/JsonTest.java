package dev.dovetail.worker.json;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void valuesAreRead() throws Exception {
        assertEquals(
                Map.of("a", List.of(1L, 2.5, "ü\n\u0001😀", true), "b", Json.Nothing.NULL),
                Json.read(utf8(" {\"a\" : [1, 2.5, \"ü\\n\\u0001\\ud83d\\ude00\", true], \"b\":null} ")));
        assertEquals(-120.0, Json.read(utf8("-1.2E+2")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\" 1}",
                "{a:1}",
                "01",
                "1.",
                "-",
                "nul",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "1 2",
                "'a'",
                "NaN",
                "[1}",
                "{\"a\":1,}",
                "\"abc"
            })
    void whatIsNotJsonIsRefusedByReadingAndByChecking(String text) {
        assertThrows(Json.NotJson.class, () -> Json.read(utf8(text)));
        assertThrows(Json.NotJson.class, () -> Json.check(utf8(text)));
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        assertThrows(Json.NotJson.class, () -> Json.check(new byte[] {'"', (byte) 0xC3, '"'}));
    }

    @Test
    void depthHasALimit() {
        assertDoesNotThrow(() -> Json.check(utf8("[".repeat(900) + "]".repeat(900))));
        assertThrows(Json.NotJson.class, () -> Json.check(utf8("[".repeat(100_000))));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        String odd = "quote \" slash \\ line \n nul \0 half \ud83d end";
        byte[] json = new JsonText()
                .object()
                .field("text", odd)
                .field("number", -5)
                .field("flag", true)
                .key("list")
                .value(List.of("a", "b"))
                .key("map")
                .value(Map.of("k", "v"))
                .end()
                .utf8();
        Fields fields = Fields.read(json);
        assertEquals(odd, fields.text("text"));
        assertEquals(-5, fields.number("number"));
        assertEquals(List.of("a", "b"), fields.texts("list"));
        assertEquals("v", fields.at("map").text("k"));
        assertEquals("{\"k\":\"v\"}", fields.json("map").orElseThrow().text());
        assertFalse(fields.has("other"));
        assertThrows(Json.NotJson.class, () -> fields.number("text"));
    }
}
