package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps in plain handlers and in coroutines. */
@Needs(Need.PYTHON)
@Tag("WF-14")
final class StepsTest {
    static String run(String source, FakeHost host) throws Exception {
        return run(source, "{}", host);
    }

    static String run(String source, String input, FakeHost host) throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            return TestBench.text(instance.invoke(Samples.workflow(input), host));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "async "})
    void stepsRunInScopesOfTheirOwnEvenInsideOfEachOther(String async) throws Exception {
        String source = """
                async def inner(ctx, input):
                    return [await ctx.now(), ctx.effect_id, input]

                ASYNC def outer(ctx, input):
                    found = AWAIT ctx.step("inner", inner, input["n"])
                    said = ctx.random("outer")
                    return [found, AWAIT_ said RESULT]

                ASYNC def handler(event, ctx):
                    before = ctx.effect_id
                    value = AWAIT ctx.step("outer", outer, event)
                    return [before, value, AWAIT_ ctx.random("last") RESULT]
                """.replace("ASYNC ", async)
                .replace("AWAIT_ ", async.isEmpty() ? "" : "await ")
                .replace("AWAIT ", async.isEmpty() ? "" : "await ")
                .replace(" RESULT", async.isEmpty() ? ".result()" : "");
        FakeHost host = FakeHost.naming();
        assertEquals("[null,[[\"Now\",\"effect-2\",5],\"Random\"],\"Random\"]", run(source, "{\"n\":5}", host));
        assertEquals(
                List.of(
                        "0 Step outer",
                        "1 Step inner",
                        "2 Now",
                        "1 StepDone 2",
                        "1 Random outer",
                        "0 StepDone 1",
                        "0 Random last"),
                host.askedWords());
        assertEquals(
                List.of(11, 5, 2, 5, 6, 11, 12),
                host.asked().stream().map(asked -> asked.place().line()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "async "})
    void aStepFailsWithItsErrorAndRunsAgainAsItIsTold(String async) throws Exception {
        String source = """
                tries = []

                def step(ctx, input):
                    input["n"] += 1
                    tries.append(input["n"])
                    raise ValueError("try %d" % ctx.attempt)

                ASYNC def handler(event, ctx):
                    try:
                        AWAIT ctx.step("bad", step, {"n": 1}, retry={"max_attempts": 2, "multiplier": 1.5}, timeout_ms=900)
                    except Exception as error:
                        return [type(error).__name__, str(error), error.id, tries]
                """.replace("ASYNC ", async).replace("AWAIT ", async.isEmpty() ? "" : "await ");
        FakeHost host = FakeHost.naming();
        host.steps().again("bad", 1);
        assertEquals("[\"HostError\",\"ValueError: try 2\",\"" + Fault.CODE + "\",[2,2]]", run(source, host));
        HostCall.Step step =
                assertInstanceOf(HostCall.Step.class, host.asked().getFirst().call());
        StepPolicy usual = StepPolicy.USUAL;
        assertEquals(
                new StepPolicy(
                        2,
                        usual.initialDelay(),
                        1.5,
                        usual.maxDelay(),
                        List.of(),
                        Duration.ofMillis(900),
                        usual.unknown()),
                step.policy());
        HostCall.StepDone done =
                assertInstanceOf(HostCall.StepDone.class, host.asked().get(1).call());
        Fault fault = ((HostCall.StepResult.Failed) done.result()).fault();
        assertEquals("ValueError: try 1", fault.message());
        assertEquals(6, fault.place().orElseThrow().line());
        assertTrue(fault.details().text().contains("\"error_kind\":\"ValueError\""), fault.toString());
    }

    @Test
    void whatTheHostRefusedInsideOfAStepIsTheFaultOfTheStep() throws Exception {
        Fault down = Fault.of(Fault.HTTP, Fault.Owner.DEPENDENCY, "it is down");
        String source = """
                def fetch(ctx, input):
                    return ctx.http.get("https://example.org/").result()

                def handler(event, ctx):
                    return ctx.step("fetch", fetch)
                """;
        FakeHost host = new FakeHost(call -> new HostReply.Refused(down));
        assertEquals("http DEPENDENCY it is down", run(source, host));
        assertEquals(
                new HostCall.StepDone(1, new HostCall.StepResult.Failed(down)),
                host.asked().getLast().call());
    }

    @Test
    void whatAStepReturnsIsJsonAndNotTooLong() throws Exception {
        String source = """
                def handler(event, ctx):
                    errors = []
                    for code in (lambda ctx, input: {1}, lambda ctx, input: "x" * 7000000):
                        try:
                            ctx.step("s", code)
                        except Exception as error:
                            errors.append(str(error))
                    return [errors, ctx.step("t", lambda ctx, input: (input, None), (1, 2))]
                """;
        String said = run(source, FakeHost.naming());
        assertTrue(said.contains("it is a set"), said);
        assertTrue(said.contains("the step 's' returns 7000002 bytes; at most 6291456 are allowed"), said);
        assertTrue(said.endsWith(",[[1,2],null]]"), said);
    }

    @Test
    void whatIsWrongWithAStepIsSaid() throws Exception {
        String source = """
                def handler(event, ctx):
                    said = []
                    for more in ({"retry": {"attempts": 2}}, {"retry": {"max_attempts": 0}}, {"timeout_ms": -1}, {"fn": 7},
                                 {"name": 7}, {"input": {1}}):
                        try:
                            ctx.steps.step(**dict({"name": "s", "fn": print}, **more))
                        except (TypeError, ValueError) as error:
                            said.append(str(error)[:37])
                    return said
                """;
        FakeHost host = new FakeHost();
        assertEquals(
                "[\"retry has no 'attempts'; known are ba\",\"max_attempts of retry is 0; expected \","
                        + "\"timeout_ms is -1; expected more than \",\"the code of the step 's' is 7; expect\","
                        + "\"the name of a step is a str, not 7\",\"the input of the step 's' is no JSON:\"]",
                run(source, host));
        assertEquals(List.of(), host.asked());
    }

    @Test
    void anAttemptOfACoroutineThatTakesTooLongFails() throws Exception {
        String source = """
                import asyncio

                async def slow(ctx, input):
                    await asyncio.sleep(60)

                async def handler(event, ctx):
                    await ctx.step("slow", slow, timeout_ms=20)
                """;
        FakeHost host = FakeHost.naming();
        assertEquals("timeout FUNCTION The step \"slow\" took longer than its 20 ms", run(source, host));
    }

    @Test
    void aStepOfACoroutineThatHasLeftItBehindEndsWithTheCall() throws Exception {
        String source = """
                async def wait(ctx, input):
                    await ctx.sleep(1)

                async def handler(event, ctx):
                    ctx.step("behind", wait)
                    return await ctx.now()
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            for (int i = 0; i < 3; i++) {
                FakeHost host = FakeHost.naming();
                assertEquals("\"Now\"", TestBench.text(instance.invoke(Samples.workflow("{}"), host)));
            }
        }
    }

    @Test
    void secretsAreTakenOutOfWhatAStepFailsWith() throws Exception {
        String source = """
                def leak(ctx, input):
                    raise ValueError(ctx.secret("KEY").result())

                def handler(event, ctx):
                    ctx.step("leak", leak)
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("\"swordfish\""));
        run(source, host);
        HostCall.StepDone done = (HostCall.StepDone) host.asked().getLast().call();
        assertEquals(
                "ValueError: [secret]",
                ((HostCall.StepResult.Failed) done.result()).fault().message());
    }

    @Test
    void whatElseAWorkflowAsksComesWithTheArgumentsThatItHas() throws Exception {
        String source = """
                def handler(event, ctx):
                    ctx.checkpoint()
                    ctx.checkpoint("half")
                    ctx.publish("orders", {"a": 1})
                    ctx.audit("paid", {"b": 2})
                    ctx.signal("e-2", "go", [3])
                    ctx.approval("manager", "Really?", 1000)
                    ctx.compensate("refund", {"n": 1}, version=2)
                    ctx.job_status("j-1"); ctx.native_invoke("geo", "near", [1])
                    ctx.native_invoke("geo", "near", [1], retry={"max_attempts": 3})
                    return ctx.wait_event("gts.x~", "event.n > 1", 60000).result()
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("7"));
        assertEquals("7", run(source, host));
        assertEquals(
                List.of(
                        other("checkpoint", "{}"),
                        other("checkpoint", "{\"label\":\"half\"}"),
                        other("publish", "{\"topic\":\"orders\",\"payload\":{\"a\":1}}"),
                        other("audit", "{\"action\":\"paid\",\"details\":{\"b\":2}}"),
                        other("signal", "{\"execution\":\"e-2\",\"name\":\"go\",\"payload\":[3]}"),
                        other("approval", "{\"name\":\"manager\",\"message\":\"Really?\",\"timeoutMs\":1000}"),
                        other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1},\"version\":2}"),
                        other("job_status", "{\"id\":\"j-1\"}"),
                        other("module", "{\"module\":\"geo\",\"function\":\"near\",\"params\":[1]}"),
                        other(
                                "module",
                                "{\"module\":\"geo\",\"function\":\"near\",\"params\":[1],\"retry\":{\"maxAttempts\":3,\"backoffMs\":0}}"),
                        new HostCall.AwaitEvent("gts.x~", "event.n > 1", Optional.of(Duration.ofMinutes(1)))),
                host.asked().stream().map(FakeHost.Asked::call).toList());
    }

    private static HostCall other(String name, String arguments) {
        return new HostCall.Other(name, 1, Bytes.utf8(arguments));
    }

    /** Whoever looks at an answer once, be it later or among others, has waited for it. */
    @Test
    void aStepThatFailsAndIsNotWaitedForIsToldOf() throws Exception {
        String source = """
                import asyncio

                def bad(ctx, input):
                    raise ValueError("bad %d" % input)

                async def handler(event, ctx):
                    ctx.step("forgotten", bad, 1)
                    late = ctx.step("late", bad, 2)
                    both = asyncio.gather(ctx.step("first", bad, 3), ctx.step("second", bad, 4), return_exceptions=True)
                    await ctx.step("good", lambda ctx, input: 5)
                    ctx.steps.parallel([("lost", bad, 6)])
                    for _ in range(4):
                        await ctx.sleep(1)
                    try:
                        await late
                    except Exception as error:
                        return [str(error), len(await both)]
                """;
        FakeHost host = FakeHost.naming();
        assertEquals("[\"ValueError: bad 2\",2]", run(source, host));
        assertEquals(
                List.of(
                        "WARNING The step \"forgotten\" (main.py:7) failed, and nobody waited for it: ValueError: bad 1",
                        "WARNING One of the steps at once failed, and nobody waited for it: ValueError: bad 6"),
                host.told().stream()
                        .map(HostNote.Log.class::cast)
                        .map(log -> log.level() + " " + log.message())
                        .toList());
    }
}
