package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps that run at once. */
@Tag("WF-27")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ParallelTest implements ParallelSteps {
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
    void resultsComeInTheOrderOfTheList() throws Exception {
        for (String call : List.of(
                "r_run_steps_parallel_v1([(\"w\", work, n) for n in range(5)])",
                "ctx.steps.parallel([(ctx.steps.define(\"w\", work), n) for n in range(5)])",
                "r_run_steps_parallel_v1(tuple([[\"w\", work, n] for n in range(5)]), max_concurrency = 2)",
                "r_run_steps_parallel_v1([(\"w\", work, n) for n in range(5)], 100, False)")) {
            String answer =
                    Scripts.answer(run("return [[r.ok, r.value] for r in " + call + "]", ParallelSteps.digits()));
            assertEquals("[[true,0],[true,1],[true,4],[true,9],[true,16]]", answer, call);
        }
        assertEquals("[]", Scripts.answer(run("return r_run_steps_parallel_v1([])", ParallelSteps.digits())));
    }

    @Test
    void whileOneWaitsAnotherRunsAndAnswersDecideTheOrder() throws Exception {
        try (Executor executor = executor();
                Instance instance =
                        executor.start(launch("r_run_steps_parallel_v1([(\"w\", work, n) for n in range(3)])"))) {
            FakeHost host = ParallelSteps.digits().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(3);
            // 0 1 2: the steps; 3: of step 2; 4: of step 0; then both ask again
            int[][] turns = {
                {2, 4}, {0, 5}, {3, 6}, {4, 7}, {1, 8}, {5, 9}, {6, 10}, {7, 11}, {10, 12}, {8, 12}, {9, 12}
            };
            for (int[] turn : turns) {
                host.release(turn[0]);
                host.awaitAsked(turn[1]);
            }
            host.release(11);
            assertInstanceOf(Outcome.Returned.class, call.outcome(Duration.ofSeconds(5)));
            assertEquals(
                    List.of("first 2", "first 0", "second 2", "second 0", "first 1", "second 1"),
                    host.asked().stream()
                            .map(FakeHost.Asked::call)
                            .filter(HostCall.Random.class::isInstance)
                            .map(each -> ((HostCall.Random) each).label().orElseThrow())
                            .toList());
        }
    }

    @Test
    void atMostSoManyAreBegunAsMayRunAtOnce() throws Exception {
        for (int most : List.of(1, 2, 3)) {
            AtomicInteger now = new AtomicInteger();
            AtomicInteger peak = new AtomicInteger();
            FakeHost fake = ParallelSteps.digits();
            Host host = new CountingHost(fake, now, peak);
            run("r_run_steps_parallel_v1([(\"w\", work, n) for n in range(7)], max_concurrency = " + most + ")", host);
            assertEquals(most, peak.get());
            assertEquals(7 * 4, fake.asked().size());
        }
        String message = Scripts.failure(
                        run("r_run_steps_parallel_v1([], max_concurrency = 0)", ParallelSteps.digits()))
                .fault()
                .message();
        assertTrue(message.contains("at least 1, not 0"), message);
    }

    /** Counts steps between their beginning and their end. */
    private record CountingHost(Host host, AtomicInteger now, AtomicInteger peak) implements Host {
        @Override
        public long ask(long scope, HostCall call, Place place) throws InterruptedException {
            if (call instanceof HostCall.Step) {
                peak.accumulateAndGet(now.incrementAndGet(), Math::max);
            } else if (call instanceof HostCall.StepDone) {
                now.decrementAndGet();
            }
            return host.ask(scope, call, place);
        }

        @Override
        public Answer next() throws InterruptedException {
            return host.next();
        }

        @Override
        public void tell(HostNote note) throws InterruptedException {
            host.tell(note);
        }

        @Override
        public boolean replaying() {
            return host.replaying();
        }
    }

    @Test
    void theFirstErrorEndsTheCallAndNoFurtherStepBegins() throws Exception {
        FakeHost host = ParallelSteps.digits();
        Fault fault = Scripts.failure(run(
                        "r_run_steps_parallel_v1([(\"w\", work, 1), (\"f\", failing, 2), (\"w\", work, 3)], max_concurrency = 2)",
                        host))
                .fault();
        assertEquals("fail: no 2", fault.message());
        long begun = host.asked().stream()
                .filter(each -> each.call() instanceof HostCall.Step)
                .count();
        assertEquals(2, begun);
    }

    @Test
    void allResultsAreCollectedIfTheFirstErrorIsNoEnd() throws Exception {
        assertEquals(
                "[[true,1],[false,\"fail: no 2\"],[false,\"fail: no 3\"],[true,16]]",
                Scripts.answer(run(
                        "return [[r.ok, r.value if r.ok else r.error.message] for r in r_run_steps_parallel_v1([(\"w\", work, 1), (\"f\", failing, 2), (\"f\", failing, 3), (\"w\", work, 4)], exit_on_first_error = False)]",
                        ParallelSteps.digits())));
    }

    @Test
    void settledStepsDoNotRun() throws Exception {
        FakeHost host = new FakeHost();
        host.steps()
                .settled("w", FakeHost.json("\"kept\""))
                .settled("f", new HostReply.Refused(Fault.of(Fault.CONFLICT, Fault.Owner.FUNCTION, "sold out")));
        assertEquals(
                "[\"kept\",\"sold out\"]",
                Scripts.answer(run(
                        "return [r.value if r.ok else r.error.message for r in r_run_steps_parallel_v1([(\"w\", work, 1), (\"f\", failing, 2)], exit_on_first_error = False)]",
                        host)));
        assertEquals(2, host.asked().size());
    }

    @Test
    void whatIsNoStepIsNamedBeforeAnyBegins() throws Exception {
        for (List<String> wrong : List.of(
                List.of("[(\"w\", work, 1), [5][0]]", "element 1 is int"),
                List.of("[([\"w\"][0], work)]", "element 0 is tuple of 2"),
                List.of("[(\"w\", work, 1), ([\"w\"][0], [5][0], 1)]", "fn is a function, not int"),
                List.of("5", "int"))) {
            FakeHost host = ParallelSteps.digits();
            String message = Scripts.failure(run("r_run_steps_parallel_v1([" + wrong.getFirst() + "][0])", host))
                    .fault()
                    .message();
            assertTrue(message.contains(wrong.getLast()), message);
            assertEquals(List.of(), host.asked());
        }
        FakeHost host = ParallelSteps.digits();
        String message = Scripts.failure(
                        run("r_run_steps_parallel_v1([(\"w\", work, 1), (\"w\", work, [b\"x\"])])", host))
                .fault()
                .message();
        assertTrue(message.contains("bytes"), message);
    }
}
