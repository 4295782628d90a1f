package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says of itself. */
final class HelpTest {
    private final PaperServer server = new PaperServer();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "start",
                "status",
                "run",
                "dev",
                "deploy",
                "invoke",
                "functions",
                "versions",
                "aliases",
                "executions",
                "debug",
                "logs",
                "plugins",
                "dead-letters",
                "usage",
                "nodes",
                "export",
                "import",
                "bench",
                "completion"
            })
    void everyCommandHelps(String command) {
        Ran ran = Ran.run(_ -> server, command, "--help");
        assertEquals(0, ran.status());
        assertTrue(ran.out().startsWith("Usage: dovetail " + command), ran.out());
        ran.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void whoeverAsksForHelpAsForACommandIsHelped() {
        assertEquals(Ran.run(_ -> server, "--help"), Ran.run(_ -> server, "help"));
        assertEquals(Ran.run(_ -> server, "deploy", "--help"), Ran.run(_ -> server, "help", "deploy"));
    }

    @Test
    void wrongUseIsTwoAndSaysWhatWasMeant() {
        Ran ran = Ran.run(_ -> server, "startt");
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("Did you mean: dovetail start"), ran.err());
        assertEquals(2, Ran.run(_ -> server).status());
        assertEquals(
                2, Ran.run(_ -> server, "functions", "--server", "example.org").status());
        assertEquals("dovetail 0.1.0\n", Ran.run(_ -> server, "--version").out());
    }

    @Test
    void theCompletionNamesTheCommands() {
        Ran ran = Ran.run(_ -> server, "completion");
        assertEquals(0, ran.status());
        assertTrue(ran.out().contains("quickstart") && ran.out().contains("--idempotency-key"), ran.out());
    }
}
