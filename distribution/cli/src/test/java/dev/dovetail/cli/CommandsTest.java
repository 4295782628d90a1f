package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class CommandsTest {
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

    private Path hello() throws IOException {
        return Files.writeString(folder.resolve("hello_you.star"), "def main(ctx, input):\n    return input\n");
    }

    @Test
    void aFileIsDeployedAndThenItsNextVersion() throws IOException {
        Path file = hello();
        Ran first = run("deploy", file.toString());
        assertEquals(new Ran(0, "hello-you v1 is deployed\n", ""), first);
        assertEquals(new Ran(0, "hello-you v2 is deployed\n", ""), run("deploy", file.toString()));
        JsonNode made =
                Screen.JSON.readTree(run("functions", "hello-you", "--json").out());
        assertEquals("starlark", made.get("runtime").stringValue());
        assertEquals("hello_you.main", made.get("handler").stringValue());
        assertTrue(made.get("code").get("source").stringValue().startsWith("def main"));
        assertEquals(
                "v1\t\t\tstarlark\t\t\t\nv2\t\t\tstarlark\t\t\t\n",
                run("versions", "hello-you").out());
    }

    @Test
    void aFolderOfSeveralFilesIsPackedTheSameWayEachTime() throws IOException {
        Files.writeString(
                folder.resolve("function.json"),
                "{\"name\": \"two\", \"runtime\": \"node20\", \"handler\": \"a.main\"}");
        Files.writeString(folder.resolve("a.js"), "exports.main = () => 1");
        Files.createDirectory(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/b.js"), "exports.b = 2");
        Files.writeString(folder.resolve(".hidden"), "secret");
        Files.writeString(folder.resolve("README.md"), "words");
        Bundle bundle = Bundle.of(folder);
        assertEquals(bundle, Bundle.of(folder));
        byte[] zip = bundle.archive().orElseThrow().toArray();
        Set<String> names = new java.util.TreeSet<>();
        try (var entries = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(zip))) {
            for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertEquals(Set.of("a.js", "lib/b.js"), names);
        assertFalse(bundle.version().has("name"));
    }

    @Test
    void ofAFileOfAnUnknownKindOnlyItsBytesAreKnown() throws IOException {
        Path file = Files.write(folder.resolve("add.wasm"), new byte[] {0, 'a', 's', 'm', (byte) 0xff});
        Bundle bundle = Bundle.of(file);
        assertFalse(bundle.body().has("handler"), bundle::toString);
        byte[] zip = bundle.archive().orElseThrow().toArray();
        try (var entries = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(zip))) {
            assertEquals("add.wasm", entries.getNextEntry().getName());
            assertEquals(5, entries.readAllBytes().length);
        }
    }

    @Test
    void aNativeFunctionHasNoCode() throws IOException {
        Path description = folder.resolve("function.json");
        Files.writeString(description, "{\"name\": \"crc\", \"runtime\": \"native-sums\", \"handler\": \"crc\"}");
        assertFalse(Bundle.of(folder).body().has("code"));
        Files.writeString(description, "{\"name\": \"crc\", \"runtime\": \"starlark\"}");
        assertTrue(run("deploy", folder.toString()).err().contains("there is no code in it"));
    }

    @Test
    void whatCannotBeDeployedIsSaidBeforeTheServerIsAsked() throws IOException {
        Path file = Files.writeString(folder.resolve("x.rb"), "puts 1");
        assertEquals(2, run("deploy", file.toString()).status());
        assertTrue(run("deploy", folder.resolve("gone").toString()).err().contains("there is no such file or folder"));
        assertTrue(run("deploy", folder.toString()).err().contains("write a function.json"));
        Files.writeString(folder.resolve("function.json"), "{\"name\": \"x\",\n oops}");
        assertTrue(run("deploy", folder.toString()).err().contains("(line 2, column"));
        Files.writeString(folder.resolve("function.json"), "{\"name\": \"x\", \"files\": [\"../x.rb\"]}");
        assertTrue(run("deploy", folder.toString()).err().contains("../x.rb"));
        assertEquals(List.of(), server.asked);
    }

    @Test
    void aCallShowsItsAnswerOnOneLine() throws IOException {
        run("deploy", hello().toString());
        Ran ran = run("invoke", "hello-you", "{\"n\": 3}", "--version", "live", "--key", "a b&c");
        assertEquals(0, ran.status());
        assertEquals("{\"version\":1,\"query\":\"version=live&key=a b&c\",\"input\":{\"n\":3}}\n", ran.out());
        assertEquals("", ran.err());
        Path event = Files.writeString(folder.resolve("event.json"), "{\"n\": 4}");
        assertTrue(run("invoke", "hello-you", "@" + event).out().contains("{\"n\":4}"));
    }

    @Test
    void inputThatIsNoJsonIsRefusedHere() {
        Ran ran = run("invoke", "f", "{oops");
        assertEquals(2, ran.status());
        assertTrue(ran.err().startsWith("error: Not JSON: the input: "), ran.err());
        assertEquals(List.of(), server.asked);
    }

    @Test
    void aRefusalIsShownWithEachFieldAndItsValue() throws IOException {
        run("deploy", hello().toString());
        Ran ran = run("invoke", "hello-you", "{\"forced\": \"maybe\"}");
        assertEquals(1, ran.status());
        assertEquals("", ran.out());
        assertEquals("""
                error: The input does not fit (422, validation)
                  - /forced: expected a boolean, but was "maybe"
                  trace 0123
                """, ran.err());
        assertTrue(run("functions", "nobody").err().contains("No function \"nobody\""));
    }

    @Test
    void whatIsWrongInCodeIsShownWithItsLine() {
        Refused refused = new Refused(422, Screen.JSON.readTree("""
                {"title": "It cannot be deployed", "code": "deploy", "detail": "main.star:2:5: no such name",
                 "errors": [{"path": "main.star:2:5", "message": "no such name", "snippet": "    retrun 1",
                             "code": "UNKNOWN_NAME"}]}"""));
        assertEquals(
                List.of("It cannot be deployed (422, deploy)", "  - main.star:2:5: no such name", "          retrun 1"),
                refused.lines());
    }

    @Test
    void aServerThatIsNotThereIsSaidSo() {
        server.close();
        Ran ran = run("functions");
        assertEquals(1, ran.status());
        assertTrue(ran.err().startsWith("error: No server answers at " + server.address()), ran.err());
        assertTrue(ran.err().endsWith("start one with: dovetail start\n"), ran.err());
    }

    @Test
    void anAliasIsMadeMovedAndDeleted() throws IOException {
        run("deploy", hello().toString());
        assertEquals(
                "live leads to v1 100 %\n",
                run("aliases", "hello-you", "live", "--set", "v1").out());
        assertEquals(
                "live leads to v1 90 %, v2 10 %\n",
                run("aliases", "hello-you", "live", "--set", "1=90,2=10").out());
        assertEquals("live\tv1 90 %, v2 10 %\t\n", run("aliases", "hello-you").out());
        assertEquals(0, run("aliases", "hello-you", "live", "--delete").status());
        assertEquals("hello-you has no aliases\n", run("aliases", "hello-you").err());
        assertEquals(2, run("aliases", "hello-you", "live", "--set", "1=lots").status());
    }

    @Test
    void whatIsInTheWayOfAServerIsNamedAndTheExitStatusTells() {
        server.troubles.put("the executor slot \"x\"", "no plugin provides the type \"cobol\" yet");
        Ran ran = run("status");
        assertEquals(1, ran.status());
        assertTrue(
                ran.out()
                        .startsWith(server.address()
                                + "  down\n  the executor slot \"x\": no plugin provides the type \"cobol\" yet\n"),
                ran.out());
        assertEquals(1, run("status", "--json").status());
    }

    @Test
    void executionsAndPluginsAndTheStateAreListed() throws IOException {
        run("deploy", hello().toString());
        run("invoke", "hello-you");
        assertEquals(
                "00000000-0000-7000-8000-000000000001\thello-you\tv1\tsucceeded\t\t\n",
                run("executions").out());
        Ran snapshots = run("executions", "00000000-0000-7000-8000-000000000001", "--snapshots");
        assertTrue(snapshots.out().startsWith("1\tcheckpoint\thalf\t"), snapshots.out());
        assertEquals(
                "executor-paper\tactive\t1.0.0\t1.0.0 active\n", run("plugins").out());
        assertEquals(
                "versionsOfAFunction\t3\t100\thello\ttenant\nunfinishedExecutions\t1000+\t\t\ttenant\n",
                run("usage").out());
        assertEquals(
                "n1 *\tready\thttp://127.0.0.1:8080\t2\t26%\t100/1000 MB\t3\t2\t1\t12\t4\t2026-11-21T08:00:00Z\n"
                        + "n2\tlost\t\t0\t\t\t\t\t\t\t\t\n",
                run("nodes").out());
        assertEquals(
                "{\"id\":\"n1:resume\",\"status\":\"ready\"}\n",
                run("nodes", "n1", "--resume").out());
        assertEquals(2, run("nodes", "--resume").status());
        assertTrue(run("status").out().startsWith(server.address() + "  up\n"));
        assertEquals(
                "up",
                Screen.JSON
                        .readTree(run("status", "--json").out())
                        .get("health")
                        .get("status")
                        .stringValue());
        assertEquals(
                "not taken: half.jar: its manifest names no plugin\n",
                run("plugins").err());
        assertEquals(
                "half.jar",
                Screen.JSON
                        .readTree(run("plugins", "--json").out())
                        .at("/refusedFiles/0/file")
                        .stringValue());
        Path jar = Files.write(folder.resolve("x.jar"), new byte[] {1, 2, 3});
        assertEquals(
                "{\"id\":\"uploaded\",\"size\":3}\n",
                run("plugins", "--upload", jar.toString()).out());
        assertEquals(2, run("plugins", "--activate", "2.0.0").status());
        run("plugins", "executor-paper", "--activate", "2.0.0");
        assertEquals("POST /api/v1/plugins/executor-paper:activate", server.asked.getLast());
    }

    @Test
    void logsAreShownAndFollowedWithoutTheirControlCharacters() throws IOException {
        run("deploy", hello().toString());
        String expected = "2026-11-21T12:00:00Z info one [2J\n2026-11-21T12:00:00Z info two\n";
        assertEquals(expected, run("logs", "hello-you").out());
        assertEquals(expected, run("logs", "hello-you", "--follow").out());
    }

    @Test
    void theTokenIsSentAndTheOneOfTheDataFolderOnlyToThisMachine() throws IOException {
        run("functions");
        assertEquals("Bearer a-token", server.tokens.poll());
        Files.writeString(folder.resolve("token"), "from-the-folder\n");
        Files.writeString(folder.resolve("address"), server.address() + "\n");
        Server.Starter none = _ -> server;
        Ran.run(none, "functions", "--data", folder.toString());
        assertEquals("Bearer from-the-folder", server.tokens.poll());
        String elsewhere = server.address().toString().replace("127.0.0.1", "127.0.0.2");
        Ran.run(none, "functions", "--data", folder.toString(), "--server", elsewhere);
        assertEquals(
                0,
                server.tokens.stream().filter(token -> token.contains("folder")).count());
    }

    @Test
    void aListThatIsCutSaysSo() throws IOException {
        run("deploy", hello().toString());
        assertEquals("", run("functions").err());
        run("deploy", hello().toString(), "--name", "another");
        Ran cut = run("functions", "--limit", "1");
        assertEquals("These are the first 1; --limit N shows more\n", cut.err());
        assertEquals("", run("functions", "--limit", "1", "--json").err());
        assertEquals("", run("functions", "--limit", "2").err());
    }

    @Test
    @Timeout(60)
    void codeThatAnotherNodeCarriesIsNotWaitedFor() throws IOException {
        run("deploy", hello().toString());
        run("invoke", "hello-you", "{}");
        String id = "00000000-0000-7000-8000-000000000001";
        Ran ran = run("debug", id, "--wait");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("It is carried by the node \"b\"; ask there"), ran::toString);
    }
}
