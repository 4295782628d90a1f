package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be meant is said before the server is asked, in words and not in Java's. */
final class MisusedTest {
    private final PaperServer server = new PaperServer();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    /** @return what is said */
    private String refused(String... arguments) {
        Ran ran = Ran.against(server, arguments);
        assertEquals(2, ran.status(), ran.toString());
        assertEquals("", ran.out());
        assertEquals(List.of(), server.asked);
        return ran.err();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aliases f live --set 1 --delete | Only one of --set and --delete",
                "dead-letters ID --redrive --delete | Only one of --redrive and --delete",
                "dead-letters --rate 5 | --rate has a meaning only with --redrive",
                "dead-letters --version 2 | --version has a meaning only with --redrive",
                "dead-letters ID --dry-run | --dry-run has a meaning only with --redrive or --delete",
                "dead-letters ID --redrive --function f | one is named",
                "plugins p --activate 1.0.0 --rollback | Only one of --upload, --activate, --rollback and --generations",
                "versions f 1 --publish --disable | Only one of --diff, --publish, --enable, --disable and --check",
                "versions f --check | Say what is tried: a version, --code PATH, or --plugin ID=VERSION",
                "versions f 1 --code x.star | --code has a meaning only with --check",
                "versions f 1 --check --code x.star | Either a version that is there is tried or the code at x.star",
                "versions f --check --plugin p | Not a plugin and its version",
                "executions ID --tell cancel --signal x | Only one of --tell and --signal",
                "executions ID --timeline --explain | Only one of --timeline, --graph, --snapshots, --explain",
                "executions ID --payload 1 | --payload has a meaning only with --signal",
                "executions ID --fork 1 --move 2 | Only one of --compare, --move and --fork",
                "executions ID --move 2 --wait | Only one of --timeline, --graph, --snapshots, --explain",
                "executions ID --move 2 --version 3 | --version has a meaning only with --fork",
                "executions ID --compare 2 --dry-run | --dry-run has a meaning only with --fork or --move",
                "executions --compare 2 | Say which execution is meant",
                "debug ID --step --continue | Only one of --step, --step-into, --step-out, --continue",
                "debug ID --break main | Not a line",
                "debug ID --break 0 | expected one such as 12 or main.star:12",
                "debug ID --frame -1 | Not a frame",
                "executions --timeline | Say which execution is meant"
            })
    void whatDoesNotGoTogetherIsSaid(String line, String words) {
        String said = refused(line.split(" "));
        assertTrue(said.contains(words), said);
    }

    @Test
    void ofADeadLetterTooADryRunDoesNothing() {
        Ran.against(server, "dead-letters", "7", "--redrive", "--dry-run");
        Ran.against(server, "dead-letters", "7", "--delete", "--dry-run");
        assertEquals(
                List.of("POST /api/v1/dead-letters/7:redrive?dryRun=true", "DELETE /api/v1/dead-letters/7?dryRun=true"),
                server.asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "http://", "ftp://x", "http://a b", "localhost"})
    void whatIsNoAddressIsQuoted(String address) {
        Ran ran = Ran.run(
                wish -> {
                    throw new AssertionError(wish.toString());
                },
                "functions",
                "--server",
                address);
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("Not a server's URL: \"" + address + "\"; expected one such as"), ran.err());
    }

    @Test
    void aTokenThatNoHeaderCanHoldIsNotShown() {
        String[] arguments = {"functions", "--server", server.address().toString(), "--token", ""};
        for (String token : List.of("se\rcret", "se cret", "s\u00e9cret")) {
            arguments[4] = token;
            Ran ran = Ran.run(_ -> server, arguments);
            assertEquals(2, ran.status());
            assertTrue(ran.err().contains("The token cannot be used"), ran.err());
            assertFalse(ran.err().contains("cret"), ran.err());
        }
        arguments[4] = "secret\r\n";
        assertEquals(0, Ran.run(_ -> server, arguments).status(), "the end of a file's line is not meant");
    }

    @Test
    void whatIsNoFunctionIsNotDeployed() throws IOException {
        Path latin = Files.write(folder.resolve("lat.star"), new byte[] {'"', (byte) 0xff, '"'});
        assertTrue(refused("deploy", latin.toString()).contains("it is not UTF-8"));
        Path description = Files.writeString(folder.resolve("function.json"), "{\"runtime\": \"node20\"}");
        assertTrue(refused("deploy", folder.toString()).contains("say what it is called, with --name"));
        Files.writeString(description, "{\"name\": \"x\",");
        String said = refused("deploy", folder.toString());
        assertFalse(said.contains("marker") && said.contains("Source"), said);
        assertTrue(refused("invoke", "").contains("Say which function"));
    }

    @Test
    void ofALogTheNewestLinesAreShownTheNewestLast() throws IOException {
        Path busy = Files.writeString(folder.resolve("busy.star"), "def main(ctx, input):\n    return 1\n");
        Ran.against(server, "deploy", busy.toString());
        assertEquals(List.of("a 1", "a 2", "b 1", "c 1", "c 2"), said("logs", "busy"));
        assertEquals(List.of("b 1", "c 1", "c 2"), said("logs", "busy", "--limit", "3"));
        assertEquals(List.of("c 2"), said("logs", "busy", "--limit", "1"));
    }

    private List<String> said(String... arguments) {
        return Ran.against(server, arguments)
                .out()
                .lines()
                .map(line -> line.substring(line.length() - 3))
                .toList();
    }

    @Test
    void aFolderOfTooManyFilesIsRefusedBeforeItIsPacked() throws IOException {
        Path many = Files.createDirectory(folder.resolve("many"));
        Files.writeString(many.resolve("function.json"), "{\"name\": \"many\"}");
        for (int i = 0; i < 10_001; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        String told = assertThrows(Main.Unusable.class, () -> Bundle.of(many)).getMessage();
        assertTrue(told.contains("files, and at most 10000 are possible"), told);
    }

    @Test
    void aZipIsDeployedAsItIs() throws IOException {
        byte[] bytes = {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Bundle bundle = Bundle.of(Files.write(folder.resolve("my_code.zip"), bytes));
        assertEquals("my-code", bundle.name());
        assertEquals(bytes.length, bundle.archive().orElseThrow().toArray().length);
    }
}
