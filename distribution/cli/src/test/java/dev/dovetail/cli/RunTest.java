package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Functions that are run on this machine, each with its real executor. */
final class RunTest extends Locally {
    @Test
    @Tag("RT-36")
    void aFunctionAnswersOnStandardOutputAndItsLogGoesBeside() throws IOException {
        Path hello = file("hello_you.star", """
                def main(ctx, input):
                    ctx.log("about to greet", level = "warning", letters = len(input.name))
                    ctx.progress(0.5, "half")
                    return {"hello": input.name, "limit": ctx.env.get("LIMIT")}
                """);
        Path event = file("event.json", "{\"name\": \"Ada\"}");
        Ran ran = run(path(hello), "--event", path(event), "--env", "LIMIT=a=b");
        assertEquals(new Ran(0, "{\"hello\": \"Ada\", \"limit\": \"a=b\"}\n", """
                        warning about to greet {"letters":3}
                        50 %    half
                        """), ran);
    }

    @Test
    @Tag("RT-36")
    void whatFailsIsShownWithItsLineAndACaret() throws IOException {
        Path bad = file("bad.star", """
                def inner(n):
                    return 7 // n

                def main(ctx, input):
                    return inner(input.n)
                """);
        Ran ran = run(path(bad), "--input", "{\"n\": 0}");
        assertEquals(1, ran.status());
        assertEquals("", ran.out());
        assertTrue(ran.err().startsWith("error: "), ran.err());
        assertTrue(ran.err().contains("""
                  at bad.star:2:14
                  1 | def inner(n):
                  2 |     return 7 // n
                    |              ^
                """.indent(2).replaceAll("(?m)^ {2}", "")), ran.err());
        assertTrue(ran.err().contains("called by bad.star:5 in main"), ran.err());
    }

    @Test
    void whatCannotBeParsedIsShownWithItsLineAndWasNotCalled() throws IOException {
        Path bad = file("bad.star", "def main(ctx, input):\n    return 1 +\n");
        Ran ran = run(path(bad));
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("at bad.star:2:"), ran.err());
        assertTrue(ran.err().contains("  2 |     return 1 +"), ran.err());
    }

    @Test
    void codeThatGoesOnIsStoppedWhenItsTimeIsUp() throws IOException {
        Path slow = file("slow.star", "def main(ctx, input):\n    ctx.await(ctx.sleep(60000))\n");
        long begun = System.nanoTime();
        Ran ran = run(path(slow), "--timeout", "0.2");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("did not end within 0.2 s and was stopped"), ran.err());
        assertTrue(System.nanoTime() - begun < 30_000_000_000L, "it was waited for");
    }

    @Test
    void aFunctionJsonThatAServerWouldNotTakeIsRefused() throws IOException {
        file("main.star", "def main(ctx, input):\n    return ctx.env.get(\"LIMIT\")\n");
        file("function.json", "{\"timeoutSecond\": 3, \"traits\": {\"isolatoin\": \"strict\"}}");
        Ran unknown = run(path(folder));
        assertEquals(2, unknown.status());
        assertTrue(unknown.err().contains("/timeoutSecond: unknown field; known are code, contract,"), unknown.err());
        assertTrue(unknown.err().contains("/traits/isolatoin: unknown field; known are "), unknown.err());
        file("function.json", "{\"timeoutSeconds\": \"3\"}");
        Ran misfit = run(path(folder));
        assertEquals(2, misfit.status());
        assertTrue(misfit.err().contains("in its function.json /timeoutSeconds: "), misfit.err());
        file(
                "function.json",
                "{\"timeoutSeconds\": 3, \"environment\": {\"LIMIT\": \"9\"}, \"files\": [\"main.star\"]}");
        assertEquals(new Ran(0, "\"9\"\n", ""), run(path(folder)));
    }

    @Test
    void aRunThatIsInterruptedEndsAtOnce() throws Exception {
        Path slow = file("slow.star", "def main(ctx, input):\n    print(\"begun\")\n    ctx.await(ctx.sleep(60000))\n");
        StringWriter err = new StringWriter();
        Screen screen = new Screen(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false);
        FutureTask<Integer> ends = new FutureTask<>(() -> new Main(screen, _ -> null).run("run", path(slow)));
        Thread thread = Thread.ofPlatform().start(ends);
        Eventually.holds(
                "it has begun",
                Eventually.PATIENCE,
                () -> {
                    assertFalse(ends.isDone() && !err.toString().contains("begun"), () -> "It never began: " + err);
                    return err.toString().contains("begun");
                },
                () -> err);
        thread.interrupt();
        assertEquals(1, ends.get(20, TimeUnit.SECONDS));
        assertTrue(err.toString().contains("The run was interrupted"), err::toString);
    }

    @Test
    void aPluginThatIsBrokenKeepsNoOtherFromRunning() throws IOException {
        Path jar = folder.resolve("home/plugins/a-broken-1.0.0.jar");
        try (JarOutputStream broken = new JarOutputStream(Files.newOutputStream(jar))) {
            broken.putNextEntry(new JarEntry("META-INF/services/dev.dovetail.spi.plugin.Provider"));
            broken.write("com.example.NotThere\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            broken.closeEntry();
        }
        Files.writeString(folder.resolve("home/plugins/no-jar-1.0.0.jar"), "not a jar");
        Path hello = file("hello.star", "def main(ctx, input):\n    return 1\n");
        assertEquals(new Ran(0, "1\n", ""), run(path(hello)));
    }

    @Test
    void programsGetOneDocumentWithEverything() throws IOException {
        Path hello = file("hello.star", "def main(ctx, input):\n    print(\"so far\")\n    return [1, None]\n");
        Ran ran = run(path(hello), "--json");
        assertEquals("", ran.err());
        JsonNode told = Screen.JSON.readTree(ran.out());
        assertEquals("succeeded", told.get("status").stringValue());
        assertEquals("[1,null]", told.get("output").toString());
        assertEquals("so far", told.at("/logs/0/message").stringValue());
        assertTrue(told.get("runMs").doubleValue() > 0, ran.out());
        Path bad = file("bad.star", "def main(ctx, input):\n    return 1 // 0\n");
        Ran failed = run(path(bad), "--json");
        assertEquals(1, failed.status());
        assertEquals("", failed.err());
        JsonNode error = Screen.JSON.readTree(failed.out()).get("error");
        assertEquals("function", error.get("owner").stringValue());
        assertTrue(error.get("place").stringValue().startsWith("bad.star:2:"), failed.out());
    }

    @Test
    void requestsAreReallySentWithTheSecretsOfTheCommandLine() throws IOException {
        ConcurrentLinkedQueue<String> came = new ConcurrentLinkedQueue<>();
        HttpServer there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        there.createContext("/", exchange -> {
            came.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            byte[] body = "{\"n\": 3}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        there.start();
        try {
            Path code = file("ask.star", """
                    def main(ctx, input):
                        answer = ctx.await(ctx.http.post(input.url, {"a": 1}, headers = {"Authorization": "Bearer ${SECRET:shop_key}"}))
                        return {"status": answer.response.status_code, "n": answer.response.body.n}
                    """);
            Ran ran = run(
                    path(code),
                    "--input",
                    "{\"url\": \"http://127.0.0.1:" + there.getAddress().getPort() + "/x\"}",
                    "--secret",
                    "SHOP-KEY=s3cret");
            assertEquals(new Ran(0, "{\"status\": 201, \"n\": 3}\n", ""), ran);
            assertEquals("POST Bearer s3cret {\"a\":1}", came.poll());
        } finally {
            there.stop(0);
        }
    }

    @Test
    void whatCannotBeTheNameOfASecretIsRefused() throws IOException {
        Path code = file("any.star", "def main(ctx, input):\n    return 1\n");
        Ran ran = run(path(code), "--secret", "9 lives=s3cret");
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("Not the name of a secret: \"9 lives\""), ran.err());
        assertFalse(ran.err().contains("s3cret"), ran.err());
    }

    @Test
    void aSecretThatAVariableRefersToHasToBeGiven() throws IOException {
        Path code = Files.createDirectory(folder.resolve("keyed"));
        Files.writeString(code.resolve("main.star"), "def main(ctx, input):\n    return ctx.env.get(\"KEY\")\n");
        Files.writeString(
                code.resolve("function.json"),
                "{\"runtime\": \"starlark\", \"layers\": [\"deps:1\"], \"environment\": {\"KEY\": \"key ${SECRET:SHOP_KEY}\"}}");
        unusable(
                "The variable KEY refers to the secret \"SHOP_KEY\": give it with --secret SHOP_KEY=VALUE", path(code));
        String warning = "warning: its layers are not here, since only a server has them: [\"deps:1\"]\n";
        assertEquals(new Ran(0, "\"key s3cret\"\n", warning), run(path(code), "--secret", "shop-key=s3cret"));
        unusable("expected NAME=VALUE", path(code), "--secret", "shop-key=s3cret", "--env", "=1");
    }

    @Test
    void aSecretThatIsLoggedIsHidden() throws IOException {
        Path code = file("tell.star", """
                def main(ctx, input):
                    ctx.log("it is " + input.it)
                    fail("not with " + input.it)
                """);
        Ran ran = run(path(code), "--input", "{\"it\": \"s3cret\"}", "--secret", "KEY=s3cret");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("info    it is ***\n"), ran.err());
        assertTrue(ran.err().contains("not with ***\n"), ran.err());
        assertFalse(ran.err().contains("s3cret"), ran.err());
    }

    @Test
    void callingAnotherFunctionIsRefusedInWords() throws IOException {
        Path code = file("calls.star", "def main(ctx, input):\n    return ctx.await(ctx.invoke(\"other\", {}))\n");
        Ran ran = run(path(code));
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("cannot call another one (\"other\")"), ran.err());
    }

    @Test
    void aFolderWithItsDescriptionIsRunAsItSays() {
        Path example = EXAMPLES.resolve("push-digest");
        Ran ran = run(path(example), "--event", path(example.resolve("event.json")), "--json");
        assertEquals(0, ran.status(), ran.err());
        JsonNode told = Screen.JSON.readTree(ran.out());
        assertEquals("main.main", told.get("handler").stringValue());
        assertTrue(told.get("output").isObject(), ran.out());
    }

    @Test
    void aLongTextIsShownWhole() throws IOException {
        Path hello = file("long.star", "def main(ctx, input):\n    return \"x\" * 1000000\n");
        assertEquals(new Ran(0, "\"" + "x".repeat(1_000_000) + "\"\n", ""), run(path(hello)));
    }

    @Test
    void theAnswerHasColoursOnATerminal() throws IOException {
        Path hello = file("hello.star", "def main(ctx, input):\n    return {\"a\": [1, \"b: true\", None]}\n");
        Ran ran = Ran.run(_ -> null, true, "run", path(hello));
        assertEquals(
                "{[36m\"a\"[0m: [[33m1[0m, [32m\"b: true\"[0m, [2mnull[0m]}\n"
                        .replace("[3", "\u001b[3")
                        .replace("[0m", "\u001b[0m")
                        .replace("[2m", "\u001b[2m"),
                ran.out());
        assertTrue(ran.err().contains("starlark  hello.main  started in "), ran.err());
    }

    @Test
    void wrongUseIsTwoAndSaysWhatWasExpected() throws IOException {
        Path hello = file("hello.star", "def main(ctx, input):\n    return 1\n");
        unusable("there is no such file or folder", path(folder.resolve("gone.py")));
        unusable("(line 2, column 3)", path(hello), "--event", path(file("event.json", "{\"a\": 1,\n  oops}")));
        unusable("there is no such file", path(hello), "--event", path(folder.resolve("gone.json")));
        unusable("Only one of --event and --input", path(hello), "--event", "x", "--input", "{}");
        unusable("expected one that ends with .js, .py, .star, .wasm, or --runtime", path(file("x.cobol", "")));
        unusable("No plugin offers the runtime \"cobol\"; there are ", path(hello), "--runtime", "cobol");
        unusable("expected process, standard or strict", path(hello), "--isolation", "much");
        unusable("Not a timeout: 0.0", path(hello), "--timeout", "0");
        unusable("Not a size of memory: 1", path(hello), "--memory", "1");
        unusable("--timeout", path(hello), "--timeout", "soon");
        unusable("Value for option '--env' (NAME=VALUE) should be", path(hello), "--env", "X");
        unusable("give --stream too", path(hello), "--pieces", "x");
        unusable("p.jsonl, line 2", path(hello), "--stream", "--pieces", path(file("p.jsonl", "1\noops")));
        Path two = Files.createDirectory(folder.resolve("two"));
        Files.writeString(two.resolve("a.star"), "");
        Files.writeString(two.resolve("b.py"), "");
        unusable("there are a.star, b.py", path(two));
    }

    private static void unusable(String expected, String... arguments) {
        Ran ran = run(arguments);
        assertEquals(2, ran.status(), ran.err());
        assertEquals("", ran.out());
        assertTrue(ran.err().startsWith("error: ") && ran.err().contains(expected), ran.err());
    }
}
