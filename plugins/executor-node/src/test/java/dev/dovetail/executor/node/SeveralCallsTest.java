package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Prestarting;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Several calls at once in one process. */
@Needs(Need.NODE)
final class SeveralCallsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static Launch four(TestBench bench, String source, Launch.LogSink logs) throws Exception {
        Launch one = bench.launch(Map.of("index.js", source), List.of(), Map.of(), Samples.LIMITS, 4);
        return new Launch(
                one.version(),
                one.runtime(),
                one.code(),
                one.layers(),
                one.handler(),
                one.environment(),
                one.limits(),
                one.atLeast(),
                one.egress(),
                one.capabilities(),
                one.concurrency(),
                logs);
    }

    @Test
    void fourCallsWaitAtOnceAndEachHasItsOwnHostAndLines() throws Exception {
        String source = """
                exports.handler = async (event, context) => {
                  await context.sleep(event);
                  console.log('line of ' + event);
                  return event;
                };
                """;
        Map<String, String> lines = new ConcurrentHashMap<>();
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(four(
                                bench, source, (execution, line) -> lines.put(line, execution.orElse("unknown"))))) {
            assertEquals(4, ((Concurrent) instance).calls());
            List<Invocation> invocations = new ArrayList<>();
            List<FakeHost> hosts = new ArrayList<>();
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                invocations.add(Samples.invocation(Integer.toString(i)));
                hosts.add(new FakeHost().holding());
                calls.add(Call.of(instance, invocations.get(i), hosts.get(i)));
            }
            for (FakeHost host : hosts) {
                host.awaitAsked(1);
            }
            // the last is answered first
            for (int i = 3; i >= 0; i--) {
                hosts.get(i)
                        .answer(new Answer.Reply(hosts.get(i).asked().getFirst().ticket(), FakeHost.json("null")));
                assertEquals(Integer.toString(i), TestBench.text(calls.get(i).outcome(SOON)));
                assertEquals(invocations.get(i).executionId(), lines.get("line of " + i));
            }
        }
    }

    @Test
    void callsThatEndTogetherHaveEachItsOwnEnd() throws Exception {
        String source = """
                let all;
                const together = new Promise((resolve) => { all = resolve; });
                let come = 0;
                exports.handler = async (event) => {
                  if (++come === 4) {
                    all();
                  }
                  await together;
                  if (event === 0) {
                    throw new Error('none');
                  }
                  return 'x'.repeat(event);
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(four(bench, source, (execution, line) -> {}))) {
            // one is larger than what is written at once
            int[] sizes = {1, 200_000, 0, 3};
            List<Call> calls = new ArrayList<>();
            for (int size : sizes) {
                calls.add(Call.of(instance, Samples.invocation("" + size), new FakeHost()));
            }
            for (int i = 0; i < sizes.length; i++) {
                String expected = sizes[i] == 0 ? "code FUNCTION" : '"' + "x".repeat(sizes[i]) + '"';
                assertTrue(TestBench.text(calls.get(i).outcome(SOON)).startsWith(expected));
            }
        }
    }

    @Test
    void aCallThatLeavesWhenItIsToldLeavesTheOthersAlone() throws Exception {
        String source = "exports.handler = async (event, context) => { await context.sleep(60000); return 1; };";
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(four(bench, source, (execution, line) -> {}))) {
            FakeHost one = new FakeHost().holding();
            FakeHost other = new FakeHost().holding();
            Call leaving = Call.of(instance, Samples.invocation("{}"), one);
            Call staying = Call.of(instance, Samples.invocation("{}"), other);
            one.awaitAsked(1);
            other.awaitAsked(1);
            leaving.interrupt();
            assertEquals("Stopped", TestBench.text(leaving.outcome(Duration.ofSeconds(1))));
            other.answer(new Answer.Reply(other.asked().getFirst().ticket(), FakeHost.json("null")));
            assertEquals("1", TestBench.text(staying.outcome(SOON)));
            assertTrue(instance.usable());
        }
    }

    @Test
    void aCallThatDoesNotStopEndsTheProcessAndTheOthersByNoFaultOfTheirs() throws Exception {
        String source = """
                exports.handler = async (event, context) => {
                  context.progress(0, 'begun');
                  if (event.stay) await new Promise(() => setTimeout(() => {}, 60000));
                  await context.sleep(60000);
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(four(bench, source, (execution, line) -> {}))) {
            FakeHost one = new FakeHost().holding();
            FakeHost other = new FakeHost().holding();
            Call stuck = Call.of(instance, Samples.invocation("{\"stay\":true}"), one);
            Call neighbour = Call.of(instance, Samples.invocation("{}"), other);
            one.awaitTold();
            other.awaitAsked(1);
            stuck.interrupt();
            assertEquals("Stopped", TestBench.text(stuck.outcome(Duration.ofSeconds(1))));
            assertEquals(
                    "platform PLATFORM The worker was ended because another call in it did not stop when it was told to",
                    TestBench.text(neighbour.outcome(SOON)));
            assertFalse(instance.usable());
        }
    }

    @Test
    void aWorkerThatIsReadyBeforehandOnlyLoadsCode() throws Exception {
        try (TestBench bench = Benches.open()) {
            Prestarting.check(bench.executor(), Benches.layered(bench, "exports.handler = async (event) => event;"));
        }
    }

    @Test
    void aWorkerThatEndsWithACallTakesNoOther() throws Exception {
        String source = """
                exports.handler = async (event) => {
                  Promise.reject(new Error('nobody waits for it'));
                  await new Promise((done) => setTimeout(done, 10_000));
                };
                """;
        for (int i = 0; i < 10; i++) {
            try (TestBench bench = Benches.open();
                    Instance instance = bench.executor().start(bench.launch("index.js", source))) {
                Outcome outcome = instance.invoke(Samples.invocation("{}"), new FakeHost());
                assertFalse(instance.usable());
                assertTrue(outcome.toString().contains("nobody waits for it"), outcome::toString);
            }
        }
    }
}
