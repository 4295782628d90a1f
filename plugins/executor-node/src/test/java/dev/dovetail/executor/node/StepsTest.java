package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.host.HostCall;
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

/** What steps may look like, and what comes of them. */
@Needs(Need.NODE)
@Tag("WF-14")
final class StepsTest {
    static String run(String source, FakeHost host) throws Exception {
        return run(source, "{}", host);
    }

    static String run(String source, String input, FakeHost host) throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            return TestBench.text(instance.invoke(Samples.workflow(input), host));
        }
    }

    @Test
    void stepsRunInScopesOfTheirOwnEvenInsideOfEachOther() throws Exception {
        String source = """
                async function inner(ctx, input) {
                  return [await ctx.now(), ctx.effectId, input];
                }

                async function outer(ctx, input) {
                  const found = await ctx.step('inner', inner, input.n);
                  return [found, await ctx.random('outer')];
                }

                exports.handler = async (event, ctx) => {
                  const before = ctx.effectId;
                  const value = await ctx.step('outer', outer, event);
                  return [before, value, await ctx.random('last')];
                };
                """;
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
                List.of(12, 6, 2, 6, 7, 12, 13),
                host.asked().stream().map(asked -> asked.place().line()).toList());
    }

    @Test
    void aStepFailsWithItsErrorAndRunsAgainAsItIsTold() throws Exception {
        String source = """
                const tries = [];

                function step(ctx, input) {
                  tries.push(++input.n);
                  throw new RangeError('try ' + ctx.attempt);
                }

                exports.handler = async (event, ctx) => {
                  const retry = {maxAttempts: 2, multiplier: 1.5};
                  try {
                    await ctx.step('bad', step, {n: 1}, {retry, timeoutMs: 900});
                  } catch (error) {
                    return [error.name, error.message, error.id, tries];
                  }
                };
                """;
        FakeHost host = FakeHost.naming();
        host.steps().again("bad", 1);
        assertEquals("[\"HostError\",\"RangeError: try 2\",\"" + Fault.CODE + "\",[2,2]]", run(source, host));
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
        Fault fault = reported(host, 1);
        assertEquals("RangeError: try 1", fault.message());
        assertEquals(5, fault.place().orElseThrow().line());
        assertTrue(fault.details().text().contains("\"error_kind\":\"RangeError\""), fault.toString());
    }

    private static Fault reported(FakeHost host, int index) {
        HostCall.StepDone done = (HostCall.StepDone) host.asked().get(index).call();
        return assertInstanceOf(HostCall.StepResult.Failed.class, done.result()).fault();
    }

    @Test
    void whatTheHostRefusedInsideOfAStepIsTheFaultOfTheStep() throws Exception {
        Fault down = Fault.of(Fault.HTTP, Fault.Owner.DEPENDENCY, "it is down");
        String source = """
                exports.handler = async (event, ctx) => ctx.step('fetch', (ctx) => ctx.http.get('https://example.org/'));
                """;
        FakeHost host = new FakeHost(call -> new HostReply.Refused(down));
        assertEquals("http DEPENDENCY it is down", run(source, host));
        assertEquals(down, reported(host, 2));
    }

    @Test
    @Tag("WF-27")
    void ofManyStepsSoManyRunAtOnceAndAllAreCollected() throws Exception {
        String source = """
                let running = 0;
                let most = 0;

                async function work(ctx, input) {
                  most = Math.max(most, ++running);
                  await ctx.now();
                  running--;
                  if (input % 3 === 2) {
                    throw new Error(input);
                  }
                  return input;
                }

                exports.handler = async (event, ctx) => {
                  const steps = Array.from({length: 9}, (_, n) => (n % 2 ? ['s', work, n] : {name: 's', fn: work, input: n}));
                  const all = await ctx.steps.parallel(steps, {maxConcurrency: 4, collect: true});
                  try {
                    await ctx.steps.parallel(steps, {maxConcurrency: 3});
                  } catch (error) {
                    return [most, all.map((each) => (each.ok ? each.value : each.error.message)), error.message];
                  }
                };
                """;
        FakeHost host = FakeHost.naming();
        assertEquals("[4,[0,1,\"2\",3,4,\"5\",6,7,\"8\"],\"2\"]", run(source, host));
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
    void whatIsWrongWithAStepIsSaidAndNothingIsAsked() throws Exception {
        String source = """
                exports.handler = async (event, ctx) => {
                  const said = [];
                  const wrong = [['s', print, 1, {retry: {attempts: 2}}], ['s', print, 1, {retry: {maxAttempts: 0}}],
                    ['s', print, 1, {timeoutMs: -1}], ['s', print, 1, {timeout: 1}], ['s', 7], [7, print], ['s', print, 1n]];
                  for (const each of wrong) {
                    await ctx.step(...each).catch((error) => said.push(error.message.slice(0, 50)));
                  }
                  await ctx.steps.parallel([7]).catch((error) => said.push(error.message.slice(0, 20)));
                  return said;
                };
                function print() {}
                """;
        FakeHost host = new FakeHost();
        assertEquals(
                "[\"the options of retry have no \\\"attempts\\\"; known are\","
                        + "\"maxAttempts of retry is 0; expected a whole number\","
                        + "\"timeoutMs is -1; expected whole milliseconds from \","
                        + "\"the options of a step have no \\\"timeout\\\"; known are\","
                        + "\"the code of the step \\\"s\\\" is 7; expected a function\","
                        + "\"the name of a step is a string, not 7\","
                        + "\"the input of the step \\\"s\\\" is no JSON: it is a BigI\","
                        + "\"a step is [name, fn,\"]",
                run(source, host));
        assertEquals(List.of(), host.asked());
    }

    @Test
    void whatAStepReturnsIsJsonAndNotTooLong() throws Exception {
        String source = """
                exports.handler = async (event, ctx) => {
                  const errors = [];
                  for (const code of [() => () => 1, () => 'x'.repeat(7000000)]) {
                    await ctx.step('s', code).catch((error) => errors.push(error.message));
                  }
                  return [errors, await ctx.step('t', (ctx, input) => ({input, none: undefined}), [1, 2])];
                };
                """;
        String said = run(source, FakeHost.naming());
        assertTrue(said.contains("the result of the step \\\"s\\\" is no JSON: it is a function"), said);
        assertTrue(said.contains("\\\"s\\\" has 7000002 bytes; at most 6291456 are allowed"), said);
        assertTrue(said.endsWith(",{\"input\":[1,2]}]"), said);
    }

    @Test
    void anAttemptThatTakesTooLongFailsAndAsksNothingAnyMore() throws Exception {
        String source = """
                let late;
                exports.handler = async (event, ctx) => {
                  const slow = async (ctx) => {
                    late = new Promise((resolve) => setTimeout(resolve, 60)).then(() => ctx.now());
                    await late;
                  };
                  const error = await ctx.step('slow', slow, null, {timeoutMs: 20}).catch((error) => error.message);
                  return ctx.step('wait', () => late.catch((after) => [error, after.message]));
                };
                """;
        FakeHost host = FakeHost.naming();
        assertEquals(
                "[\"The step \\\"slow\\\" took longer than its 20 ms\","
                        + "\"The step \\\"slow\\\" has ended; nothing can be asked in it any more\"]",
                run(source, host));
        assertTrue(reported(host, 1).id().contains("timeout"), reported(host, 1).id());
    }

    @Test
    void secretsAreTakenOutOfWhatAStepFailsWith() throws Exception {
        String source = """
                exports.handler = (event, ctx) => ctx.step('leak', async (ctx) => {
                  throw new Error(await ctx.secret('KEY'));
                });
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("\"swordfish\""));
        run(source, host);
        assertEquals("[secret]", reported(host, 2).message());
    }

    @Test
    void whatElseAWorkflowAsksComesWithTheArgumentsThatItHas() throws Exception {
        String source = """
                exports.handler = async (event, ctx) => {
                  ctx.checkpoint();
                  ctx.checkpoint('half');
                  ctx.publish('orders', {a: 1});
                  ctx.audit('paid', {b: 2});
                  ctx.signal('e-2', 'go', [3]);
                  ctx.approval('manager', {message: 'Really?', timeoutMs: 1000});
                  ctx.compensate('refund', {n: 1});
                  ctx.compensate('refund', {n: 1}, {version: 'v2'});
                  ctx.jobStatus('j-1');
                  ctx.nativeInvoke('geo', 'near', [1]);
                  ctx.nativeInvoke('geo', 'near', [1], {retry: {maxAttempts: 3, backoffMs: 0}});
                  return ctx.waitEvent('gts.x~', {filter: 'event.n > 1', timeoutMs: 60000});
                };
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
                        other("approval", "{\"name\":\"manager\",\"timeoutMs\":1000,\"message\":\"Really?\"}"),
                        other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1}}"),
                        other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1},\"version\":\"v2\"}"),
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
}
