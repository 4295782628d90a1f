package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static Json json(String text) throws Json.Malformed {
        return Json.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-1.5e+10",
                "1E-7",
                "12345678901234567890",
                "true",
                "false",
                "null",
                "\"\"",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fC\"",
                "[]",
                "{}",
                "[1,[2,{\"a\":[]}],\"],\"]",
                "{\"a\":1,\"b\":{\"c\":\"}\"}}"
            })
    void whatIsJsonAndCompactStaysAsItIs(String text) throws Exception {
        assertEquals(text, json(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "tru",
                "nul",
                "True",
                "\"",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{",
                "{a:1}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{1:2}",
                "]",
                "1 1",
                "NaN",
                "//",
                "'a'"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThrows(Json.Malformed.class, () -> json(text));
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertThrows(Json.Malformed.class, () -> Json.of(new byte[] {'"', (byte) 0xff, '"'}));
    }

    @Test
    void depthHasALimit() throws Exception {
        json("[".repeat(400) + "]".repeat(400));
        assertThrows(Json.Malformed.class, () -> json("[".repeat(100_000)));
    }

    @Test
    void partsAreFoundWhateverIsInThem() throws Exception {
        Map<String, Json> fields = json("{\"a,\\\"\" : [1, {\"x\":\"]\"}], \"b\":\"\\u00e4\\\\\", \"c\": {} }")
                .fields();
        assertEquals(List.of("a,\"", "b", "c"), List.copyOf(fields.keySet()));
        assertEquals("[1,{\"x\":\"]\"}]", fields.get("a,\"").toString());
        assertEquals("ä\\", fields.get("b").characters());
        assertEquals(List.of(), fields.get("c").elements());
        assertEquals(
                List.of("1", "{\"x\":\"]\"}"),
                fields.get("a,\"").elements().stream().map(Json::toString).toList());
    }

    @Test
    void aTextIsReadAsItWasWritten() throws Exception {
        String every = "a\"\\/\b\f\n\r\t\u0001\u001f ü \ud83d\ude00";
        assertEquals(every, json(Json.text(every).toString()).characters());
    }
}
