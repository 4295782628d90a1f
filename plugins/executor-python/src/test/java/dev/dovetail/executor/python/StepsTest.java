package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
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
    private static final Duration SOON = Duration.ofSeconds(10);

    private static String run(String source, FakeHost host) throws Exception {
        return run(source, "{}", host);
    }

    private static String run(String source, String input, FakeHost host) throws Exception {
        try (Stand stand = Stand.open();
                Instance instance = stand.executor().start(stand.launch("main.py", source))) {
            return Stand.text(instance.invoke(Steward.invocation(input), host));
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
        FakeHost host = Steward.host();
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
                Steward.asked(host));
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
        FakeHost host = Steward.host();
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
    @Tag("WF-27")
    void coroutinesRunStepsAtOnceAndAnswersMayComeInAnyOrder() throws Exception {
        atOnce("""
                import asyncio

                async def ask(ctx, input):
                    return await ctx.random(input)

                async def handler(event, ctx):
                    return await asyncio.gather(ctx.step("a", ask, "a"), ctx.step("b", ask, "b"))
                """);
    }

    @Test
    @Tag("WF-27")
    void plainCodeRunsStepsAtOnceAndAnswersMayComeInAnyOrder() throws Exception {
        atOnce("""
                def ask(ctx, input):
                    return ctx.random(input).result()

                def handler(event, ctx):
                    return ctx.steps.parallel([("a", ask, "a"), {"name": "b", "fn": ask, "input": "b"}])
                """);
    }

    private static void atOnce(String source) throws Exception {
        try (Stand stand = Stand.open();
                Instance instance = stand.executor().start(stand.launch("main.py", source))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Steward.invocation("{}"), host);
            host.awaitAsked(2);
            host.release(1);
            host.awaitAsked(3);
            host.release(0);
            host.awaitAsked(4);
            answer(host, 3, FakeHost.json("\"for a\""));
            host.awaitAsked(5);
            answer(host, 2, FakeHost.json("\"for b\""));
            host.awaitAsked(6);
            host.release(5);
            host.release(4);
            assertEquals("[\"for a\",\"for b\"]", Stand.text(call.outcome(SOON)));
            assertEquals(
                    List.of("0 Step a", "0 Step b", "1 Random b", "2 Random a", "0 StepDone 2", "0 StepDone 1"),
                    Steward.asked(host));
        }
    }

    private static void answer(FakeHost host, int index, HostReply reply) {
        host.answer(new Answer.Reply(host.asked().get(index).ticket(), reply));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "async "})
    @Tag("WF-27")
    void ofManyStepsSoManyRunAtOnceAndAllAreCollected(String async) throws Exception {
        String source = """
                running = most = 0

                ASYNC def work(ctx, input):
                    global running, most
                    running += 1
                    most = max(most, running)
                    AWAIT ctx.now() RESULT
                    running -= 1
                    if input % 3 == 2:
                        raise ValueError(input)
                    return input

                ASYNC def handler(event, ctx):
                    all = AWAIT ctx.steps.parallel([("s", work, n) for n in range(9)], max_concurrency=4, collect=True)
                    try:
                        AWAIT ctx.steps.parallel([("s", work, n) for n in range(9)], max_concurrency=3)
                    except Exception as error:
                        return [most, [each.value if each.ok else str(each.error) for each in all], str(error)]
                """.replace("ASYNC ", async)
                .replace("AWAIT ", async.isEmpty() ? "" : "await ")
                .replace(" RESULT", async.isEmpty() ? ".result()" : "");
        FakeHost host = Steward.host();
        assertEquals(
                "[4,[0,1,\"ValueError: 2\",3,4,\"ValueError: 5\",6,7,\"ValueError: 8\"],\"ValueError: 2\"]",
                run(source, host));
        long begun = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.Step)
                .count();
        long ended = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.StepDone)
                .count();
        assertEquals(begun, ended, "who has begun ends, also after another has failed");
        assertTrue(begun < 18, "after a failure no other step begins, and " + begun + " did");
    }

    @Test
    @Tag("WF-18")
    void aCompensationIsNamedByItselfOrByItsNameAndHasToBeThere() throws Exception {
        String source = """
                def pay(ctx, input):
                    return 1

                def refund(ctx, input, output):
                    return [ctx.cause["message"], input, output]

                def handler(event, ctx):
                    ctx.step("a", pay, compensate=refund)
                    ctx.step("b", pay, compensate="refund")
                    errors = []
                    for wrong in ("other", lambda ctx, input, output: 1):
                        try:
                            ctx.step("c", pay, compensate=wrong)
                        except ValueError as error:
                            errors.append(str(error).split(";")[0])
                    return errors
                """;
        FakeHost host = Steward.host();
        assertEquals(
                "[\"the compensation 'other' is not a function at the top of \\\"main.py\\\"\","
                        + "\"the compensation '<lambda>' is not a function at the top of \\\"main.py\\\"\"]",
                run(source, host));
        for (int index : List.of(0, 2)) {
            HostCall.Step step = (HostCall.Step) host.asked().get(index).call();
            assertEquals(Optional.of("refund"), step.compensation());
        }
        assertEquals(4, host.asked().size());
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
        String said = run(source, Steward.host());
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
        FakeHost host = Steward.host();
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
        try (Stand stand = Stand.open();
                Instance instance = stand.executor().start(stand.launch("main.py", source))) {
            for (int i = 0; i < 3; i++) {
                FakeHost host = Steward.host();
                assertEquals("\"Now\"", Stand.text(instance.invoke(Steward.invocation("{}"), host)));
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
                    ctx.job_status("j-1")
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
                        other("job_status", "{\"id\":\"j-1\"}"),
                        new HostCall.AwaitEvent("gts.x~", "event.n > 1", Optional.of(Duration.ofMinutes(1)))),
                host.asked().stream().map(FakeHost.Asked::call).toList());
    }

    private static HostCall other(String name, String arguments) {
        return new HostCall.Other(name, 1, Bytes.utf8(arguments));
    }

    @Test
    void aCompensationGetsWhatItsStepGotAndGave() throws Exception {
        String source = "def undo(ctx, input, output): return [ctx.cause['message'], input, output]\nhandler = undo";
        try (Stand stand = Stand.open();
                Instance instance = stand.executor().start(stand.launch("main.py", source))) {
            Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
            var undo = new dev.dovetail.spi.executor.Entry.Compensation(
                    "undo", "pay", Bytes.utf8("{\"n\":5}"), Optional.of(Bytes.utf8("[1]")), cause);
            Outcome outcome = instance.invoke(Steward.invocation("{}", undo), new FakeHost());
            assertEquals("[\"no longer wanted\",{\"n\":5},[1]]", Stand.text(outcome));
        }
    }
}
