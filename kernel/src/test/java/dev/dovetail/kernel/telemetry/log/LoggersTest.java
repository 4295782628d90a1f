package dev.dovetail.kernel.telemetry.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("OB-08")
final class LoggersTest {
    /** A process that logs in every way there is. */
    static final class Talker {
        private Talker() {}

        public static void main(String[] arguments) {
            System.Logger logger = System.getLogger("dev.dovetail.Talker");
            logger.log(Level.INFO, "plain '{'braces'}' {0}", "and more");
            logger.log(Level.DEBUG, "not wanted");
            new LogContext("acme", "digest", "v1", "e-1", "t-1", "r-1")
                    .bound()
                    .run(() -> logger.log(Level.ERROR, "within a call", new IllegalStateException("why")));
            System.getLogger("org.library").log(Level.INFO, "chatter");
            Loggers.adoptLibraries();
            java.util.logging.Logger.getLogger("org.older").warning("from a library");
            Loggers.flush(Duration.ofSeconds(10));
        }
    }

    @Test
    @Timeout(60)
    @Tag("OB-16")
    void whatAProcessLogsIsJsonOnItsStandardErrorAndNothingElseIs() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Talker.class.getName())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        JsonMapper json = JsonMapper.builder().build();
        List<JsonNode> lines = said.lines().map(json::readTree).toList();
        assertEquals(
                List.of("plain {braces} and more", "within a call", "from a library"),
                lines.stream().map(line -> line.get("message").stringValue()).toList());
        assertEquals(
                List.of("info", "error", "warn"),
                lines.stream().map(line -> line.get("level").stringValue()).toList());
        assertEquals("e-1", lines.get(1).get("executionId").stringValue());
        assertEquals("r-1", lines.get(1).get("requestId").stringValue());
        assertTrue(lines.get(1).get("error").stringValue().startsWith("java.lang.IllegalStateException: why"));
        assertFalse(lines.getFirst().has("tenant"));
        assertEquals("org.older", lines.get(2).get("logger").stringValue());
    }

    @Test
    void theLongestBeginningThatFitsDecidesTheLevel() {
        LogSettings settings = new LogSettings(
                LogSettings.Format.JSON,
                Map.of("", Level.WARNING, "dev.dovetail", Level.INFO, "dev.dovetail.kernel.http", Level.DEBUG));
        assertEquals(Level.WARNING, settings.of("io.helidon"));
        assertEquals(Level.INFO, settings.of("dev.dovetail"));
        assertEquals(Level.INFO, settings.of("dev.dovetail.kernel.httpx"));
        assertEquals(Level.DEBUG, settings.of("dev.dovetail.kernel.http.Routes"));
        assertEquals(Level.WARNING, settings.of("dev.dovetailed"));
    }

    @Test
    void aChangeOfSettingsReachesLoggersThatAreThere() {
        AtomicReference<LogSettings> settings =
                new AtomicReference<>(new LogSettings(LogSettings.Format.JSON, Map.of("", Level.ERROR)));
        List<byte[]> lines = new ArrayList<>();
        NamedLogger logger = new NamedLogger("x", lines::add, settings::get);
        logger.log(Level.INFO, "one");
        settings.set(new LogSettings(LogSettings.Format.JSON, Map.of("x", Level.TRACE)));
        logger.log(Level.INFO, "two");
        settings.set(new LogSettings(LogSettings.Format.JSON, Map.of("x", Level.OFF)));
        logger.log(Level.ERROR, "three");
        assertEquals(1, lines.size());
        assertTrue(new String(lines.getFirst(), StandardCharsets.UTF_8).contains("\"two\""));
    }

    @Test
    void aMessageWithStrayBracesIsToldAsItIs() {
        List<byte[]> lines = new ArrayList<>();
        LogSettings settings = new LogSettings(LogSettings.Format.TEXT, Map.of());
        new NamedLogger("x", lines::add, () -> settings).log(Level.INFO, "{\"a\": {1}}", 7);
        assertTrue(new String(lines.getFirst(), StandardCharsets.UTF_8).contains("{\"a\": {1}}"));
    }

    @Test
    void anUnknownWordIsRefusedWithThoseThatAreKnown() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LogSettings.level("loud"))
                .getMessage()
                .contains("\"loud\"; expected trace, debug, info"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LogSettings.format("xml"))
                .getMessage()
                .contains("\"xml\"; expected json or text"));
    }
}
