package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.lib.Universe;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Comparing;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The language, by example: expressions and what they are in {@code *.cases}, functions that check in {@code *.star}. */
@Tag("RT-03")
final class LanguageTest {
    private static final Path FOLDER = Path.of("src/test/language");

    private static Run run() {
        return new Run(50_000_000, 256 << 20, "");
    }

    static Program compile(String text, Map<String, Object> names) {
        Program.Compiled compiled = Program.compile(new Source("test.star", text), names, Scripts.BACKEND);
        return compiled.program().orElseThrow(() -> new AssertionError(compiled.flaws()));
    }

    @TestFactory
    Stream<DynamicTest> expressionsAreWhatTheyShouldBe() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.toString().endsWith(".cases"))
                    .sorted()
                    .toList();
        }
        return files.stream()
                .flatMap(file -> lines(file).map(line -> DynamicTest.dynamicTest(line, () -> check(line))));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().filter(line -> !line.isBlank() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String line) {
        int arrow = line.lastIndexOf(" => ");
        int bang = line.lastIndexOf(" !! ");
        if (arrow > bang) {
            assertEquals(line.substring(arrow + 4), value(line.substring(0, arrow)));
        } else {
            String expected = line.substring(bang + 4);
            String told = complaint(line.substring(0, bang));
            assertTrue(told.contains(expected), "expected \"" + expected + "\" in: " + told);
        }
    }

    private static String value(String expression) {
        Run run = run();
        Object value = compile("x = (" + expression + ")", Universe.ALL)
                .load(run)
                .find("x")
                .orElseThrow();
        return Text.repr(run, value);
    }

    /** What is wrong with it, before it runs or when it runs. */
    private static String complaint(String expression) {
        Program.Compiled compiled =
                Program.compile(new Source("test.star", "x = (" + expression + ")"), Universe.ALL, Scripts.BACKEND);
        if (compiled.program().isEmpty()) {
            return compiled.flaws().getFirst().message();
        }
        return assertThrows(Failure.class, () -> compiled.program().get().load(run()))
                .getMessage();
    }

    private static final Map<String, Object> CHECKS = checks();

    private static Map<String, Object> checks() {
        Map<String, Object> names = new HashMap<>(Universe.ALL);
        names.put("eq", new Builtin("eq(x, y, /)", (run, a) -> {
            if (!Comparing.equal(run, a[0], a[1])) {
                throw new AssertionError(run.place() + ": " + Text.repr(run, a[0]) + " is not " + Text.repr(run, a[1]));
            }
            return None.NONE;
        }));
        names.put("fails", new Builtin("fails(f, text, /)", (run, a) -> {
            Failure failure = assertThrows(
                    Failure.class,
                    () -> ((Callable) a[0]).call(run, Callable.NO_ARGUMENTS, Callable.NO_ARGUMENTS),
                    run.place().toString());
            assertTrue(failure.getMessage().contains((String) a[1]), failure.getMessage());
            return None.NONE;
        }));
        return names;
    }

    @TestFactory
    Stream<DynamicTest> functionsDoWhatTheyShould() throws IOException {
        String text = Files.readString(FOLDER.resolve("statements.star"));
        Program.Module module = compile(text, CHECKS).load(run());
        return Pattern.compile("^def (test_\\w+)", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Callable test = (Callable) module.find(name).orElseThrow();
                    test.call(run(), Callable.NO_ARGUMENTS, Callable.NO_ARGUMENTS);
                }));
    }
}
