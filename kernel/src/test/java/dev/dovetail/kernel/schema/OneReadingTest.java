package dev.dovetail.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.testkit.FirstRunCounts;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.util.RawValue;

/** What is taken from outside can be read by everybody afterwards: looked at or read whole, kept inside other documents, written anew. */
@FirstRunCounts
final class OneReadingTest {
    private static final int ROUNDS = 20_000;
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"b\"",
            "\"\\u0061\"",
            "1",
            "-0",
            "1e400",
            "1e-400",
            "1.5e3",
            "\\",
            "1e99999999999",
            "1e-99999999999",
            "0.1",
            "9".repeat(30),
            "9".repeat(10_001),
            "null",
            "true",
            "\"",
            "\"\\ud83d\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ude00\"",
            "\"\\\\ud83d\"",
            "\"é\"",
            "\"😀\"",
            " ",
            "\n",
            "\ufeff",
            "\u0000",
            "NaN");

    private final Schemas schemas = new Schemas();

    /** Whether it is taken; if so, everybody can read it. */
    private boolean taken(byte[] text) {
        Bytes bytes = Bytes.of(text);
        try {
            schemas.checkJson(bytes);
        } catch (Schemas.Malformed e) {
            assertThrows(Schemas.Malformed.class, () -> schemas.parse(text));
            return false;
        }
        var read = schemas.parse(text);
        var kept = schemas.object();
        kept.putRawValue("input", new RawValue(bytes.text()));
        assertEquals(read, schemas.parse(schemas.bytes(kept)).get("input"));
        assertEquals(read, schemas.parse(schemas.bytes(read)));
        return true;
    }

    @Test
    void whatIsTakenIsReadAlikeByAll() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            text(random, 3, text);
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(10) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                taken += taken(bytes) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + text, e);
            }
        }
        assertTrue(taken > ROUNDS / 20 && taken < ROUNDS * 19 / 20, "one-sided: " + taken + " taken, seed " + seed);
    }

    /** Mostly JSON. */
    private static void text(Random random, int depth, StringBuilder to) {
        switch (random.nextInt(depth == 0 ? 2 : 5)) {
            case 0, 1 -> to.append(PIECES.get(random.nextInt(8) == 0 ? random.nextInt(PIECES.size()) : 9));
            case 2, 3 -> {
                to.append('{');
                for (int i = random.nextInt(4); i > 0; i--) {
                    to.append(random.nextInt(8) == 0 ? "\"a\"" : "\"n" + i + "\"")
                            .append(": ");
                    text(random, depth - 1, to);
                    to.append(i > 1 ? "," : "");
                }
                to.append('}');
            }
            default -> {
                to.append('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    text(random, depth - 1, to);
                    to.append(i > 1 ? ", " : "");
                }
                to.append(']');
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1, \"a\": 2}",
                "{\"b\": {\"a\": 1, \"\\u0061\": 2}}",
                "[1e400]",
                "[-1e99999999999999999999]",
                "[1e-99999999999999999999]",
                "\"\\ud83d\"",
                "\"\\ud83d\\ud83d\"",
                "\"\\\\\\ude00\"",
                "\ufeff{}",
                "[1",
                "{\"a\":",
                "[1] 2",
                "",
                "NaN"
            })
    void whatNotEverybodyReadsIsNotTaken(String text) {
        assertEquals(false, taken(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE", "ISO-8859-1"})
    void onlyUtf8IsTaken(String charset) {
        assertEquals(false, taken("{\"é\": 1}".getBytes(Charset.forName(charset))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\\\\ud83d\"", "\"\\ud83d\\ude00\"", "\"😀 \\u00e9\"", "1e308", "1e-400", "\"\\\\\"", "[[],{}]"
            })
    void whatIsOnlyUnusualIsTaken(String text) {
        assertEquals(true, taken(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void depthAndLengthHaveOneBound() {
        assertEquals(true, taken(("[".repeat(200) + "]".repeat(200)).getBytes(StandardCharsets.UTF_8)));
        assertEquals(false, taken(("[".repeat(201) + "]".repeat(201)).getBytes(StandardCharsets.UTF_8)));
        assertEquals(true, taken("9".repeat(10_000).getBytes(StandardCharsets.UTF_8)));
        assertEquals(false, taken("9".repeat(10_001).getBytes(StandardCharsets.UTF_8)));
        assertEquals(false, taken(("[" + "1".repeat(10_001) + ".5]").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFlawIsSaidInWordsOfItsOwn() {
        assertEquals(
                "Not JSON: it begins with a byte order mark; JSON is UTF-8 without one",
                assertThrows(Schemas.Malformed.class, () -> schemas.parse("\ufeff{}".getBytes(StandardCharsets.UTF_8)))
                        .getMessage());
        String cut = assertThrows(Schemas.Malformed.class, () -> schemas.parse("{".getBytes(StandardCharsets.UTF_8)))
                .getMessage();
        assertEquals("Not JSON: Unexpected end-of-input: expected close marker for Object (line 1, column 2)", cut);
        byte[] nested = ("[".repeat(201) + "]".repeat(201)).getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "Not JSON: more than 200 values are inside one another",
                assertThrows(Schemas.Malformed.class, () -> schemas.parse(nested))
                        .getMessage()
                        .replaceFirst(" \\(line .*", ""));
        String large = assertThrows(Schemas.Malformed.class, () -> schemas.checkJson(Bytes.utf8("{\"a\": 1e400}")))
                .getMessage();
        assertTrue(large.startsWith("Not JSON: The number 1e400 is out of range"), large);
    }
}
