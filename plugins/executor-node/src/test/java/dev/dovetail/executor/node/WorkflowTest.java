package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.json.JsonText;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to code that is replayed. */
@Needs(Need.NODE)
@Tag("WF-07")
final class WorkflowTest {
    private static final String WAITS = "gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~";
    private static final Duration SOON = Duration.ofSeconds(10);

    private static Outcome run(String source, FakeHost host) throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            Outcome outcome = instance.invoke(Samples.workflow("{}"), host);
            assertTrue(instance.usable());
            return outcome;
        }
    }

    private static final String SLEEPS = """
            exports.handler = async (event, ctx) => {
              const now = await ctx.now();
              await Promise.all([ctx.random(), WAIT]);
              return now;
            };
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new Promise((done) => setTimeout(done, 60000))",
                "new Promise(() => {})",
                // begun by an answer: what is begun before one may be done when the answer comes, and is not waited for
                "ctx.random().then(() => require('fs').promises.readFile(__filename))",
                "new Promise((done) => setTimeout(done, 60000)).catch(() => 1)"
            })
    void outsideOfAStepAWorkflowWaitsForNothingButTheHost(String wait) throws Exception {
        Fault fault = assertInstanceOf(Outcome.Failed.class, run(SLEEPS.replace("WAIT", wait), FakeHost.naming()))
                .fault();
        assertEquals(WAITS, fault.id());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
        assertTrue(fault.message().contains("ctx.sleep"), fault.message());
        assertTrue(fault.message().endsWith("The last that it asked was at index.js:3."), fault.message());
        assertEquals(3, fault.place().orElseThrow().line());
    }

    @Test
    void whoAsksNothingAtAllDoesNotWaitEither() throws Exception {
        String source = "exports.handler = () => new Promise((done) => setTimeout(done, 100));";
        FakeHost host = FakeHost.naming();
        assertEquals(
                WAITS,
                assertInstanceOf(Outcome.Failed.class, run(source, host))
                        .fault()
                        .id());
        String settled = "exports.handler = async () => { for (let i = 0; i < 100; i++) { await i; } return 1; }";
        assertEquals("1", TestBench.text(run(settled, host)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e300", "3155760000001", "NaN"})
    void timesThatAreNoneAreTheCodesFaultAndTheWorkerLives(String milliseconds) throws Exception {
        Fault fault = assertInstanceOf(
                        Outcome.Failed.class,
                        run("exports.handler = (event, ctx) => ctx.sleep(" + milliseconds + ");", FakeHost.naming()))
                .fault();
        assertTrue(fault.message().contains("3155760000000"), fault.message());
        assertEquals(1, fault.place().orElseThrow().line());
    }

    @Test
    void aPlainFunctionAndAStepMayWaitForAnything() throws Exception {
        String sleeps = SLEEPS.replace("WAIT", "new Promise((done) => setTimeout(done, 20))");
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", sleeps))) {
            assertEquals("\"Now\"", TestBench.text(instance.invoke(Samples.invocation("{}"), FakeHost.naming())));
        }
        String source = """
                const later = () => new Promise((done) => setTimeout(() => done(1), 20));
                exports.handler = (event, ctx) => Promise.all([ctx.step('a', later), ctx.step('b', later)]);
                """;
        assertEquals("[1,1]", TestBench.text(run(source, FakeHost.naming())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                exports.handler = async (event, ctx) => {
                  for (let i = 0; i < 3; i++) {
                    await ctx.sleep(60000).catch(() => ctx.now().catch(() => {}));
                  }
                  return 'caught';
                };
                """, """
                exports.handler = async (event, ctx) => {
                  await ctx.sleep(60000).catch(() => {});
                  await new Promise((done) => setTimeout(done, 30000));
                  return 'caught';
                };
                """, """
                const wait = (ctx) => ctx.sleep(60000).catch(() => 1);
                exports.handler = async (event, ctx) => {
                  await Promise.allSettled([ctx.step('a', wait), ctx.step('b', wait)]);
                  return 'caught';
                };
                """})
    void whoeverCatchesEverythingLeavesAllTheSame(String source) throws Exception {
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        int asked = source.contains("step") ? 4 : 1;
        for (Answer answer : List.of(new Answer.Suspend(), new Answer.Stop(cause))) {
            try (TestBench bench = Benches.open();
                    Instance instance = bench.executor().start(bench.launch("index.js", source))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.workflow("{}"), host);
                if (asked == 4) {
                    host.awaitAsked(2);
                    host.release(1);
                    host.release(0);
                }
                host.awaitAsked(asked);
                host.answer(answer);
                String expected = answer instanceof Answer.Suspend ? "Suspended" : "Stopped";
                assertEquals(expected, TestBench.text(call.outcome(SOON)));
                assertEquals(asked, host.asked().size());
                assertTrue(instance.usable(), "it left by itself");
            }
        }
    }

    private static final String PRINTS = """
            exports.handler = async (event, ctx) => {
              const states = [];
              for (let n = 0; n < 4; n++) {
                console.log('line', n);
                console.error('error', n);
                ctx.log('log ' + n);
                states.push(ctx.isReplay);
                await ctx.now();
              }
              console.log('end');
              return states;
            };
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatWasPrintedAndToldIsNotRepeatedWhileReplaying(int concurrency) throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(bench.launch(
                                Map.of("index.js", PRINTS), List.of(), Map.of(), Samples.LIMITS, concurrency))) {
            FakeHost host = FakeHost.naming();
            Outcome outcome = instance.invoke(Samples.workflow("{}"), host.replaying(2));
            assertEquals("[true,true,false,false]", TestBench.text(outcome));
            assertEquals(
                    List.of("end", "error 2", "error 3", "line 2", "line 3"),
                    bench.lines().texts().stream().sorted().toList());
            assertEquals(
                    List.of("log 2", "log 3"),
                    host.told().stream()
                            .map(note -> ((HostNote.Log) note).message())
                            .toList());
            // what was silenced is not so for the next call, even if the first one never became live
            instance.invoke(Samples.workflow("{}"), FakeHost.naming().replaying(99));
            assertEquals(5, bench.lines().texts().size());
            instance.invoke(Samples.workflow("{}"), FakeHost.naming());
            assertEquals(5 + 9, bench.lines().texts().size());
        }
    }

    @Test
    void theSameAnswersLeadToTheSameQuestionsInEveryRun() throws Exception {
        String source = """
                async function work(ctx, input) {
                  for (let n = 0; n <= input % 3; n++) {
                    await ctx.random(input + '.' + n);
                  }
                  return input;
                }
                exports.handler = (event, ctx) => ctx.steps.parallel(
                  Array.from({length: 12}, (_, n) => ['s' + n, work, n]), {maxConcurrency: 5});
                """;
        FakeHost first = FakeHost.naming();
        String answer = TestBench.text(run(source, first));
        assertEquals("[0,1,2,3,4,5,6,7,8,9,10,11]", answer);
        for (int i = 0; i < 5; i++) {
            FakeHost again = FakeHost.naming();
            assertEquals(answer, TestBench.text(run(source, again)));
            assertEquals(first.askedWords(), again.askedWords());
        }
    }

    @Test
    void theTypesForAuthorsNameWhatThereIs() throws Exception {
        String types;
        try (InputStream in = NodeExecutorProvider.class.getResourceAsStream("dovetail.d.ts")) {
            types = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String source = """
                exports.handler = (types, ctx) => {
                  const wrong = [];
                  for (const [kind, thing] of [['Context', ctx], ['Steps', ctx.steps], ['Http', ctx.http],
                    ['Identity', ctx.identity]]) {
                    const text = types.split('export interface ' + kind + ' {')[1].split('\\n}')[0];
                    const told = new Set();
                    for (const [, name, optional] of text.matchAll(/^  (?:readonly )?(\\w+)(\\?)?[(<:]/gm)) {
                      told.add(name);
                      if (!optional && !(name in thing)) {
                        wrong.push(kind + ' has no ' + name);
                      }
                    }
                    const prototype = Object.getPrototypeOf(thing);
                    const there = [...Object.keys(thing),
                      ...(prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype))];
                    for (const name of there) {
                      if (name !== 'constructor' && !told.has(name) && !(kind === 'Steps' && /step|scope/.test(name))) {
                        wrong.push(kind + '.' + name + ' is not told of');
                      }
                    }
                  }
                  return wrong;
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            String input = new JsonText().value(types).bytes().text();
            assertEquals("[]", TestBench.text(instance.invoke(Samples.workflow(input), FakeHost.naming())));
        }
    }
}
