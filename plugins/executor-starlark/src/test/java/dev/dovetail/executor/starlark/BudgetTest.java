package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call may use, and what happens to those that want more. */
@Tag("TY-15")
@Tag("RT-06")
@Tag("RT-07")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BudgetTest {
    private static final String LOOP = """
            def main(ctx, input):
                n = 0
                for i in range(input):
                    n += i
                return n
            """;

    @TempDir
    Path folder;

    private Outcome run(String code, String input, Limits limits) {
        return Scripts.run(Scripts.launch(folder, code, limits), input, new FakeHost());
    }

    @Test
    void stepsAreCountedAsTheDecisionPageSays() {
        // the call, three statements; then for each round the round and its statement
        for (int rounds : new int[] {0, 1, 7, 1_000, 5_000}) {
            Outcome outcome = run(LOOP, String.valueOf(rounds), Samples.LIMITS);
            // range(...) is a call, and the JSON that was read and written is below one step
            assertEquals(1 + 3 + 1 + 2L * rounds, outcome.usage().steps(), "of " + rounds + " rounds");
        }
    }

    @Test
    void theLastStepIsStillAllowedAndTheNextIsNot() {
        long needed = run(LOOP, "3000", Samples.LIMITS).usage().steps();
        assertInstanceOf(Outcome.Returned.class, run(LOOP, "3000", Scripts.limits(needed, 128)));
        Outcome.Failed failed = Scripts.failure(run(LOOP, "3000", Scripts.limits(needed - 1, 128)));
        assertEquals(Fault.CPU_LIMIT, failed.fault().id());
        assertEquals(Fault.Owner.FUNCTION, failed.fault().owner());
        assertEquals(needed - 1, failed.usage().steps());
        assertEquals(5, failed.fault().place().orElseThrow().line(), "where the steps ran out");
        assertTrue(
                failed.fault().message().contains(String.valueOf(needed - 1)),
                failed.fault().message());
    }

    @Test
    void bytesAreTheSameInEveryRun() {
        String code = """
                def main(ctx, input):
                    d = {}
                    for i in range(1000):
                        d[str(i)] = [i] * 10
                    return json.encode(d)
                """;
        long first = run(code, "{}", Samples.LIMITS).usage().peakBytes();
        assertTrue(first > 100_000, "counted " + first);
        assertEquals(first, run(code, "{}", Samples.LIMITS).usage().peakBytes());
        assertInstanceOf(Outcome.Returned.class, run(code, "{}", Scripts.limits(10_000_000, 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\" * (1 << 40)",
                "[0] * (1 << 60)",
                "(0,) * ((1 << 80))",
                "b\"x\" * 100000000000",
                "list(range(1 << 30))",
                "sorted(range(2000000000))",
                "[x for x in range(100000000)]",
                "{x: x for x in range(100000000)}",
                "set(range(100000000))",
                "(\"x\" * 10000000).split(\"x\")",
                "(\"x\" * 20000000).replace(\"x\", \"yyyyyyyy\")",
                "(\"x\" * 1000000).join([\"\"] * 1000)",
                "\"%s%s%s\" % ((\"x\" * 20000000,) * 3)",
                "\"{0}{0}{0}{0}\".format(\"x\" * 20000000)",
                "(\"x\" * 10000000).elems()",
                "json.encode([\"x\" * 1000000] * 1000)",
                "json.decode(\"[\" + \"1,\" * 10000000 + \"1]\")",
                "json.indent(\"[\" * 200 + \"]\" * 200, indent = \"x\" * 1000000)",
                "repr([[\"x\" * 1000000] * 100] * 100)",
                "str([0] * 10000000)",
                "zip(*[range(1000000)] * 100)",
                "[\"x\" * 30000000 for _ in range(10)]",
                "bytes(\"x\" * 40000000)",
                "struct(**{str(i): i for i in range(10000000)})",
                "len([i << 1000000 for i in range(10000)])",
            })
    void whatIsTooBigFailsBeforeItIsMade(String expression) {
        long started = System.nanoTime();
        Outcome outcome = run(
                "def main(ctx, input):\n    x = " + expression + "\n    return 1\n",
                "{}",
                Scripts.limits(1_000_000_000, 64));
        Outcome.Failed failed = Scripts.failure(outcome);
        assertEquals(Fault.MEMORY_LIMIT, failed.fault().id(), failed.fault().toString());
        assertEquals(Fault.Owner.FUNCTION, failed.fault().owner());
        assertEquals(
                "{\"limit\":{\"memory_limit_mb\":64},\"observed\":{\"max_memory_used_mb\":"
                        + (failed.usage().peakBytes() >> 10) / 1024.0 + "}}",
                failed.fault().details().text());
        assertTrue(Duration.ofNanos(System.nanoTime() - started).toSeconds() < 10, "took too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for _ in range(1 << 30):\n        for _ in range(1 << 30):\n            pass",
                "x = [0 for _ in range(1 << 30) if False]",
                "x = \"a\" * 3000000\n    for _ in range(1 << 30):\n        x.count(\"a\" * 1500000 + \"b\")",
                "x = \"a\" * 1000000\n    for _ in range(1 << 30):\n        x.rfind(\"b\" + \"a\" * 20)",
                "x = (1 << 500000) - 1\n    for _ in range(1 << 30):\n        y = x * x % x",
                "x = 7 << 100000\n    for _ in range(1 << 30):\n        str(x)",
                "x = list(range(100000))\n    for _ in range(1 << 30):\n        sorted(x, reverse = True)",
                "x = list(range(100000))\n    for _ in range(1 << 30):\n        x.index(99999)",
                "x = [1]\n    y = [1]\n    for _ in range(60):\n        x = [x, x]\n        y = [y, y]\n    x == y",
                "t = (1,)\n    u = (1,)\n    for _ in range(60):\n        t = (t, t)\n        u = (u, u)\n    d = {t: 1}\n    x = u in d",
                "x = list(range(3000))\n    for _ in range(1 << 30):\n        x.insert(0, x.pop())",
                "x = [\"a\" * 1000000] * 1000\n    for _ in range(1 << 30):\n        x == [\"a\" * 999999 + \"b\"]",
            })
    void whatTakesTooLongFailsOrStopsWhenInterrupted(String body) throws Exception {
        String code = "def main(ctx, input):\n    ctx.progress(0)\n    " + body + "\n    return 1\n";
        long started = System.nanoTime();
        Outcome limited = run(code, "{}", Scripts.limits(1_000_000, 512));
        Outcome.Failed failed = Scripts.failure(limited);
        assertTrue(
                failed.fault().id().equals(Fault.CPU_LIMIT)
                        || failed.fault().id().equals(Fault.MEMORY_LIMIT),
                failed.fault().toString());
        assertTrue(Duration.ofNanos(System.nanoTime() - started).toSeconds() < 20, "took too long");

        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(Scripts.launch(folder, code, Scripts.limits(1_000_000_000, 512)))) {
            FakeHost host = new FakeHost();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            call.interrupt();
            Outcome outcome = call.outcome(Duration.ofSeconds(2));
            assertTrue(outcome instanceof Outcome.Stopped || outcome instanceof Outcome.Failed, outcome.toString());
        }
    }

    @Test
    void memoryThatAHandlerAsksForIsNotMoreThanTheLanguageAllows() {
        Outcome outcome = run(
                "def main(ctx, input):\n    x = \"a\" * 300000000\n    return 1\n",
                "{}",
                Scripts.limits(10_000_000, 10_240));
        assertEquals(Fault.MEMORY_LIMIT, Scripts.failure(outcome).fault().id());
    }
}
