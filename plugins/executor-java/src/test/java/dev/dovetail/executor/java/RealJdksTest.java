package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Java 11 and 21, which are brought, and what this machine has, behind the strongest walls that it has. */
@Needs(Need.JDKS)
@Tag("RT-21")
@Tag("TE-08")
final class RealJdksTest {
    private static final List<String> BROUGHT = List.of("java11", "java21");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The first version that keeps classes between starts. */
    private static final int ARCHIVES = 17;

    private static TestBench bench;

    private static Path home(String runtime) {
        return Path.of(System.getenv("DOVETAIL_JDKS"), runtime);
    }

    static List<String> runtimes() {
        TreeSet<String> all = new TreeSet<>(BROUGHT);
        Installed.all().stream().map(Runtime::name).forEach(all::add);
        return List.copyOf(all);
    }

    @BeforeAll
    static void open() throws Exception {
        Map<String, String> programs = Map.of(
                "java11", home("java11").resolve("bin/java").toString(),
                "java21", home("java21").resolve("bin/java").toString());
        bench = Benches.open(Map.of("interpreters", programs, "isolation-at-most", "strict", "archives", true));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static Launch launch(String runtime, String body) throws Exception {
        return Benches.source(bench, runtime, """
                import dev.dovetail.function.*;
                import java.time.Duration;
                import java.util.*;

                public class Handler {
                %s
                }
                """.formatted(body), 1);
    }

    @Test
    void theirVersionsAreSeenByTheFilesThatComeWithThem(@TempDir Path machine) throws Exception {
        for (String runtime : BROUGHT) {
            Files.createSymbolicLink(machine.resolve(runtime), home(runtime).toRealPath());
        }
        List<Interpreter> found = new Jdks(
                        new Surroundings(machine, List.of()), Optional.empty(), List.of(machine.toString()))
                .interpreters();
        assertEquals(BROUGHT, found.stream().map(Interpreter::runtime).toList());
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void aSourceIsCheckedCompiledOnceAndAnswers(String runtime) throws Exception {
        Launch launch = launch(runtime, """
                    public Object handleRequest(Map<String, Object> event, Context context) {
                        System.out.println("on " + System.getProperty("java.specification.version"));
                        return List.of(event, Runtime.version().feature(), context.random().get());
                    }
                """);
        assertEquals(List.of(), bench.executor().inspect(launch));
        String expected = "[{\"a\":\"ü\"}," + runtime.replace("java", "") + ",\"Random\"]";
        for (int i = 0; i < 2; i++) {
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals(
                        expected,
                        TestBench.text(instance.invoke(Samples.invocation("{\"a\":\"ü\"}"), FakeHost.naming())));
            }
        }
        String line = "on " + runtime.replace("java", "");
        assertEquals(
                List.of(line, line),
                bench.lines().texts().stream().filter(line::equals).toList());
        assertEquals(
                List.of(),
                bench.lines().texts().stream()
                        .filter(each -> !each.startsWith("on "))
                        .toList(),
                "what the runtime says is not the function's");
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void anErrorHasItsPlaceThrownOrWritten(String runtime) throws Exception {
        try (Instance instance = bench.executor().start(launch(runtime, """
                    public Object handleRequest(Map<String, Object> event) {
                        return event.get("a").hashCode();
                    }
                """))) {
            Outcome.Failed failed =
                    assertInstanceOf(Outcome.Failed.class, instance.invoke(Samples.invocation("{}"), new FakeHost()));
            assertTrue(
                    failed.fault().message().startsWith("NullPointerException"),
                    failed.fault().message());
            assertEquals(
                    Optional.of(new Place("Handler.java", 7, 0)), failed.fault().place());
            assertEquals("3", TestBench.call(instance, "{\"a\":3}"), "and it is usable");
        }
        Problem problem =
                bench.executor().inspect(launch(runtime, "    int a = \"b\";")).getFirst();
        assertEquals("SYNTAX_ERROR", problem.code());
        assertEquals(6, problem.place().orElseThrow().line());
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void aWorkflowTakesStepsAndSleeps(String runtime) throws Exception {
        FakeHost host = FakeHost.naming();
        try (Instance instance = bench.executor().start(launch(runtime, """
                    public Object handleRequest(Map<String, Integer> event, Context context) {
                        List<?> value = context.step("first", event, List.class, this::first);
                        context.sleep(Duration.ofDays(30)).get();
                        return List.of(value, context.random("last").get());
                    }

                    private List<Object> first(Map<String, Integer> event, Context context) {
                        return List.of(event.get("n") + 1, context.random("inner").get());
                    }
                """))) {
            assertEquals(
                    "[[6,\"Random\"],\"Random\"]",
                    TestBench.text(instance.invoke(Samples.workflow("{\"n\":5}"), host)));
        }
        assertEquals(
                List.of("0 Step first", "1 Random inner", "0 StepDone 1", "0 Sleep", "0 Random last"),
                host.askedWords());
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void whatDoesNotEndIsStopped(String runtime) throws Exception {
        try (Instance instance = bench.executor().start(launch(runtime, """
                    public Object handleRequest(Object event, Context context) {
                        context.progress(0, "begun");
                        while (true) {
                        }
                    }
                """))) {
            FakeHost host = new FakeHost();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(PATIENCE));
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void theArchiveOfItsClassesIsMadeWhereItCanBeAndIsStartedFrom(String runtime) throws Exception {
        Launch launch = launch(runtime, "    public Object handleRequest(Object event) { return event; }");
        bench.executor().start(launch).close();
        boolean can = Integer.parseInt(runtime.replace("java", "")) >= ARCHIVES;
        Eventually.holds(
                "the archive is made, if it can be", PATIENCE.multipliedBy(3), () -> !can || kept(runtime) > 0);
        assertEquals(can ? 1 : 0, kept(runtime));
        try (Instance instance = bench.executor().start(launch)) {
            assertEquals("7", TestBench.call(instance, "7"));
        }
    }

    private static long kept(String runtime) throws IOException {
        try (Stream<Path> all = Files.walk(bench.context().cache())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(runtime + "-") && name.matches(".*\\.(aot|jsa)"))
                    .count();
        }
    }
}
