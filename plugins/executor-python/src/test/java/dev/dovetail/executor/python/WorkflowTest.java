package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to code that is replayed. */
@Needs(Need.PYTHON)
@Tag("WF-07")
final class WorkflowTest {
    private static final String WAITS = "gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~";
    private static final Duration SOON = Duration.ofSeconds(10);

    private static Outcome run(String source, FakeHost host) throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            Outcome outcome = instance.invoke(Samples.workflow("{}"), host);
            assertTrue(instance.usable());
            return outcome;
        }
    }

    private static final String SLEEPS = """
            import asyncio

            async def handler(event, ctx):
                now = await ctx.now()
                try:
                    await asyncio.gather(ctx.random(), asyncio.sleep(event or 60))
                except BaseException:
                    CAUGHT
                return now
            """;

    @ParameterizedTest
    @ValueSource(strings = {"raise", "pass", "await asyncio.sleep(60)", "await ctx.now()"})
    void outsideOfAStepAWorkflowWaitsForNothingButTheHost(String caught) throws Exception {
        Fault fault = assertInstanceOf(Outcome.Failed.class, run(SLEEPS.replace("CAUGHT", caught), FakeHost.naming()))
                .fault();
        assertEquals(WAITS, fault.id());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
        assertTrue(fault.message().contains("ctx.sleep"), fault.message());
        assertEquals(6, fault.place().orElseThrow().line());
    }

    @Test
    void aPlainFunctionAndAStepMayWaitForAnything() throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance =
                        bench.executor().start(bench.launch("main.py", SLEEPS.replace("CAUGHT", "raise")))) {
            assertEquals("\"Now\"", TestBench.text(instance.invoke(Samples.invocation("0.05"), FakeHost.naming())));
        }
        String source = """
                import asyncio, time

                async def later(ctx, input):
                    await asyncio.sleep(0.05)
                    return time.perf_counter() > 0

                def plain(ctx, input):
                    time.sleep(0.01)
                    return 2

                async def handler(event, ctx):
                    return await asyncio.gather(ctx.step("a", later), ctx.step("b", plain))
                """;
        assertEquals("[true,2]", TestBench.text(run(source, FakeHost.naming())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                def handler(event, ctx):
                    while True:
                        try:
                            ctx.sleep(60000).result()
                        except BaseException:
                            try:
                                ctx.now()
                            except BaseException:
                                return "caught"
                """, """
                async def handler(event, ctx):
                    for i in range(3):
                        try:
                            await ctx.sleep(60000)
                        except BaseException:
                            pass
                    return "caught"
                """, """
                def wait(ctx, input):
                    try:
                        ctx.sleep(60000).result()
                    except BaseException:
                        return 1

                def handler(event, ctx):
                    try:
                        return ctx.steps.parallel([("a", wait), ("b", wait)])
                    except BaseException:
                        return "caught"
                """, """
                import asyncio

                async def wait(ctx, input):
                    try:
                        await ctx.sleep(60000)
                    except BaseException:
                        return 1

                async def handler(event, ctx):
                    try:
                        return await ctx.steps.parallel([("a", wait), ("b", wait)])
                    except BaseException:
                        await asyncio.sleep(30)
                        return "caught"
                """})
    void whoeverCatchesEverythingLeavesAllTheSame(String source) throws Exception {
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        int asked = source.contains("parallel") ? 4 : 1;
        for (Answer answer : List.of(new Answer.Suspend(), new Answer.Stop(cause))) {
            try (TestBench bench = Benches.open();
                    Instance instance = bench.executor().start(bench.launch("main.py", source))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.workflow("{}"), host);
                if (asked == 4) {
                    host.awaitAsked(2);
                    for (int i = 0; i < 2; i++) {
                        host.release(i);
                    }
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

    @ParameterizedTest
    @ValueSource(strings = {"", "async "})
    void whatWasPrintedAndToldIsNotRepeatedWhileReplaying(String async) throws Exception {
        String source = """
                import os, sys
                ASYNC def handler(event, ctx):
                    states = []
                    for n in range(4):
                        print("line", n)
                        print("partly ", end="")
                        os.write(2, b"raw %d\\n" % n)
                        ctx.log("log %d" % n)
                        states.append(ctx.is_replay)
                        AWAIT ctx.now() RESULT
                    print("end")
                    return states
                """.replace("ASYNC ", async)
                .replace("AWAIT ", async.isEmpty() ? "" : "await ")
                .replace(" RESULT", async.isEmpty() ? ".result()" : "");
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            FakeHost host = FakeHost.naming();
            Outcome outcome = instance.invoke(Samples.workflow("{}"), host.replaying(2));
            assertEquals("[true,true,false,false]", TestBench.text(outcome));
            assertEquals(
                    List.of("raw 2", "raw 3", "line 2", "partly line 3", "partly end").stream()
                            .sorted()
                            .toList(),
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
            assertEquals(5 + 4 + 5, bench.lines().texts().size());
        }
    }

    @Test
    void theSameAnswersLeadToTheSameQuestionsInEveryRun() throws Exception {
        String source = """
                def work(ctx, input):
                    for n in range(input % 3 + 1):
                        ctx.random("%d.%d" % (input, n)).result()
                    return input

                def handler(event, ctx):
                    return ctx.steps.parallel([("s%d" % n, work, n) for n in range(12)], max_concurrency=5)
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
        try (InputStream in = PythonExecutorProvider.class.getResourceAsStream("dovetail.pyi")) {
            types = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String source = """
                import ast, dovetail, inspect

                def handler(event, ctx):
                    told = {}
                    for node in ast.parse(event).body:
                        if isinstance(node, ast.ClassDef):
                            told[node.name] = {each.name: [a.arg for a in each.args.args + each.args.kwonlyargs]
                                               for each in node.body if isinstance(each, ast.FunctionDef)}
                            told[node.name].update({each.target.id: None for each in node.body
                                                    if isinstance(each, ast.AnnAssign)})
                    wrong = []
                    for kind, thing in (("Context", ctx), ("Steps", ctx.steps), ("Http", ctx.http),
                                        ("Identity", ctx.identity), ("Pending", ctx.now())):
                        for name, parameters in told[kind].items():
                            if not hasattr(thing, name):
                                wrong.append("%s has no %s" % (kind, name))
                            elif parameters is not None and not name.startswith("__"):
                                there = ["self"] + list(inspect.signature(getattr(thing, name)).parameters)
                                if [each for each in parameters if each not in there]:
                                    wrong.append("%s.%s takes %s" % (kind, name, there))
                    for name in dir(dovetail.Context):
                        if not name.startswith("_") and name not in told["Context"]:
                            wrong.append("%s is not told of" % name)
                    assert issubclass(dovetail.HostError, Exception) and isinstance(ctx, dovetail.Context)
                    return wrong
                """;
        Launch launch;
        try (TestBench bench = Benches.open()) {
            launch = bench.launch("main.py", source);
            try (Instance instance = bench.executor().start(launch)) {
                String input = new dev.dovetail.worker.json.JsonText()
                        .value(types)
                        .bytes()
                        .text();
                assertEquals("[]", TestBench.text(instance.invoke(Samples.workflow(input), FakeHost.naming())));
            }
        }
    }

    @Test
    void anEventThatCameGoesOnWithTheCode() throws Exception {
        String source = """
                def handler(event, ctx):
                    return {"got": ctx.wait_event("gts.paid~").result()}
                """;
        FakeHost host =
                new FakeHost(call -> FakeHost.json(call instanceof HostCall.AwaitEvent ? "{\"sum\":3}" : "null"));
        assertEquals("{\"got\":{\"sum\":3}}", TestBench.text(run(source, host)));
    }
}
