package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are under way at once, in plain handlers and in coroutines. */
@Needs(Need.PYTHON)
@Tag("WF-14")
final class StepsAtOnceTest {
    private static final Duration SOON = Duration.ofSeconds(10);

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
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.workflow("{}"), host);
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
            assertEquals("[\"for a\",\"for b\"]", TestBench.text(call.outcome(SOON)));
            assertEquals(
                    List.of("0 Step a", "0 Step b", "1 Random b", "2 Random a", "0 StepDone 2", "0 StepDone 1"),
                    host.askedWords());
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
        FakeHost host = FakeHost.naming();
        assertEquals(
                "[4,[0,1,\"ValueError: 2\",3,4,\"ValueError: 5\",6,7,\"ValueError: 8\"],\"ValueError: 2\"]",
                StepsTest.run(source, host));
        long begun = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.Step)
                .count();
        long ended = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.StepDone)
                .count();
        assertEquals(begun, ended, "who has begun ends, also after another has failed");
        assertTrue(begun < 18, "after a failure no other step begins, and " + begun + " did");
    }
}
