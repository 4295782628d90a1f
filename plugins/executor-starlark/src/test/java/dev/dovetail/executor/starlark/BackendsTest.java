package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.bytecode.AtOnce;
import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.testkit.FirstRunCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same programs on both backends: what comes of them, what they count, and where they are cut off, is the same. */
@FirstRunCounts
@Tag("RT-03")
final class BackendsTest {
    private static final Path LANGUAGE = Path.of("src/test/language");
    private static final long MANY = 100_000;
    private static final long BYTES = 64 << 20;

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    /** How a run ended: with what, after how many steps and bytes, and where. */
    private record End(String how, long steps, long bytes, List<Failure.Frame> frames) {}

    private static Program compile(String text, Backend backend) {
        Program.Compiled compiled = Program.compile(new Source("test.star", text), Names.ALL, backend);
        return compiled.program().orElseThrow(() -> new AssertionError(compiled.flaws() + " in\n" + text));
    }

    /** What comes of calling {@code main(input)} of a program, or of loading it. */
    private static End end(Program program, String input, long steps, long bytes) {
        Run run = new Run(steps, bytes, "");
        String how;
        List<Failure.Frame> frames = List.of();
        try {
            Program.Module module = program.load(new Run(MANY, BYTES, ""));
            Object value = JsonReader.frozen(run, input.getBytes(StandardCharsets.UTF_8));
            Object answer = ((Callable) module.find("main").orElseThrow())
                    .call(run, new Object[] {value}, Callable.NO_ARGUMENTS);
            how = "returned " + Text.repr(new Run(MANY, BYTES, ""), answer);
        } catch (Failure failure) {
            how = "failed: " + failure.kind() + " " + failure.getMessage();
            frames = failure.frames();
        } catch (Halt halt) {
            how = "halted: " + halt.reason() + " " + halt.getMessage();
            frames = halt.frames();
        }
        return new End(how, run.stepsUsed(), run.bytesUsed(), List.copyOf(frames));
    }

    /** Runs a program on both, whole and cut off at some of its steps and bytes. */
    private End same(String text, String input, int cuts) {
        Program walked = compile(text, Backend.WALKER);
        Program emitted = compile(text, new AtOnce());
        End whole = same(walked, emitted, text, input, MANY, BYTES);
        for (int i = 0; i < cuts; i++) {
            same(walked, emitted, text, input, random.nextLong(whole.steps() + 1), BYTES);
            same(walked, emitted, text, input, MANY, random.nextLong(whole.bytes() + 1));
        }
        return whole;
    }

    private End same(Program walked, Program emitted, String text, String input, long steps, long bytes) {
        End expected = end(walked, input, steps, bytes);
        assertEquals(
                expected,
                end(emitted, input, steps, bytes),
                () -> "seed " + seed + ", " + steps + " steps, " + bytes + " bytes, input " + input + ":\n" + text);
        return expected;
    }

    @Test
    void expressionsOfTheLanguageTests() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(LANGUAGE)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".cases")).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        int checked = 0;
        for (String line : lines) {
            int end = Math.max(line.lastIndexOf(" => "), line.lastIndexOf(" !! "));
            if (end > 0 && !line.startsWith("#")) {
                String text = "def main(input):\n    return (" + line.substring(0, end) + ")\n";
                if (Program.compile(new Source("test.star", text), Names.ALL, Backend.WALKER)
                        .program()
                        .isPresent()) {
                    same(text, "{}", 3);
                    checked++;
                }
            }
        }
        assertTrue(checked > 400, "checked " + checked);
    }

    @Test
    void functionsOfTheLanguageTests() throws IOException {
        String checks = """
                def eq(x, y):
                    if x != y:
                        fail(x, "is not", y)

                def fails(f, text):
                    pass

                """;
        String text = checks + Files.readString(LANGUAGE.resolve("statements.star"));
        List<String> names = Pattern.compile("^def (test_\\w+)", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
        for (String name : names) {
            String code = text + "\ndef main(input):\n    " + name + "()\n";
            assertTrue(same(code, "{}", 20).how().startsWith("returned"), name);
        }
    }

    @Test
    void whatFailsInTheLanguageTestsFailsAtTheSamePlace() throws IOException {
        String text = Files.readString(LANGUAGE.resolve("statements.star"));
        // what the checks call is called for real, once for each check
        int count =
                Pattern.compile("\\bfails\\(").matcher(text).results().toList().size();
        for (int i = 0; i < count; i++) {
            String checks = "def eq(x, y):\n    pass\n\nCOUNT = " + i + "\n\n" + "def fails(f, text):\n    f()\n\n";
            String code = checks + skipping(text, i) + "\ndef main(input):\n" + callsOf(text);
            same(code, "{}", 0);
        }
    }

    /** Turns all checks for failures but this one into nothing. */
    private static String skipping(String text, int wanted) {
        int[] count = {0};
        return Pattern.compile("\\bfails\\(")
                .matcher(text)
                .replaceAll(found -> count[0]++ == wanted ? "fails(" : "(lambda f, text: None)(");
    }

    private static String callsOf(String text) {
        StringBuilder calls = new StringBuilder();
        Pattern.compile("^def (test_\\w+)", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .forEach(found -> calls.append("    ").append(found.group(1)).append("()\n"));
        return calls.toString();
    }

    @Test
    void theExampleOfAPush() throws IOException {
        String text = PushDigestTest.resource("digest.star").replace("main(ctx, input)", "main(input)");
        assertTrue(same(text, PushDigestTest.resource("push.json"), 300).how().startsWith("returned"));
        same(text, "{\"ref\": 1}", 10);
        same(text, "{\"commits\": [{}, 5]}", 10);
    }

    @Test
    void randomPrograms() {
        int returned = 0;
        int failed = 0;
        for (int i = 0; i < 300; i++) {
            String text = new RandomProgram(random).text();
            if (Program.compile(new Source("test.star", text), Names.ALL, Backend.WALKER)
                    .program()
                    .isEmpty()) {
                continue; // calls itself, or a built-in with too many arguments
            }
            End end = same(text, "{\"a\": 5, \"b\": [1, 2, 3], \"c\": {\"d\": \"text\"}}", 4);
            returned += end.how().startsWith("returned") ? 1 : 0;
            failed += end.how().startsWith("failed") ? 1 : 0;
        }
        assertTrue(returned > 30 && failed > 30, "returned " + returned + ", failed " + failed + ", seed " + seed);
    }
}
