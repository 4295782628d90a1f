package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about code when it is deployed. */
@Tag("TY-15")
@Tag("TY-16")
final class InspectTest {
    private static final String MAIN = "def main(ctx, input):\n    return 1\n";

    @TempDir
    Path folder;

    private List<Problem> problems(String code) {
        try (Executor executor = Scripts.executor()) {
            return executor.inspect(Scripts.launch(folder, code)).stream()
                    .filter(problem -> !problem.code().startsWith("USES_")) // of which UsesTest tells
                    .toList();
        }
    }

    private Problem problem(String code) {
        List<Problem> problems = problems(code);
        assertEquals(1, problems.size(), problems.toString());
        return problems.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x = = 1                  | SYNTAX_ERROR      | 1:5  | Expected an expression, found '='",
                "x = (1,                  | SYNTAX_ERROR      | 3:1  | Expected an expression, found 'def'",
                "x = [1                   | SYNTAX_ERROR      | 3:1  | Expected ',' or ']' in a list, found 'def'",
                "x = 1 < 2 < 3            | SYNTAX_ERROR      | 1:11 | Comparisons cannot be chained",
                "x = \"abc                | SYNTAX_ERROR      | 1:5  | The string is not closed",
                "x = \"\\q\"              | SYNTAX_ERROR      | 1:6  | Unknown escape \\q",
                "x = 08                   | SYNTAX_ERROR      | 1:5  | begins with 0",
                "x = 1a                   | SYNTAX_ERROR      | 1:5  | A number that a name follows",
                "x = 1 ? 2                | SYNTAX_ERROR      | 1:7  | Unexpected character '?'",
                "x = !y                   | SYNTAX_ERROR      | 1:5  | Unexpected character '!'",
                "x = y = 1                | SYNTAX_ERROR      | 1:7  | Assignments cannot be chained",
                "x = 1,                   | SYNTAX_ERROR      | 1:7  | A comma at the end",
                "while True: pass         | SYNTAX_ERROR      | 1:1  | \"while\" is not part of Starlark",
                "class A: pass            | SYNTAX_ERROR      | 1:1  | \"class\" is not part of Starlark",
                "import os                | SYNTAX_ERROR      | 1:1  | \"import\" is not part of Starlark",
                "try: pass                | SYNTAX_ERROR      | 1:1  | \"try\" is not part of Starlark",
                "x = 1 if 2               | SYNTAX_ERROR      | 1:11 | A conditional expression without else",
                "x = (i for i in [])      | SYNTAX_ERROR      | 1:8  | There are no generators",
                "x = {1, 2}               | SYNTAX_ERROR      | 1:7  | A dict's entry without a value",
                "x = \"a\" \"b\"          | SYNTAX_ERROR      | 1:9  | Two strings beside each other",
                "x = 1)                   | SYNTAX_ERROR      | 1:6  | ')' closes nothing",
                "x = (1]                  | SYNTAX_ERROR      | 1:7  | does not close what was opened last",
                "1 = x                    | SYNTAX_ERROR      | 1:1  | Cannot assign to this",
                "def f(): pass; f() = 1   | SYNTAX_ERROR      | 1:17 | Cannot assign to this",
                "x = struct(); x.a = 1    | SYNTAX_ERROR      | 1:17 | Cannot assign to the attribute",
                "return 1                 | SYNTAX_ERROR      | 1:1  | outside of a function",
                "break                    | SYNTAX_ERROR      | 1:1  | outside of a loop",
                "if True: pass            | SYNTAX_ERROR      | 1:1  | \"if\" outside of a function",
                "for i in []: pass        | SYNTAX_ERROR      | 1:1  | \"for\" outside of a function",
                "def f(a, a): pass        | SYNTAX_ERROR      | 1:10 | Two parameters are called",
                "def f(a=1, b): pass      | SYNTAX_ERROR      | 1:12 | without a default comes after one with",
                "def f(*, **k): pass      | SYNTAX_ERROR      | 1:10 | No parameter after *",
                "def f(**k, a): pass      | SYNTAX_ERROR      | 1:12 | A parameter after **k",
                "x = dict(a=1, 2)         | SYNTAX_ERROR      | 1:15 | An argument without name after one with",
                "x = dict(a=1, a=2)       | SYNTAX_ERROR      | 1:15 | Two arguments are called",
                "load(\"a.star\", \"b\")  | LOAD_NOT_ALLOWED  | 1:1  | a function is one file",
                "x = lenn([])             | UNDEFINED_NAME    | 1:5  | did you mean \"len\"?",
                "x = null                 | UNDEFINED_NAME    | 1:5  | Nothing is called \"null\"",
                "x = 1; x = 2             | GLOBAL_REASSIGNED | 1:8  | assigned a second time",
                "x = open(\"/etc/passwd\")| FORBIDDEN_BUILTIN | 1:5  | \"open\" does not exist in functions",
                "x = eval(\"1\")          | FORBIDDEN_BUILTIN | 1:5  | \"eval\" does not exist in functions",
                "def f(): return f()      | RECURSION         | 1:17 | \"f\" calls itself",
                "def f(): r_http_get_v9(1)| UNKNOWN_HELPER    | 1:10 | did you mean \"r_http_get_v1\"?",
                "def f(): r_sleeep(1)     | UNKNOWN_HELPER    | 1:10 | did you mean \"r_sleep\"?",
                "def f(): r_now_v1(1)     | ARGUMENTS         | 1:18 | takes at most 0 positional arguments",
                "def f(): r_sleep()       | ARGUMENTS         | 1:17 | needs an argument for milliseconds",
                "def f(): r_sleep(ms=1)   | ARGUMENTS         | 1:17 | no parameter named \"ms\"",
                "def f(): r_sleep(\"1\")  | ARGUMENT_TYPE     | 1:18 | takes an int for milliseconds, not string",
                "def f(): r_invoke_v1(\"a\", {}, mode=\"later\") | ARGUMENT_TYPE | 1:36 | expected sync or async",
                "x = len()                | ARGUMENTS         | 1:8  | len() needs an argument for x",
            })
    void namesWhatIsWrongAndWhere(String line, String code, String place, String message) {
        List<Problem> problems = problems(line + "\n\n" + MAIN);
        Problem first = problems.getFirst();
        assertTrue(first.message().contains(message), problems.toString());
        assertEquals(code, first.code(), problems.toString());
        assertEquals("main.star:" + place, first.place().orElseThrow().toString(), problems.toString());
        assertEquals(Problem.Severity.ERROR, first.severity());
        String snippet = first.snippet().orElseThrow();
        assertTrue(
                (line + "\n\n" + MAIN)
                        .lines()
                        .anyMatch(each -> each.stripTrailing().equals(snippet)),
                snippet);
    }

    @Test
    void tellsAllUndefinedNamesAtOnceWithRemedies() {
        List<Problem> problems =
                problems("def main(ctx, input):\n    x = inputs\n    return random(isinstance(x, 1))\n");
        assertEquals(
                List.of("UNDEFINED_NAME", "FORBIDDEN_BUILTIN", "FORBIDDEN_BUILTIN"),
                problems.stream().map(Problem::code).toList());
        assertEquals("write input", problems.get(0).remedy().orElseThrow());
        assertTrue(problems.get(1).remedy().orElseThrow().contains("r_rand_v1"));
    }

    @Test
    void aTabInTheIndentationIsNamed() {
        Problem problem = problem("def main(ctx, input):\n\treturn 1\n");
        assertTrue(problem.message().contains("tab"), problem.message());
        assertEquals(new Place("main.star", 2, 1), problem.place().orElseThrow());
    }

    @Test
    void wrongIndentationIsNamed() {
        assertTrue(problem("def main(ctx, input):\n    x = 1\n  return x\n")
                .message()
                .contains("fits no open block"));
        assertTrue(problem("def main(ctx, input):\n    x = 1\n      y = 2\n")
                .message()
                .contains("no block begins before it"));
        assertTrue(problem("def main(ctx, input):\nreturn 1\n").message().contains("Expected an indented block"));
    }

    @Test
    @Tag("RT-03")
    void theHandlerTakesAContextAndAnInput() {
        assertEquals(
                "HANDLER_NOT_FOUND",
                problem("def other(ctx, input):\n    return 1\n").code());
        assertEquals(
                "HANDLER_PARAMETERS",
                problem("def main(input):\n    return 1\n").code());
        assertEquals(
                "HANDLER_PARAMETERS",
                problem("def main(a, b, c):\n    return 1\n").code());
        assertEquals(
                "HANDLER_PARAMETERS",
                problem("def main(a, b, *, c):\n    return 1\n").code());
        assertEquals(List.of(), problems("def main(a, b, c=1):\n    return 1\n"));
        assertEquals(List.of(), problems("def main(*args):\n    return 1\n"));
    }

    @Test
    @Tag("RT-04")
    void hostCallsThroughTheContextAreChecked() {
        assertEquals(
                "UNKNOWN_HELPER",
                problem("def main(ctx, input):\n    ctx.exec(\"ls\")\n").code());
        assertEquals(
                "UNKNOWN_HELPER",
                problem("def main(c, input):\n    c.http.put(\"https://x\")\n").code());
        assertEquals(
                "ARGUMENTS", problem("def main(ctx, input):\n    ctx.sleep()\n").code());
        assertEquals(
                "ARGUMENT_TYPE",
                problem("def main(ctx, input):\n    ctx.sleep(\"1\")\n").code());
        assertEquals(List.of(), problems("def main(ctx, input):\n    return ctx.identity.id + ctx.execution_id\n"));
    }

    @Test
    void aRequestWithoutTimeoutIsAWarningAndStarts() throws Exception {
        for (String call : List.of("r_http_get_v1(\"https://x.example\")", "ctx.http.get(\"https://x.example\")")) {
            String code = "def main(ctx, input):\n    return " + call + " and 1\n";
            Problem problem = problem(code);
            assertEquals("MISSING_TIMEOUT", problem.code());
            assertEquals(Problem.Severity.WARNING, problem.severity());
            assertTrue(problem.remedy().orElseThrow().contains("timeout_ms"));
            try (Executor executor = Scripts.executor()) {
                executor.start(Scripts.launch(folder, code)).close();
            }
        }
        assertEquals(List.of(), problems("def main(ctx, input):\n    r_http_get_v1(\"https://x\", timeout_ms=5)\n"));
        assertEquals(List.of(), problems("def main(ctx, input):\n    r_http_get_v1(\"https://x\", None, 5)\n"));
    }

    @Test
    void deepNestingIsAnErrorAndNoStackOverflow() {
        for (String code : List.of(
                "x = " + "(".repeat(100_000) + ")".repeat(100_000),
                "x = " + "[".repeat(100_000) + "]".repeat(100_000),
                "x = " + "-".repeat(100_000) + "1",
                "x = " + "not ".repeat(50_000) + "1",
                "x = 1" + " + 1".repeat(50_000),
                "x = a" + ".a".repeat(50_000),
                "x = a" + "()".repeat(50_000),
                "x = " + "lambda: ".repeat(20_000) + "1",
                "x = " + "1 if 1 else ".repeat(15_000) + "1",
                "x = " + "{1:".repeat(50_000),
                "x = [" + "[1 for x in ".repeat(10_000))) {
            Problem first = problems(code + "\n").getFirst();
            assertTrue(first.message().contains("nested more than 200 deep"), first.message());
        }
        StringBuilder blocks = new StringBuilder("def main(ctx, input):\n");
        for (int i = 1; i < 150; i++) {
            blocks.append(" ".repeat(i)).append("if 1:\n");
        }
        assertTrue(problems(blocks.toString()).getFirst().message().contains("nested more than 100 deep"));
    }

    @Test
    void theFileHasALimitAndMustBeText() throws Exception {
        Launch launch = Scripts.launch(folder, MAIN + "# " + "x".repeat(300_000));
        try (Executor executor = Scripts.executor()) {
            assertEquals("SOURCE_TOO_LARGE", executor.inspect(launch).getFirst().code());
            Files.write(folder.resolve("main.star"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'x'});
            assertTrue(executor.inspect(launch).getFirst().message().contains("is not UTF-8"));
        }
    }

    @Test
    void aHandlerCannotLeaveTheCode() throws Exception {
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.writeString(folder.resolve("secret.star"), MAIN);
        try (Executor executor = Scripts.executor()) {
            Launch launch = Samples.launch("starlark", code, "../secret.main");
            assertEquals(
                    "HANDLER_NOT_FOUND", executor.inspect(launch).getFirst().code());
            Launch noDot = Samples.launch("starlark", code, "main");
            assertTrue(executor.inspect(noDot).getFirst().message().contains("expected file.function"));
        }
    }

    @Test
    void whatFailsWhileItIsLoadedIsRejectedWithItsPlace() {
        try (Executor executor = Scripts.executor()) {
            Launch launch = Scripts.launch(folder, "LIMITS = [1, 2][5]\n" + MAIN);
            PluginException thrown = assertThrows(PluginException.class, () -> executor.start(launch));
            assertTrue(thrown.getMessage().startsWith("main.star:1:16: index out of range"), thrown.getMessage());
            Launch endless = Scripts.launch(folder, "x = [i for i in range(1 << 30) if i < 0]\n" + MAIN);
            assertTrue(assertThrows(PluginException.class, () -> executor.start(endless))
                    .getMessage()
                    .contains("steps"));
            Launch asking = Scripts.launch(folder, "x = r_now_v1()\n" + MAIN);
            assertTrue(assertThrows(PluginException.class, () -> executor.start(asking))
                    .getMessage()
                    .contains("while the file is loaded"));
        }
    }

    @Test
    void codeWithNothingWrongHasNoProblems() throws Exception {
        assertFalse(problems(PushDigestTest.resource("digest.star")).iterator().hasNext());
    }
}
