package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.cli.local.Languages;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Saves of a function's files, deployed to a server that is really there. */
@ResourceLock("dovetail.home")
final class DevTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Optional<Running> running = Optional.empty();
    private Product product;

    private record Running(Thread thread, FutureTask<Integer> ends) {}

    @BeforeEach
    void installed() throws IOException {
        product = Product.with(
                folder.resolve("home"), "executor-starlark", "executor-python", "storage-h2", "blob-directory");
        Files.createDirectory(folder.resolve("code"));
    }

    @AfterEach
    void gone() throws Exception {
        if (running.isPresent()) {
            end();
        }
        product.close();
    }

    private void dev(String... more) {
        List<String> arguments = new ArrayList<>(List.of("dev", "--data", data().toString()));
        arguments.addAll(List.of(more));
        Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), false, false);
        Callable<Integer> command = () -> new Main(screen, KernelServer::start).run(arguments.toArray(String[]::new));
        FutureTask<Integer> ends = new FutureTask<>(command);
        running = Optional.of(new Running(Thread.ofPlatform().start(ends), ends));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Interrupted, as Ctrl-C would; answers the exit status. */
    private int end() throws Exception {
        Running it = running.orElseThrow();
        running = Optional.empty();
        it.thread().interrupt();
        return it.ends().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void await(StringWriter where, String text) throws Exception {
        FutureTask<Integer> ends = running.orElseThrow().ends();
        Eventually.holds(
                "shown is: " + text,
                PATIENCE,
                () -> {
                    boolean over = ends.isDone();
                    boolean shown = where.toString().contains(text);
                    assertTrue(shown || !over, () -> "It ended and has not shown: " + text + screens());
                    return shown;
                },
                this::screens);
    }

    private String screens() {
        return "\nout: " + out + "\nerr: " + err;
    }

    private Path save(String name, String text) throws IOException {
        return Files.writeString(folder.resolve("code").resolve(name), text);
    }

    @Test
    @Tag("RT-36")
    void aSaveIsServedAndABrokenOneLeavesTheVersionBefore() throws Exception {
        Path event = Files.writeString(folder.resolve("event.json"), "{\"name\": \"Ada\"}");
        save("main.star", "def main(ctx, input):\n    return \"one \" + input.name\n");
        dev(folder.resolve("code").toString(), "--event", event.toString(), "--name", "greet");
        await(out, "\"one Ada\"\n");
        save("main.star", "def main(ctx, input):\n    ctx.log(\"seen\")\n    return \"two \" + input.name\n");
        await(out, "\"two Ada\"\n");
        await(err, "info    seen");
        save("main.star", "def main(ctx, input):\n    return \"three\" +\n");
        await(err, "v2 serves on");
        assertTrue(err.toString().contains("  at main.star:2:"), err::toString);
        assertTrue(err.toString().contains("  2 |     return \"three\" +"), err::toString);
        Ran called = Ran.run(_ -> null, "invoke", "greet", "{\"name\": \"Eve\"}", "--data", data().toString());
        assertEquals(new Ran(0, "\"two Eve\"\n", ""), called);
        save("main.star", "def main(ctx, input):\n    return 1 // 0\n");
        await(err, "  at main.star:2:14");
        Files.writeString(event, "{\"name\":\n oops}");
        await(err, "(line 2, column");
        Files.writeString(event, "{\"name\": \"Bob\"}");
        save("main.star", "def main(ctx, input):\n    return \"four \" + input.name\n");
        await(out, "\"four Bob\"\n");
        assertTrue(out.toString().contains("greet v4 deployed "), out::toString);
        assertEquals(0, end());
        assertFalse(Files.exists(data().resolve("address")), "the server's address is still told");
    }

    @Test
    void theFirstAnswerOfNewCodeComesSoonAndIsToldToPrograms() throws Exception {
        Path event = Files.writeString(folder.resolve("event.json"), "{}");
        save("main.star", "def main(ctx, input):\n    return 0\n");
        dev(folder.resolve("code").toString(), "--event", event.toString(), "--json");
        await(out, "\"output\":0}\n");
        long best = Long.MAX_VALUE;
        for (int i = 1; i <= 5; i++) {
            save("main.star", "def main(ctx, input):\n    return " + i + "\n");
            await(out, "\"output\":" + i + "}\n");
            for (String line : out.toString().lines().toList()) {
                JsonNode told = Screen.JSON.readTree(line);
                if (told.has("output") && told.get("output").intValue() == i) {
                    best = Math.min(best, told.get("answeredMs").longValue());
                }
            }
        }
        assertTrue(best <= 300, "the fastest of five took " + best + " ms");
    }

    /** A server that runs on the data folder, at any port. */
    private Server serve() throws Exception {
        Server server = KernelServer.start(new Server.Wish(
                folder.resolve("home"),
                data(),
                Optional.empty(),
                true,
                java.util.Map.of("http.port", "0", "telemetry.log-level", "error")));
        Files.writeString(data().resolve("address"), server.address() + "\n");
        return server;
    }

    /** As builds that clean their output, and checkouts of another branch, do. */
    @Test
    void aFolderThatIsDeletedAndMadeAgainIsWatchedOn() throws Exception {
        save("main.star", "def main(ctx, input):\n    return 1\n");
        dev(folder.resolve("code").toString(), "--name", "anew");
        await(out, "anew v1 deployed ");
        Files.delete(folder.resolve("code/main.star"));
        Files.delete(folder.resolve("code"));
        await(err, "v1 serves on");
        Files.createDirectory(folder.resolve("code"));
        save("main.star", "def main(ctx, input):\n    return 2\n");
        await(out, "anew v2 deployed ");
        save("main.star", "def main(ctx, input):\n    return 3\n");
        await(out, "anew v3 deployed ");
    }

    @Test
    void aServerThatIsStartedAgainElsewhereIsFoundAtTheNextSave() throws Exception {
        Path file;
        try (Server server = serve()) {
            file = save("again.star", "def main(ctx, input):\n    return 1\n");
            dev(file.toString());
            await(err, "for " + server.address());
            await(out, "again v1 deployed ");
        }
        Files.writeString(file, "def main(ctx, input):\n    return 2\n");
        await(err, "No server answers at ");
        try (Server server = serve()) {
            Files.writeString(file, "def main(ctx, input):\n    return 3\n");
            await(out, "again v2 deployed ");
            assertEquals(0, end());
            assertEquals(
                    new Ran(0, "3\n", ""),
                    Ran.run(
                            _ -> null,
                            "invoke",
                            "again",
                            "--server",
                            server.address().toString(),
                            "--data",
                            data().toString()));
        }
    }

    @Test
    void aSecondOneUsesTheServerThatRunsAndWatchesOneFile() throws Exception {
        try (Server server = serve()) {
            Path file = save("hello_you.star", "def main(ctx, input):\n    return 1\n");
            save("other.star", "not even Starlark");
            dev(file.toString());
            await(err, "for " + server.address());
            await(out, "hello-you v1 deployed ");
            // as editors save: written beside it, and moved over it
            Path beside = save(".hello_you.star.swp", "def main(ctx, input):\n    return 2\n");
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            await(out, "hello-you v2 deployed ");
            assertEquals(0, end());
            assertEquals(new Ran(0, "2\n", ""), Ran.run(_ -> null, "invoke", "hello-you", "--data", data().toString()));
        }
    }

    @Test
    @Needs(Need.PYTHON)
    @Tag("RT-36")
    void aFolderMadeLaterIsWatchedToo() throws Exception {
        Path event = Files.writeString(folder.resolve("event.json"), "{}");
        save("handler.py", "def handler(event, context):\n    return 'first'\n");
        dev(folder.resolve("code").toString(), "--event", event.toString());
        await(out, "\"first\"\n");
        Path lib = Files.createDirectory(folder.resolve("code/lib"));
        Files.writeString(lib.resolve("__init__.py"), "WORD = 'second'\n");
        save("handler.py", "from lib import WORD\ndef handler(event, context):\n    return WORD\n");
        await(out, "\"second\"\n");
        Files.writeString(lib.resolve("__init__.py"), "WORD = 'third'\n");
        await(out, "\"third\"\n");
        save("handler.py", "WORD = 'fourth'\nimport nowhere\n\ndef handler(event, context):\n    return WORD\n");
        await(err, "error: ModuleNotFoundError: No module named 'nowhere'");
        await(err, "  at handler.py:2:1");
    }

    /** Ctrl-C ends the server first: a deployment that was under way finds nobody, which is no news to whoever pressed it. */
    @Test
    void aServerThatEndsBecauseItWasToldToIsNotMissed() throws Exception {
        Path file = save("main.star", "def main(ctx, input):\n    return 1\n");
        PaperServer gone = new PaperServer();
        gone.close();
        Redeploys.Files files = new Redeploys.Files(
                file,
                Languages.in(Start.home().resolve("plugins")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), false, false);
        Api api = new Api(gone.address(), Optional.empty());
        for (boolean ends : List.of(true, false)) {
            new Redeploys(screen, api, Optional::empty, () -> ends, false, Optional.empty(), files)
                    .saved(System.nanoTime());
            assertEquals(!ends, err.toString().contains("No server answers"), err::toString);
        }
    }

    /** As packages that are developed beside each other see one another. */
    @Test
    @Needs(Need.PYTHON)
    void whatLinksLeadToIsDeployedAndWatched() throws Exception {
        Path beside = Files.createDirectories(folder.resolve("beside/shared"));
        Files.writeString(beside.resolve("word.py"), "WORD = 'one'\n");
        Files.writeString(folder.resolve("beside/mark.py"), "MARK = '.'\n");
        Path code = folder.resolve("code");
        Files.createSymbolicLink(code.resolve("shared"), Path.of("../beside/shared"));
        Files.createSymbolicLink(code.resolve("mark.py"), Path.of("../beside/mark.py"));
        Files.createSymbolicLink(code.resolve("round"), Path.of("."));
        Files.createSymbolicLink(code.resolve("nowhere.py"), Path.of("not/there.py"));
        Path event = Files.writeString(folder.resolve("event.json"), "{}");
        save(
                "handler.py",
                "from shared.word import WORD\nfrom mark import MARK\n"
                        + "def handler(event, context):\n    return WORD + MARK\n");
        dev(code.toString(), "--event", event.toString());
        await(out, "\"one.\"\n");
        Files.writeString(beside.resolve("word.py"), "WORD = 'two'\n");
        await(out, "\"two.\"\n");
        Files.writeString(folder.resolve("beside/mark.py"), "MARK = '!'\n");
        await(out, "\"two!\"\n");
    }

    @Test
    void whatCannotBeWatchedIsSaidAtOnce() {
        Ran ran = Ran.run(_ -> null, "dev", folder.resolve("gone").toString());
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("there is no such file or folder"), ran.err());
        Ran eventless = Ran.run(_ -> null, "dev", folder.toString(), "--event", "gone.json");
        assertEquals(2, eventless.status());
        assertTrue(eventless.err().contains("Cannot read gone.json"), eventless.err());
    }
}
