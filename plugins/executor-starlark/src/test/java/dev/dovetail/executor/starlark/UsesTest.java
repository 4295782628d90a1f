package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only workflows have is told of code that uses it, and of no other. */
@Tag("FN-05")
final class UsesTest {
    private static final String CODE = """
            def work(ctx, i):
                return i

            def undo(ctx, i, o):
                return None

            def helper(c, n):
                c.sleep(n)

            def main(ctx, input):
                %s
                return 1
            """;

    @TempDir
    Path folder;

    private List<Problem> problems(String code) {
        try (Executor executor = Scripts.executor()) {
            return executor.inspect(Scripts.launch(folder, code));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ctx.sleep(60000)                                | USES_SLEEP",
                "r_sleep_v1(input.ms)                            | USES_SLEEP",
                "ctx.sleep(1000)                                 | ``",
                "ctx.await(ctx.events.wait('gts.x.y._.z.v1~'))   | USES_EVENT",
                "r_wait_event_v1('gts.x.y._.z.v1~')              | USES_EVENT",
                "[ctx.approval('a') for i in input.all]          | USES_APPROVAL",
                "r_approval_v1('a')                              | USES_APPROVAL",
                "ctx.steps.run('s', work, 1)                     | USES_STEP",
                "r_run_step_v1(r_step_v1('s', work, undo), 1)    | USES_STEP USES_COMPENSATION",
                "ctx.steps.define('s', work, compensate=undo)    | USES_STEP USES_COMPENSATION",
                "ctx.steps.define('s', work, compensate=None)    | USES_STEP",
                "r_run_steps_parallel_v1([])                     | USES_STEP",
                "ctx.checkpoint('c')                             | USES_CHECKPOINT",
                "r_snapshot_v1()                                 | USES_CHECKPOINT",
                "ctx.now(); ctx.http.get('http://a', timeout_ms=1); ctx.invoke('f', {}, timeout_ms=1) | ``",
                "input.sleep(60000)                              | ``",
            })
    void whatIsUsedIsToldOnceEach(String line, String codes) {
        List<Problem> problems = problems(CODE.formatted(line.replace('\'', '"')));
        assertEquals(codes, problems.stream().map(Problem::code).collect(Collectors.joining(" ")));
        problems.forEach(problem -> {
            assertEquals(Problem.Severity.WARNING, problem.severity());
            assertEquals(11, problem.place().orElseThrow().line());
            assertTrue(problem.snippet().isPresent());
            assertTrue(problem.remedy().orElseThrow().contains("\"kind\": \"workflow\""));
        });
    }

    @Test
    void codeThatIsWrongIsToldOfThatAlone() {
        List<Problem> problems = problems(CODE.formatted("ctx.sleep(60000)\n    ctx.nothing()"));
        assertEquals(
                List.of("UNKNOWN_HELPER"), problems.stream().map(Problem::code).toList());
    }
}
