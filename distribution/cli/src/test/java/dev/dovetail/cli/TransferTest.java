package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function goes into a file, and comes out of it. */
final class TransferTest {
    private final PaperServer server = new PaperServer();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    private Ran run(String... arguments) {
        return Ran.against(server, arguments);
    }

    @Test
    void aFunctionIsWrittenToAFileAndMadeOfIt() throws IOException {
        Path file = folder.resolve("f.zip");
        Ran written = run("export", "hello-you", "--only", "v1", "--only", "2", "--to", file.toString());
        assertEquals(new Ran(0, "", "hello-you is in " + file + "\n"), written);
        assertEquals("PK of hello-you:export", Files.readString(file));
        assertTrue(
                server.asked.contains("GET /api/v1/functions/hello-you:export?version=v1&version=2"),
                server.asked::toString);
        assertEquals(
                new Ran(0, "hello-you is here: versions [1,2], aliases [\"live\"]\n", ""),
                run("import", file.toString()));
        assertEquals(
                new Ran(0, "hello-you would be here: versions [1,2], aliases [\"live\"]\n", ""),
                run("import", file.toString(), "--replace", "--dry-run"));
        assertTrue(
                server.asked.contains("POST /api/v1/functions:import?replace=true&dryRun=true"),
                server.asked::toString);
        assertTrue(run("import", file.toString(), "--json").out().contains("\"live\""));
        assertEquals(2, run("import", folder.resolve("gone.zip").toString()).status());
    }

    @Test
    void withoutAFileTheBytesGoToStandardOutputAsTheyAreAndNeverToATerminal() throws Exception {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (boolean terminal : new boolean[] {false, true}) {
            Screen screen = new Screen(
                    new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), terminal, false, raw);
            int status = new Main(screen, _ -> server)
                    .run("export", "f", "--server", server.address().toString());
            assertEquals(terminal ? Main.UNUSABLE : 0, status);
        }
        assertArrayEquals("PK of f:export".getBytes(StandardCharsets.UTF_8), raw.toByteArray());
    }
}
