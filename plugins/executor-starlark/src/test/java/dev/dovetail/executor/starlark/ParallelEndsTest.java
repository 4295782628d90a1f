package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How steps that run at once end, and that nothing of them is left. */
@Tag("WF-27")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ParallelEndsTest implements ParallelSteps {
    @TempDir
    Path folder;

    private final Workshop workshop = new Workshop();

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Workshop workshop() {
        return workshop;
    }

    @Test
    void oneInsideAnotherEndsWithIt() throws Exception {
        String code = """
                def leaf(ctx, n):
                    ctx.rand("leaf " + str(n))
                    if n == 2:
                        fail("leaf 2")
                    r_await(r_sleep(n))
                    return n

                def branch(ctx, n):
                    return [r.value for r in r_run_steps_parallel_v1([("leaf", leaf, 10 * n + i) for i in range(3)])]

                def main(ctx, input):
                    rs = r_run_steps_parallel_v1([("branch", branch, n) for n in range(3)], exit_on_first_error = False)
                    return [r.value if r.ok else r.error.message for r in rs]
                """;
        try (Executor executor = executor();
                Instance instance = executor.start(Scripts.launch(folder, code))) {
            Outcome outcome = instance.invoke(Samples.invocation("{}"), ParallelSteps.digits());
            assertEquals("[\"fail: leaf 2\",[10,11,12],[20,21,22]]", Scripts.answer(outcome));
        }
    }

    @Test
    void suspendStopAndLimitsUnwindAll() throws Exception {
        String three = "r_run_steps_parallel_v1([(\"w\", work, n) for n in range(3)])";
        try (Executor executor = executor();
                Instance instance = executor.start(launch(three))) {
            for (Answer end : List.of(
                    new Answer.Suspend(), new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "enough")))) {
                FakeHost host = ParallelSteps.digits().holding();
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                host.awaitAsked(3);
                host.release(1);
                host.awaitAsked(4);
                host.answer(end);
                Outcome outcome = call.outcome(Duration.ofSeconds(5));
                assertEquals(List.of(), workshop.leftBehind());
                if (end instanceof Answer.Suspend) {
                    List<Outcome.Frame> where =
                            assertInstanceOf(Outcome.Suspended.class, outcome).where();
                    assertEquals("main", where.getFirst().function());
                } else {
                    assertInstanceOf(Outcome.Stopped.class, outcome);
                }
            }
        }
        Launch launch = Scripts.launch(
                folder,
                WORK
                        + "def main(ctx, input):\n    r_run_steps_parallel_v1([(\"w\", work, 1), (\"b\", busy, 2)], exit_on_first_error = False)\n",
                Scripts.limits(10_000, 128));
        try (Executor executor = executor();
                Instance instance = executor.start(launch)) {
            Outcome outcome = instance.invoke(Samples.invocation("{}"), ParallelSteps.digits());
            assertEquals(Fault.CPU_LIMIT, Scripts.failure(outcome).fault().id());
            assertEquals(
                    "main.star",
                    outcome instanceof Outcome.Failed failed
                            ? failed.fault().place().orElseThrow().file()
                            : "");
        }
    }

    @Test
    void closingOrInterruptingStopsTheOneThatRunsAndThoseThatWait() throws Exception {
        for (boolean close : new boolean[] {true, false}) {
            for (String steps : List.of("(\"b\", busy, 1), (\"w\", work, 2)", "(\"w\", work, 2), (\"w\", work, 3)")) {
                try (Executor executor = executor()) {
                    Instance instance = executor.start(launch("r_run_steps_parallel_v1([" + steps + "])"));
                    FakeHost host = ParallelSteps.digits().holding();
                    Call call = Call.of(instance, Samples.invocation("{}"), host);
                    host.awaitAsked(2);
                    host.release(0);
                    if (steps.contains("busy")) {
                        host.awaitTold();
                    } else {
                        host.awaitAsked(3);
                    }
                    if (close) {
                        instance.close();
                        Fault fault = Scripts.failure(call.outcome(Duration.ofSeconds(2)))
                                .fault();
                        assertEquals(Fault.PLATFORM, fault.id());
                    } else {
                        call.interrupt();
                        assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(1)));
                    }
                    assertEquals(List.of(), workshop.leftBehind());
                    instance.close();
                }
            }
        }
    }

    @Test
    @Tag("WF-07")
    void theSameAnswersInTheSameOrderLeadToTheSameHistory() throws Exception {
        String code = """
                def nested(ctx, n):
                    return [r.ok for r in r_run_steps_parallel_v1([("leaf", leaf, i) for i in range(n)], 2, False)]

                def leaf(ctx, n):
                    waits = [r_sleep(i) for i in range(int(ctx.rand("leaf")))]
                    for w in waits:
                        r_await(w)
                    if ctx.rand() == 0:
                        fail("zero")
                    return n

                def main(ctx, input):
                    mine = r_sleep(99)
                    rs = r_run_steps_parallel_v1(
                        [("leaf", leaf, n) for n in range(4)] + [("nested", nested, n) for n in range(3)],
                        max_concurrency = 4,
                        exit_on_first_error = False,
                    )
                    r_await(mine)
                    return [r.ok for r in rs]
                """;
        long first = new Random().nextLong();
        int atOnce = 0;
        try (Executor executor = executor();
                Instance instance = executor.start(Scripts.launch(folder, code))) {
            for (long seed = first; seed < first + 150; seed++) {
                int suspendAt = seed % 2 == 0 ? Integer.MAX_VALUE : Math.floorMod(seed, 60);
                SeededHost once = new SeededHost(seed, suspendAt);
                SeededHost again = new SeededHost(seed, suspendAt);
                Outcome outcome = instance.invoke(Samples.invocation("{}"), once);
                Outcome repeated = instance.invoke(Samples.invocation("{}"), again);
                assertEquals(once.history(), again.history(), "seed " + seed);
                assertEquals(outcome.getClass(), repeated.getClass(), "seed " + seed);
                assertEquals(outcome.usage().steps(), repeated.usage().steps(), "seed " + seed);
                assertTrue(
                        suspendAt < Integer.MAX_VALUE || outcome instanceof Outcome.Returned,
                        () -> "seed " + once + " " + outcome);
                atOnce = Math.max(atOnce, once.most());
            }
        }
        assertTrue(atOnce >= 5, "questions open at once: " + atOnce);
    }
}
