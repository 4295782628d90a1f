package dev.dovetail.kernel.telemetry.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogLineTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.5Z");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static JsonNode json(LogLine line) {
        byte[] bytes = line.bytes(LogSettings.Format.JSON);
        assertEquals('\n', bytes[bytes.length - 1]);
        assertEquals(1, new String(bytes, StandardCharsets.UTF_8).lines().count());
        assertTrue(bytes.length <= LogLine.MOST_BYTES, () -> bytes.length + " bytes");
        return JSON.readTree(bytes);
    }

    @Test
    @Tag("OB-08")
    @Tag("OB-16")
    void aLineHasTimeLevelLoggerMessageAndTheIdsThatAreKnown() {
        LogContext context = new LogContext("acme", "digest", "v2", "e-1", "t-1", "");
        JsonNode line = json(LogLine.of(NOON, Level.WARNING, "dev.dovetail.X", "It \"is\"\n\u0007 so", context));
        Map<String, String> members = line.properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().stringValue()));
        assertEquals(
                Map.of(
                        "time", "2026-11-21T12:00:00.500Z",
                        "level", "warn",
                        "logger", "dev.dovetail.X",
                        "message", "It \"is\"\n\u0007 so",
                        "tenant", "acme",
                        "function", "digest",
                        "version", "v2",
                        "executionId", "e-1",
                        "traceId", "t-1"),
                members);
    }

    @Test
    void anExceptionIsTold() {
        Exception thrown = new IllegalStateException("outer", new IllegalArgumentException("inner"));
        JsonNode line = json(new LogLine(NOON, Level.ERROR, "x", "Gone", LogContext.NONE, Optional.of(thrown)));
        String stack = line.get("error").stringValue();
        assertTrue(stack.startsWith("java.lang.IllegalStateException: outer\n\tat "), stack);
        assertTrue(stack.contains("Caused by: java.lang.IllegalArgumentException: inner"), stack);
    }

    @Test
    void anExceptionThatCannotPrintItselfIsNamed() {
        Exception thrown = new Exception() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message today");
            }
        };
        JsonNode line = json(new LogLine(NOON, Level.ERROR, "x", "Gone", LogContext.NONE, Optional.of(thrown)));
        assertTrue(line.get("error").stringValue().contains("cannot print itself"));
    }

    @Test
    @Tag("OB-08")
    void everyTextMakesALineThatParsesAndIsBounded() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 3_000; i++) {
            int length = i % 50 == 0 ? 30_000 : random.nextInt(200);
            int top = List.of(0x20, 0x80, 0x3000, 0xe000, 0x10ffff).get(random.nextInt(5));
            StringBuilder text = new StringBuilder();
            for (int n = 0; n < length; n++) {
                text.appendCodePoint(random.nextInt(top));
            }
            String message = text.toString();
            LogContext context = new LogContext(message, "", "", message, "", "");
            JsonNode line =
                    json(new LogLine(NOON, Level.INFO, message, message, context, Optional.of(new Exception(message))));
            if (length < 200 && message.chars().noneMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
                assertEquals(message, line.get("message").stringValue(), () -> "seed " + seed);
            }
            byte[] plain = new LogLine(NOON, Level.INFO, message, message, context, Optional.empty())
                    .bytes(LogSettings.Format.TEXT);
            assertTrue(plain.length <= LogLine.MOST_BYTES, () -> "seed " + seed);
            assertEquals(1, new String(plain, StandardCharsets.UTF_8).lines().count(), () -> "seed " + seed);
        }
    }

    @Test
    void textForPeopleCannotDriveTheirTerminal() {
        String text = new String(
                LogLine.of(NOON, Level.INFO, "dev.dovetail.kernel.X", "a\u001b[2Jb", LogContext.NONE)
                        .bytes(LogSettings.Format.TEXT),
                StandardCharsets.UTF_8);
        assertEquals("2026-11-21T12:00:00.500Z info  X  a\\u001b[2Jb\n", text);
        assertFalse(text.contains("\u001b"));
    }
}
