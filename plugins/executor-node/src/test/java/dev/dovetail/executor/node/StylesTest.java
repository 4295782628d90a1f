package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What handlers may look like, and what they see. */
@Needs(Need.NODE)
@Tag("RT-17")
final class StylesTest {
    private static String run(TestBench bench, Launch launch, String input) throws Exception {
        try (Instance instance = bench.executor().start(launch)) {
            return TestBench.text(instance.invoke(Samples.invocation(input), new FakeHost()));
        }
    }

    @Test
    void handlersMayBeSynchronousAsynchronousOrCallBack() throws Exception {
        try (TestBench bench = Benches.open()) {
            assertEquals("3", run(bench, bench.launch("index.js", "exports.handler = (e) => e.a + 1;"), "{\"a\":2}"));
            assertEquals(
                    "\"later\"",
                    run(
                            bench,
                            bench.launch(
                                    "index.js",
                                    "exports.handler = (e, c, done) => { setTimeout(() => done(null, 'later'), 1); };"),
                            "{}"));
            assertEquals(
                    "code FUNCTION no cheese",
                    run(
                            bench,
                            bench.launch(
                                    "index.js",
                                    "exports.handler = (e, c, done) => { setImmediate(() => done(new Error('no cheese'))); };"),
                            "{}"));
            assertEquals("null", run(bench, bench.launch("index.js", "exports.handler = () => {};"), "{}"));
        }
    }

    @Test
    void modulesOfBothKindsAreLoaded() throws Exception {
        try (TestBench bench = Benches.open()) {
            String module = "import { readFile } from 'node:fs/promises';\n"
                    + "export const handler = async (e) => typeof readFile;";
            assertEquals("\"function\"", run(bench, bench.launch("index.mjs", module), "{}"));
            Launch declared = bench.launch(
                    Map.of("index.js", module, "package.json", "{\"type\": \"module\"}"),
                    List.of(),
                    Map.of(),
                    Samples.LIMITS,
                    1);
            assertEquals("\"function\"", run(bench, declared, "{}"));
            assertEquals(List.of(), bench.executor().inspect(declared));
        }
    }

    @Test
    void theLaterOfTwoLayersCounts() throws Exception {
        try (TestBench bench = Benches.open()) {
            Path one = bench.folder(Map.of("nodejs/node_modules/cheese/index.js", "module.exports = 'brie';"));
            Path other = bench.folder(Map.of("nodejs/node_modules/cheese/index.js", "module.exports = 'gouda';"));
            Launch launch = bench.launch(
                    Map.of("index.js", "const cheese = require('cheese'); exports.handler = async () => cheese;"),
                    List.of(one, other),
                    Map.of(),
                    Samples.LIMITS,
                    1);
            assertEquals("\"gouda\"", run(bench, launch, "{}"));
        }
    }

    @Test
    void anErrorSaysWhereItWas() throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(bench.launch("index.js", "exports.handler = async (e) => {\n  return e.a.b.c;\n};"))) {
            Fault fault = assertInstanceOf(
                            Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()))
                    .fault();
            assertEquals(Optional.of(new Place("index.js", 2, 14)), fault.place());
            String details = fault.details().text();
            assertTrue(details.contains("\"error_kind\":\"TypeError\""), details);
            assertTrue(details.contains("\"code\":\"return e.a.b.c;\""), details);
            assertTrue(details.contains("\"function\":\"exports.handler\""), details);
        }
    }

    @Test
    void anErrorSaysWhatItCameOf() throws Exception {
        String source = """
                exports.handler = async (e) => {
                  const cause = new TypeError('no number');
                  cause.cause = cause;
                  if (e.several) throw new AggregateError([new Error('one'), 'two'], 'none went', {cause});
                  throw Object.assign(new Error('could not read order'), {cause});
                };
                """;
        try (TestBench bench = Benches.open()) {
            String one = run(bench, bench.launch("index.js", source), "{}");
            assertTrue(one.endsWith("could not read order, caused by TypeError: no number"), one);
            String several = run(bench, bench.launch("index.js", source), "{\"several\":true}");
            assertTrue(several.endsWith("none went: one; two, caused by TypeError: no number"), several);
        }
    }

    @Test
    void anAnswerThatIsNoJsonIsExplained() throws Exception {
        try (TestBench bench = Benches.open()) {
            String big = "exports.handler = async () => ({a: [1, {b: 10n}]});";
            assertTrue(run(bench, bench.launch("index.js", big), "{}")
                    .contains("the answer is no JSON: a[1].b is a BigInt; Do not know"));
            String circle = "exports.handler = async (e) => { e.a = [1, e]; return e; };";
            assertTrue(run(bench, bench.launch("index.js", circle), "{}")
                    .contains("a[1] leads back to what it is in; Converting circular structure to JSON"));
            String piece = "exports.handler = async (e, c) => c.chunk({a: 10n});";
            assertTrue(
                    run(bench, bench.launch("index.js", piece), "{}").contains("the piece is no JSON: a is a BigInt"));
            assertTrue(run(bench, bench.launch("index.js", "exports.handler = async () => () => 1;"), "{}")
                    .contains("it is a function"));
        }
    }

    @Test
    void theContextTellsOfTheCallAndSpeaksWithTheHost() throws Exception {
        String source = """
                exports.handler = async (event, context) => {
                  context.log('hello', 'warn', { a: 1 });
                  context.metric('cheese', 2, { kind: 'brie' });
                  const got = await context.http.post('https://example.org/', { b: 2 }, { headers: { x: 'y' } });
                  const said = await context.invoke('other', [1], { mode: 'async' });
                  return [context.functionName, context.functionVersion, context.memoryLimitInMB, context.identity.id,
                    context.executionId === context.awsRequestId, context.getRemainingTimeInMillis() > 0,
                    context.traceId, got, said, await context.call('audit', 2, { c: 3 })];
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            FakeHost host =
                    new FakeHost(call -> FakeHost.json("\"" + call.getClass().getSimpleName() + "\""));
            assertEquals(
                    "[\"sample\",\"1\",128,\"ada\",true,true,\"0af7651916cd43dd8448eb211c80319c\",\"Http\",\"Invoke\","
                            + "\"Other\"]",
                    TestBench.text(instance.invoke(Samples.invocation("{}"), host)));
            HostCall.Http http =
                    assertInstanceOf(HostCall.Http.class, host.asked().get(0).call());
            assertEquals("{\"b\":2}", http.body().text());
            assertEquals(Map.of("x", List.of("y"), "content-type", List.of("application/json")), http.headers());
            HostCall.Invoke invoke =
                    assertInstanceOf(HostCall.Invoke.class, host.asked().get(1).call());
            assertEquals(HostCall.Mode.ASYNC, invoke.mode());
            assertEquals(
                    new HostCall.Other("audit", 2, Bytes.utf8("{\"c\":3}")),
                    host.asked().get(2).call());
            assertEquals(
                    List.of(
                            new HostNote.Log(System.Logger.Level.WARNING, "hello", Bytes.utf8("{\"a\":1}")),
                            new HostNote.Measure("cheese", 2, Map.of("kind", "brie"))),
                    host.told());
        }
    }

    @Test
    @Tag("SC-03")
    @Tag("SC-04")
    void secretsAreThereDuringTheCallAndNowhereElse() throws Exception {
        String source = """
                const early = process.env.KEY;
                exports.handler = async (event, context) => {
                  console.log('key is ' + process.env.KEY);
                  if (event.fail) throw new Error('bad key ' + process.env.KEY);
                  return [early, process.env.KEY === 'Bearer swordfish', (await context.secret('TOKEN')).length];
                };
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(bench.launch(
                                Map.of("index.js", source),
                                List.of(),
                                Map.of("KEY", "Bearer ${SECRET:TOKEN}"),
                                Samples.LIMITS,
                                1))) {
            Secret secret = new Secret("swordfish", "1", Optional.empty(), List.of());
            Invocation plain = Samples.invocation("{}", secret);
            assertEquals("[\"Bearer ${SECRET:TOKEN}\",true,9]", TestBench.text(instance.invoke(plain, new FakeHost())));
            assertEquals(
                    "code FUNCTION bad key Bearer [secret]",
                    TestBench.text(instance.invoke(Samples.invocation("{\"fail\":true}", secret), new FakeHost())));
            assertEquals(
                    List.of("key is Bearer [secret]", "key is Bearer [secret]"),
                    bench.lines().texts());
            // a call without secrets sees the reference, for the host to put the value in
            assertEquals(
                    "code FUNCTION bad key Bearer ${SECRET:TOKEN}",
                    TestBench.text(instance.invoke(Samples.invocation("{\"fail\":true}"), new FakeHost())));
        }
    }
}
