package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Local runs in the languages whose code runs outside an interpreter of ours. */
final class RunLanguagesTest extends Locally {
    @Test
    @Needs(Need.PYTHON)
    @Tag("RT-36")
    void pythonIsRunByTheNewestInstalledOneWithItsPrintsBeside() throws IOException {
        Path code = file("handler.py", """
                import os
                def handler(event, context):
                    print("seen", event["n"])
                    return {"half": event["n"] / 2, "key": os.environ["KEY"]}
                """);
        Ran ran = run(
                path(code), "--input", "{\"n\": 3}", "--env", "KEY=${SECRET:the-key}", "--secret", "the-key=s3cret");
        assertEquals(new Ran(0, "{\"half\": 1.5, \"key\": \"s3cret\"}\n", "seen 3\n"), ran);
        Ran thrown = run(path(code), "--env", "KEY=x");
        assertEquals(1, thrown.status());
        assertTrue(thrown.err().contains("error: KeyError: 'n'\n  at handler.py:3:"), thrown.err());
        assertTrue(thrown.err().contains("  3 |     print(\"seen\", event[\"n\"])"), thrown.err());
    }

    @Test
    @Needs(Need.PYTHON)
    void pythonThatCannotBeParsedIsShownWithItsLine() throws IOException {
        Ran ran = run(path(file("bad.py", "def handler(event, context)\n    return 1\n")));
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("SyntaxError") && ran.err().contains("  at bad.py:1:"), ran.err());
        assertTrue(ran.err().contains("  1 | def handler(event, context)\n    |  "), ran.err());
    }

    @Test
    @Needs({Need.PYTHON, Need.BUBBLEWRAP})
    void moreIsolationIsReachedWhereItIsAskedFor() throws IOException {
        Path code = file("handler.py", """
                import os
                def handler(event, context):
                    return os.path.exists(event["file"])
                """);
        String event = "{\"file\": \"" + code + "\"}";
        assertEquals(new Ran(0, "true\n", ""), run(path(code), "--input", event));
        Ran ran = run(path(code), "--input", event, "--isolation", "standard", "--json");
        JsonNode told = Screen.JSON.readTree(ran.out());
        assertEquals("false", told.path("output").toString(), ran.toString());
        assertEquals("standard", told.get("isolation").stringValue());
    }

    @Test
    @Needs(Need.PYTHON)
    void standardInputIsEmptyAndNobodyWaitsForIt() throws IOException {
        Path code = file("reads.py", """
                import sys
                def handler(event, context):
                    return sys.stdin.read()
                """);
        assertEquals(new Ran(0, "\"\"\n", ""), run(path(code), "--timeout", "20"));
    }

    @Test
    @Needs(Need.PYTHON)
    void anEndlessLoopInAProcessIsStopped() throws IOException {
        Ran ran =
                run(path(file("loop.py", "def handler(event, context):\n    while True: pass\n")), "--timeout", "0.3");
        assertEquals(1, ran.status());
        assertTrue(ran.err().contains("did not end within 0.3 s and was stopped"), ran.err());
    }

    @Test
    @Needs(Need.NODE)
    @Tag("RT-36")
    void javaScriptIsRunToo() throws IOException {
        Path code = file("square.js", """
                exports.handler = async (event) => {
                  console.log("squaring", event.n)
                  if (event.n > 9) throw new RangeError("too large")
                  return event.n * event.n
                }
                """);
        assertEquals(new Ran(0, "16\n", "squaring 4\n"), run(path(code), "--input", "{\"n\": 4}"));
        Ran thrown = run(path(code), "--input", "{\"n\": 10}");
        assertEquals(1, thrown.status());
        assertTrue(thrown.err().contains("RangeError: too large\n  at square.js:3:26\n"), thrown.err());
        Path needs =
                file("needs.js", "const x = 1;\nconst gone = require('gone');\nexports.handler = async () => gone;\n");
        assertEquals("""
                error: Cannot find module 'gone'
                  at needs.js:2:14
                  1 | const x = 1;
                  2 | const gone = require('gone');
                    |              ^
                """, run(path(needs)).err());
    }

    @Test
    @Needs(Need.NODE)
    void anAnswerThatTheServerWouldRefuseIsRefusedHereToo() throws IOException {
        Ran half = run(path(file("half.js", "exports.handler = async () => '\\ud800';\n")));
        assertEquals(
                "error: The answer is no JSON value: Not JSON: half a character is escaped at byte 1\n", half.err());
        assertEquals(1, half.status());
    }

    @Test
    @Tag("RT-36")
    void aWebAssemblyModuleIsRunToo() {
        Path example = EXAMPLES.resolve("wasm").resolve("c");
        Ran ran = run(path(example), "--input", "\"three short words\"", "--json");
        JsonNode told = Screen.JSON.readTree(ran.out());
        assertEquals("wasm", told.get("runtime").stringValue(), ran.err());
        assertEquals(3, told.at("/output/words").intValue(), ran.out());
        assertTrue(Files.isDirectory(product.cache().resolve("executor-wasm")), "nothing compiled was kept");
        Ran trapped = run(path(example), "--input", "{}");
        assertTrue(trapped.err().endsWith("\n  at main.wasm:4\n"), trapped.err());
    }
}
