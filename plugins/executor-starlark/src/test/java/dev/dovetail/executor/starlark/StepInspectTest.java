package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about steps and the other workflow helpers when code is deployed. */
@Tag("RT-04")
@Tag("TY-15")
final class StepInspectTest {
    private static final String CODE = """
            def work(ctx, i):
                return i

            def three(ctx, i, o):
                return i

            def main(ctx, input):
                def inner(ctx, i, o):
                    pass
                %s
            """;

    @TempDir
    Path folder;

    private List<Problem> problems(String code) {
        try (Executor executor = Scripts.executor()) {
            return executor.inspect(Scripts.launch(folder, code)).stream()
                    .filter(problem -> !problem.code().startsWith("USES_")) // of which UsesTest tells
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "r_step_v1('s')                          | ARGUMENTS      | needs an argument for fn",
                "r_step_v1(5, work)                      | ARGUMENT_TYPE  | takes a string for name, not int",
                "r_step_v1('s', 5)                       | ARGUMENT_TYPE  | takes a function for fn, not int",
                "r_step_v1('s', three)                   | STEP_FUNCTION  | \"three\" does not take two parameters",
                "r_step_v1('s', lambda c: c)             | STEP_FUNCTION  | \"lambda\" does not take two parameters",
                "r_step_v1('s', work, work)              | COMPENSATION   | \"work\" does not take three parameters",
                "r_step_v1('s', work, lambda c, i, o: 1) | COMPENSATION   | with def at the file's top",
                "r_step_v1('s', work, inner)             | COMPENSATION   | with def at the file's top",
                "r_step_v1('s', work, len)               | COMPENSATION   | with def at the file's top",
                "r_step_v1('s', work, 'three')           | ARGUMENT_TYPE  | function for the compensation, not string",
                "r_step_v1('s', work, retry=3)           | ARGUMENT_TYPE  | takes a dict for retry, not int",
                "r_step_v1('s', work, retry={'tries': 3})| ARGUMENT_TYPE  | There is no \"tries\" in the retry",
                "r_step_v1('s', work, timeout_ms='1s')   | ARGUMENT_TYPE  | takes an int for timeout_ms, not string",
                "r_step_v2('s', work)                    | UNKNOWN_HELPER | did you mean \"r_step_v1\"?",
                "r_run_step_v1('s')                      | ARGUMENTS      | needs its function and an input too",
                "r_run_step_v1('s', work)                | ARGUMENTS      | needs its function and an input too",
                "r_run_step_v1('s', three, 1)            | STEP_FUNCTION  | \"three\" does not take two parameters",
                "r_run_step_v1('s', [], 1)               | ARGUMENT_TYPE  | takes a function for fn, not list",
                "r_run_step_v1(1, 1)                     | ARGUMENT_TYPE  | a step or a step's name first, not int",
                "r_run_step_v1('s', work, 1, compensate_fn=inner) | COMPENSATION | with def at the file's top",
                "r_run_step_v1('s', work, 1, exit_on_error=0) | ARGUMENT_TYPE | takes a bool for exit_on_error, not int",
                "r_run_steps_parallel_v1([('s', work)])  | ARGUMENT_TYPE  | not tuple of 2",
                "r_run_steps_parallel_v1([('s', three, 1)]) | STEP_FUNCTION | \"three\" does not take two parameters",
                "r_run_steps_parallel_v1([5])            | ARGUMENT_TYPE  | not int",
                "r_run_steps_parallel_v1([('s', three, i) for i in input]) | STEP_FUNCTION | two parameters",
                "r_run_steps_parallel_v1([], max_concurrency='2') | ARGUMENT_TYPE | takes an int for max_concurrency",
                "ctx.steps.define('s', three)            | STEP_FUNCTION  | \"three\" does not take two parameters",
                "ctx.steps.define('s', work, compensate=inner) | COMPENSATION | with def at the file's top",
                "ctx.steps.run('s')                      | ARGUMENTS      | needs its function and an input too",
                "ctx.steps.parallel([('s', work)])       | ARGUMENT_TYPE  | not tuple of 2",
                "ctx.steps.step('s', work)               | UNKNOWN_HELPER | There is no ctx.steps.step",
                "r_wait_event_v1('order.paid')           | ARGUMENT_TYPE  | Not the id of an event type",
                "r_wait_event_v1(5)                      | ARGUMENT_TYPE  | takes a string for event_type_id",
                "ctx.events.wait('order.paid')           | ARGUMENT_TYPE  | Not the id of an event type",
                "ctx.events.on('order.paid')             | UNKNOWN_HELPER | There is no ctx.events.on",
                "r_publish_v1('t')                       | ARGUMENTS      | needs an argument for payload",
                "r_publish_v1(1, 1)                      | ARGUMENT_TYPE  | takes a string for topic, not int",
                "r_audit_v1()                            | ARGUMENTS      | needs an argument for action",
                "r_signal_v1('e')                        | ARGUMENTS      | needs an argument for name",
                "r_approval_v1('a', '1s')                | ARGUMENT_TYPE  | takes an int for timeout_ms, not string",
                "r_native_invoke_v1('m', 'f')            | ARGUMENTS      | needs an argument for params",
                "r_native_invoke_v1('m', 'f', 1, retry={'multiplier': 3})| ARGUMENT_TYPE  | There is no \"multiplier\" in the retry",
                "r_get_job_status_v1(5)                  | ARGUMENT_TYPE  | takes a string for job_id, not int",
                "r_snapshot_v1(5)                        | ARGUMENT_TYPE  | takes a string for label, not int",
            })
    void namesWhatIsWrong(String call, String code, String message) {
        List<Problem> problems = problems(CODE.formatted(call.replace('\'', '"')));
        assertEquals(1, problems.size(), problems::toString);
        Problem first = problems.getFirst();
        assertEquals(code, first.code(), first.toString());
        assertTrue(first.message().contains(message), first.toString());
        assertEquals(10, first.place().orElseThrow().line());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r_step_v1('s', work, three)",
                "r_step_v1('s', work, None)",
                "r_step_v1('s', lambda c, i: 1, three, {'max_attempts': 2}, 500)",
                "r_run_step_v1(r_step_v1('s', work), {'n': 1})",
                "r_run_step_v1(r_step_v1('s', work), 1, False)",
                "r_run_step_v1(input, input)",
                "r_run_step_v1(input.step, work)",
                "r_run_step_v1(*input)",
                "r_run_step_v1('s', **input.all)",
                "work = three; r_step_v1('s', work, work)",
                "[r_step_v1('s', three) for three in input]",
                "r_run_steps_parallel_v1([(input.step, 1), ('s', work, 2), input.more])",
                "r_run_steps_parallel_v1(input.steps, 3, False)",
                "r_wait_event_v1(input.type, 'event.a > 1', 10, False)",
                "ctx.events.wait('gts.x.core.faas.event.v1~a.b.v1~', filter='a', timeout_ms=1)",
                "ctx.steps.run(ctx.steps.define('s', work, three), 5)",
            })
    void leavesAloneWhatMayBeRight(String call) {
        assertEquals(List.of(), problems(CODE.formatted(call.replace('\'', '"'))));
    }

    @Test
    void theFunctionsOfAStepAreCheckedForWhatTheyAskToo() {
        for (String function : List.of("work", "three")) {
            String code = CODE.formatted("r_step_v1(\"s\", work, three)")
                    .replace("def " + function + "(ctx, i", "def " + function + "(c, i")
                    .replaceFirst("return i", function.equals("work") ? "return c.nothing()" : "return i");
            code = function.equals("three") ? code.replace("o):\n    return i", "o):\n    return c.nothing()") : code;
            List<Problem> problems = problems(code);
            assertEquals(1, problems.size(), code + problems);
            assertEquals("UNKNOWN_HELPER", problems.getFirst().code());
            assertTrue(problems.getFirst().message().contains("There is no c.nothing"), problems::toString);
        }
    }
}
