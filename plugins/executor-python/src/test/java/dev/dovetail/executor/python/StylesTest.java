package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What handlers may look like, and what they see. */
@Needs(Need.PYTHON)
@Tag("RT-18")
final class StylesTest {
    private static String run(TestBench bench, Launch launch, String input) throws Exception {
        try (Instance instance = bench.executor().start(launch)) {
            return TestBench.text(instance.invoke(Samples.invocation(input), new FakeHost()));
        }
    }

    @Test
    void coroutinesRunAndWaitForTheHostAndForOtherThings() throws Exception {
        String source = """
                import asyncio

                async def handler(event, context):
                    first, second, _ = await asyncio.gather(context.now(), context.random(), asyncio.sleep(0.01))
                    return [first, second]
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            for (int i = 0; i < 3; i++) {
                FakeHost host = new FakeHost(call -> FakeHost.json(call instanceof HostCall.Now ? "1" : "2"));
                assertEquals("[1,2]", TestBench.text(instance.invoke(Samples.invocation("{}"), host)));
            }
        }
    }

    @Test
    void aCoroutineLeavesWhenItIsTold() throws Exception {
        String source = """
                async def handler(event, context):
                    try:
                        await context.sleep(60000)
                    except Exception:
                        return "caught"
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(1);
            host.answer(new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted")));
            assertEquals("Stopped", TestBench.text(call.outcome(Duration.ofSeconds(2))));
            assertTrue(instance.usable());
        }
    }

    @Test
    void theLaterOfTwoLayersCountsInBothOfItsFolders() throws Exception {
        String packages = "python/lib/" + Installed.newest().name() + "/site-packages/";
        try (TestBench bench = Benches.open()) {
            Path one = bench.folder(Map.of("python/cheese.py", "kind = 'brie'", packages + "bread.py", "kind = 'rye'"));
            Path other = bench.folder(Map.of("python/cheese.py", "kind = 'gouda'"));
            Launch launch = bench.launch(
                    Map.of("main.py", "import bread, cheese\ndef handler(e, c): return [bread.kind, cheese.kind]"),
                    List.of(one, other),
                    Map.of(),
                    Samples.LIMITS,
                    1);
            assertEquals("[\"rye\",\"gouda\"]", run(bench, launch, "{}"));
        }
    }

    @Test
    void anErrorSaysWhereItWas() throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(bench.launch(
                                "main.py",
                                "def inner(e):\n    return e['a']\n\ndef handler(e, c):\n    return inner(e)"))) {
            Fault fault = assertInstanceOf(
                            Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()))
                    .fault();
            assertEquals("KeyError: 'a'", fault.message());
            assertEquals(2, fault.place().orElseThrow().line());
            String details = fault.details().text();
            assertTrue(details.contains("\"code\":\"return e['a']\""), details);
            assertTrue(details.contains("\"function\":\"handler\""), details);
        }
    }

    @Test
    void anErrorSaysWhatItCameOf() throws Exception {
        String source = """
                def handler(e, c):
                    try:
                        return {}[e]
                    except KeyError as error:
                        if e == "explicit":
                            raise RuntimeError("could not read order") from error
                        if e == "none":
                            raise RuntimeError("could not read order") from None
                        raise RuntimeError("could not read order")
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            String all = "RuntimeError: could not read order";
            for (List<String> each : List.of(
                    List.of("explicit", all + ", caused by KeyError: 'explicit'"),
                    List.of("implicit", all + ", while handling KeyError: 'implicit'"),
                    List.of("none", all))) {
                String said = TestBench.call(instance, "\"" + each.getFirst() + "\"");
                assertTrue(said.endsWith(each.getLast()), said);
            }
        }
    }

    @Test
    void anAnswerThatIsNoJsonIsExplainedWithItsPlace() throws Exception {
        try (TestBench bench = Benches.open()) {
            String set = run(bench, bench.launch("main.py", "def handler(e, c): return {'a': [1, {2}]}"), "{}");
            assertTrue(set.contains("the answer is no JSON: a[1] is a set"), set);
            String nan = run(bench, bench.launch("main.py", "def handler(e, c): return [float('nan')]"), "{}");
            assertTrue(nan.contains("[0] is nan"), nan);
            String circle = "def handler(e, c):\n    e['a'] = [1, e]\n    return e";
            assertTrue(run(bench, bench.launch("main.py", circle), "{}")
                    .contains("the answer is no JSON: a[1] leads back to what it is in; Circular"));
            String piece = "def handler(e, c): c.chunk({1})";
            assertTrue(run(bench, bench.launch("main.py", piece), "{}").contains("the piece is no JSON: it is a set"));
        }
    }

    @Test
    void theContextTellsOfTheCallAndSpeaksWithTheHost() throws Exception {
        String source = """
                def handler(event, context):
                    context.log("hello", "warning", a=1)
                    context.metric("cheese", 2, kind="brie")
                    got = context.http.post("https://example.org/", {"b": 2}, headers={"x": "y"})
                    said = context.invoke("other", [1], mode="async")
                    return [context.function_name, context.function_version, context.memory_limit_in_mb,
                            context.identity.id, context.execution_id == context.aws_request_id,
                            context.get_remaining_time_in_millis() > 0, context.trace_id, got.result(), said.result(),
                            context.call("audit", 2, c=3).result(), context.deadline[-1]]
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            FakeHost host =
                    new FakeHost(call -> FakeHost.json("\"" + call.getClass().getSimpleName() + "\""));
            assertEquals(
                    "[\"sample\",\"1\",128,\"ada\",true,true,\"0af7651916cd43dd8448eb211c80319c\",\"Http\",\"Invoke\","
                            + "\"Other\",\"Z\"]",
                    TestBench.text(instance.invoke(Samples.invocation("{}"), host)));
            HostCall.Http http =
                    assertInstanceOf(HostCall.Http.class, host.asked().get(0).call());
            assertEquals("{\"b\":2}", http.body().text());
            assertEquals(Map.of("x", List.of("y"), "content-type", List.of("application/json")), http.headers());
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
                import os
                early = os.environ["KEY"]

                def handler(event, context):
                    print("key is " + os.environ["KEY"])
                    if "fail" in event:
                        raise ValueError("bad key " + os.environ["KEY"])
                    return [early, os.environ["KEY"] == "Bearer swordfish", len(context.secret("TOKEN").result())]
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(bench.launch(
                                Map.of("main.py", source),
                                List.of(),
                                Map.of("KEY", "Bearer ${SECRET:TOKEN}"),
                                Samples.LIMITS,
                                1))) {
            Secret secret = new Secret("swordfish", "1", Optional.empty(), List.of());
            assertEquals(
                    "[\"Bearer ${SECRET:TOKEN}\",true,9]",
                    TestBench.text(instance.invoke(Samples.invocation("{}", secret), new FakeHost())));
            assertEquals(
                    "code FUNCTION ValueError: bad key Bearer [secret]",
                    TestBench.text(instance.invoke(Samples.invocation("{\"fail\":true}", secret), new FakeHost())));
            assertEquals(
                    List.of("key is Bearer [secret]", "key is Bearer [secret]"),
                    bench.lines().texts());
        }
    }

    @Test
    void aSecretThatTheHostGivesIsHiddenFromThenOn() throws Exception {
        String source = "def handler(e, c):\n    print(c.secret('KEY').result())\n    return 1";
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            FakeHost host = new FakeHost(call -> FakeHost.json("\"open \\\"sesame\\\"\""));
            assertEquals("1", TestBench.text(instance.invoke(Samples.invocation("{}"), host)));
            assertEquals(List.of("[secret]"), bench.lines().texts());
        }
    }

    @Test
    void inspectSaysWhatIsWrongWithAHandler() throws Exception {
        try (TestBench bench = Benches.open()) {
            Problem absent = bench.executor()
                    .inspect(bench.launch("main.py", "def other(event, context): pass"))
                    .getFirst();
            assertEquals("HANDLER_NOT_FOUND", absent.code());
            assertEquals(Optional.of("write: def handler(event, context):"), absent.remedy());
            Problem parameters = bench.executor()
                    .inspect(bench.launch("main.py", "\ndef handler(event): pass"))
                    .getFirst();
            assertEquals("HANDLER_PARAMETERS", parameters.code());
            assertEquals(2, parameters.place().orElseThrow().line());
            assertEquals(
                    List.of(),
                    bench.executor().inspect(bench.launch("main.py", "from elsewhere import *\nraise SystemExit")));
        }
    }
}
