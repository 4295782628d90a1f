package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each version from 3.9 on, as it is brought, behind the strongest walls that this machine has. */
@Needs(Need.PYTHONS)
@Tag("TE-08")
final class RealPythonsTest {
    static final List<String> BROUGHT = List.of("python3.9", "python3.10", "python3.11", "python3.12", "python3.13");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestBench bench;

    private static Path program(String runtime) {
        return Path.of(System.getenv("DOVETAIL_PYTHONS"), runtime, "bin", runtime);
    }

    @BeforeAll
    static void open() throws Exception {
        Map<String, String> programs = BROUGHT.stream()
                .collect(Collectors.toMap(
                        runtime -> runtime, runtime -> program(runtime).toString()));
        bench = Benches.open(Map.of("interpreters", programs, "isolation-at-most", "strict"));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static Launch launch(String runtime, String source) throws Exception {
        return Samples.launch(runtime, bench.folder(Map.of("main.py", source)), "main.handler");
    }

    private static String run(Launch launch, String input, FakeHost host) throws Exception {
        assertEquals(List.of(), bench.executor().inspect(launch));
        try (Instance instance = bench.executor().start(launch)) {
            return TestBench.text(instance.invoke(Samples.workflow(input), host));
        }
    }

    @Test
    void theirVersionsAreSeenByTheNamesOfTheirPrograms(@TempDir Path home) throws Exception {
        List<Path> path =
                BROUGHT.stream().map(runtime -> program(runtime).getParent()).toList();
        Map<String, Path> found = new Pythons(new Surroundings(home, path))
                .interpreters().stream().collect(Collectors.toMap(Interpreter::runtime, Interpreter::program));
        for (String runtime : BROUGHT) {
            assertEquals(program(runtime).toRealPath(), found.get(runtime));
        }
    }

    @ParameterizedTest
    @FieldSource("BROUGHT")
    void workflowsOfBothKindsTakeStepsSleepAndAnswer(String runtime) throws Exception {
        String tail = "\n    return [value, event, 'python%d.%d' % sys.version_info[:2]]";
        String plain = "import sys\n\ndef work(ctx, n):\n    return [ctx.random('in').result(), n]\n\n"
                + "def handler(event, ctx):\n    value = ctx.step('a', work, 1)\n"
                + "    ctx.sleep(3600000).result()" + tail;
        String coroutine =
                "import asyncio\nimport sys\n\nasync def work(ctx, n):\n    return [await ctx.random('in'), n]\n\n"
                        + "async def handler(event, ctx):\n    value, _ = await asyncio.gather(ctx.step('a', work, 1), ctx.now())\n"
                        + "    await ctx.sleep(3600000)" + tail;
        String expected = "[[\"Random\",1],{\"a\":[1,\"ü\"]},\"" + runtime + "\"]";
        FakeHost host = FakeHost.naming();
        assertEquals(expected, run(launch(runtime, plain), "{\"a\":[1,\"ü\"]}", host));
        assertEquals(List.of("0 Step a", "1 Random in", "0 StepDone 1", "0 Sleep"), host.askedWords());
        FakeHost other = FakeHost.naming();
        assertEquals(expected, run(launch(runtime, coroutine), "{\"a\":[1,\"ü\"]}", other));
        assertTrue(other.askedWords().containsAll(List.of("0 Step a", "0 Now", "1 Random in", "0 Sleep")));
    }

    @ParameterizedTest
    @FieldSource("BROUGHT")
    void anErrorHasItsPlaceRaisedOrWritten(String runtime) throws Exception {
        for (String word : List.of("", "async ")) {
            String source = word + "def handler(event, context):\n    return event['a']['b']";
            try (Instance instance = bench.executor().start(launch(runtime, source))) {
                Outcome.Failed failed = assertInstanceOf(
                        Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()));
                assertEquals("KeyError: 'a'", failed.fault().message());
                assertEquals(2, failed.fault().place().orElseThrow().line());
                assertEquals(
                        "1", TestBench.text(instance.invoke(Samples.invocation("{\"a\":{\"b\":1}}"), new FakeHost())));
            }
        }
        Problem problem = bench.executor()
                .inspect(launch(runtime, "def handler(e, c):\n    return 1 +\n"))
                .getFirst();
        assertEquals("SYNTAX_ERROR", problem.code());
        assertEquals(2, problem.place().orElseThrow().line());
    }

    @ParameterizedTest
    @FieldSource("BROUGHT")
    void whatDoesNotEndIsStopped(String runtime) throws Exception {
        String source = "def handler(event, ctx):\n    ctx.progress(0)\n    while True:\n        pass";
        try (Instance instance = bench.executor().start(launch(runtime, source))) {
            FakeHost host = new FakeHost();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(PATIENCE));
        }
    }
}
