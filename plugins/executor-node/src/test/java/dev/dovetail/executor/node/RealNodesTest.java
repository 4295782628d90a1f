package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.HostReply;
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
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each version that is offered, as npm brings it, behind the strongest walls that this machine has. */
@Needs(Need.NODES)
@Tag("RT-17")
@Tag("TE-08")
final class RealNodesTest {
    static final List<String> OFFERED = List.of("node16", "node18", "node20", "node22");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestBench bench;

    private static Path program(String runtime) {
        return Path.of(System.getenv("DOVETAIL_NODES"), "node_modules", runtime, "bin", "node");
    }

    @BeforeAll
    static void open() throws Exception {
        Map<String, String> programs = OFFERED.stream()
                .collect(Collectors.toMap(
                        runtime -> runtime, runtime -> program(runtime).toString()));
        bench = Benches.open(Map.of("interpreters", programs, "isolation-at-most", "strict"));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static Launch launch(String runtime, Map<String, String> files) throws Exception {
        return Samples.launch(runtime, bench.folder(files), "index.handler", Samples.LIMITS, Map.of(), bench.lines());
    }

    private static Launch launch(String runtime, String source) throws Exception {
        return launch(runtime, Map.of("index.js", source));
    }

    private static String run(Launch launch, String input, FakeHost host) throws Exception {
        assertEquals(List.of(), bench.executor().inspect(launch));
        try (Instance instance = bench.executor().start(launch)) {
            return TestBench.text(instance.invoke(Samples.workflow(input), host));
        }
    }

    @Test
    void theirVersionsAreSeenByTheFilesThatComeWithThem(@TempDir Path home) throws Exception {
        List<Path> path =
                OFFERED.stream().map(runtime -> program(runtime).getParent()).toList();
        Map<String, Path> found = new Nodes(new Surroundings(home, path))
                .interpreters().stream().collect(Collectors.toMap(Interpreter::runtime, Interpreter::program));
        for (String runtime : OFFERED) {
            assertEquals(program(runtime).toRealPath(), found.get(runtime));
        }
    }

    @ParameterizedTest
    @FieldSource("OFFERED")
    void aPromiseACallbackAndModulesOfBothKindsAnswer(String runtime) throws Exception {
        String versioned =
                "exports.handler = async (event) => ({ ...event, by: 'node' + process.versions.node.split('.')[0] });";
        assertEquals(
                "{\"a\":\"ü\",\"by\":\"" + runtime + "\"}",
                run(launch(runtime, versioned), "{\"a\":\"ü\"}", new FakeHost()));
        String callback =
                "exports.handler = (event, context, done) => { setTimeout(() => done(null, event + 1), 1); };";
        try (Instance instance = bench.executor().start(launch(runtime, callback))) {
            assertEquals("3", TestBench.text(instance.invoke(Samples.invocation("2"), new FakeHost())));
        }
        String module = """
                import { basename } from 'node:path';
                import * as other from './other.mjs';
                const late = await Promise.resolve('late');
                export const handler = async (event) => [basename(event), other.value, late];
                """;
        String other = "export const value = 7;";
        for (Map<String, String> files : List.of(
                Map.of("index.mjs", module, "other.mjs", other),
                Map.of("index.js", module, "other.mjs", other, "package.json", "{\"type\": \"module\"}"))) {
            assertEquals("[\"b\",7,\"late\"]", run(launch(runtime, files), "\"/a/b\"", new FakeHost()));
        }
        assertEquals(List.of(), bench.lines().texts(), "what the runtime says is not the function's");
    }

    @ParameterizedTest
    @FieldSource("OFFERED")
    void theHostIsAskedAndStepsAreAwaited(String runtime) throws Exception {
        String source = """
                const work = async (ctx, n) => [await ctx.now(), n];

                exports.handler = async (event, ctx) => {
                  const one = await ctx.step('one', work, 1);
                  const rest = await ctx.steps.parallel([['two', work, 2], ['three', work, 3]]);
                  const got = await ctx.http.get('https://example.org/');
                  return [one, ...rest, got, await ctx.random()];
                };
                """;
        FakeHost host = FakeHost.naming();
        assertEquals(
                "[[\"Now\",1],[\"Now\",2],[\"Now\",3],\"Http\",\"Random\"]", run(launch(runtime, source), "{}", host));
        assertEquals(2, host.asked().getFirst().place().line() - 2, "where it was asked");
        String waits = "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 5));";
        String said = run(launch(runtime, waits), "{}", FakeHost.naming());
        assertTrue(said.contains("waited for something that does not come from the system"), said);
        String refused = "exports.handler = async (event, ctx) => { await ctx.secret('KEY'); };";
        Fault no = Fault.of(Fault.NOT_FOUND, Fault.Owner.CALLER, "there is no such secret");
        assertEquals(
                "not_found CALLER there is no such secret",
                run(launch(runtime, refused), "{}", new FakeHost(call -> new HostReply.Refused(no))));
    }

    @ParameterizedTest
    @FieldSource("OFFERED")
    void anErrorHasItsPlaceThrownOrWritten(String runtime) throws Exception {
        String source = "exports.handler = async (event) => {\n  return event.a.b;\n};";
        try (Instance instance = bench.executor().start(launch(runtime, source))) {
            for (int i = 0; i < 2; i++) {
                Outcome.Failed failed = assertInstanceOf(
                        Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()));
                assertTrue(
                        failed.fault().message().startsWith("TypeError: "),
                        failed.fault().message());
                assertEquals(
                        Optional.of(new Place("index.js", 2, 18)),
                        failed.fault().place());
            }
        }
        for (String file : List.of("index.js", "index.mjs")) {
            Problem problem = bench.executor()
                    .inspect(launch(runtime, Map.of(file, "const a = 1;\nconst = 2;\n")))
                    .getFirst();
            assertEquals("SYNTAX_ERROR", problem.code());
            assertEquals(2, problem.place().orElseThrow().line());
        }
    }

    @ParameterizedTest
    @FieldSource("OFFERED")
    void whatDoesNotEndIsStopped(String runtime) throws Exception {
        String endless = "exports.handler = (event, ctx) => { ctx.progress(0, 'begun'); for (;;); };";
        String waiting = "exports.handler = async (event, ctx) => { await ctx.sleep(3600000); };";
        for (String source : List.of(endless, waiting)) {
            try (Instance instance = bench.executor().start(launch(runtime, source))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                if (source.equals(endless)) {
                    host.awaitTold();
                } else {
                    host.awaitAsked(1);
                }
                call.interrupt();
                assertInstanceOf(Outcome.Stopped.class, call.outcome(PATIENCE));
            }
        }
    }
}
