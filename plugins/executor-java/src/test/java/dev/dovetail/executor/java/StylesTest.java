package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Concurrent;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ways in which functions in Java are written and packed. */
@Tag("RT-21")
final class StylesTest {
    @Test
    void classesInAnArchiveOfTheCodeOrOfALayerRunOnEveryInstalledVersion() throws Exception {
        String input =
                "{\"lines\":[{\"name\":\"tea\",\"count\":2}],\"colour\":\"RED\",\"prices\":{\"tea\":5000000000}}";
        String expected = "{\"total\":10000000000,\"lines\":[{\"name\":\"tea\",\"count\":2}],\"function\":\"sample\"}";
        try (TestBench bench = Benches.open()) {
            Path classes = Brought.compiled(bench.folder(), Map.of("shop/Orders.java", Brought.ORDERS));
            Path packed = bench.folder();
            Brought.pack(classes, packed.resolve("lib/orders.jar"));
            Path layer = bench.folder();
            Brought.pack(classes, layer.resolve("java/lib/orders.jar"));
            for (Runtime runtime : Installed.all()) {
                for (Launch launch : List.of(
                        Benches.launch(bench, runtime.name(), classes, List.of(), "shop.Orders", 1),
                        Benches.launch(bench, runtime.name(), packed, List.of(), "shop.Orders::handleRequest", 1),
                        Benches.launch(
                                bench,
                                runtime.name(),
                                bench.folder(),
                                List.of(layer),
                                "shop.Orders.handleRequest",
                                1))) {
                    assertEquals(List.of(), bench.executor().inspect(launch));
                    try (Instance instance = bench.executor().start(launch)) {
                        assertEquals(expected, TestBench.call(instance, input), launch.toString());
                        String wrong = TestBench.call(instance, "{\"lines\":[{\"name\":\"tea\",\"count\":\"two\"}]}");
                        assertTrue(wrong.contains("lines[0].count is \"two\"; expected Integer"), wrong);
                    }
                }
            }
        }
    }

    @Test
    void functionsWrittenForAwsRunAsTheyAre() throws Exception {
        try (TestBench bench = Benches.open()) {
            Path classes = Brought.compiled(bench.folder(), Brought.AWS);
            var launch = Benches.launch(bench, Installed.newest().name(), classes, List.of(), "Aws::handleRequest", 1);
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals("[2,\"sample\",256,true]", TestBench.call(instance, "{\"a\":1}"));
            }
            assertEquals(List.of("through the logger"), bench.lines().texts());
        }
    }

    /** However long it is, and whatever is in it: a call whose error cannot be told would never end. */
    @Test
    void whateverAnErrorOrALogLineSaysItIsTold() throws Exception {
        String source = """
                import dev.dovetail.function.*;
                import java.util.Map;
                public class Handler {
                    public Object handleRequest(String what, Context context) {
                        switch (what) {
                            case "long":
                                context.log("info", "x".repeat(3000000), Map.of());
                                throw new RuntimeException("x".repeat(3000000));
                            case "half":
                                context.log("info", "a\\ud800b", Map.of());
                                throw new RuntimeException("a\\ud800b");
                            default:
                                throw new FunctionException(
                                    "gts.x.core.faas.err.v1~x.y._.z.v1~", "m", Map.of("a", Double.NaN));
                        }
                    }
                }
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("Handler.java", source))) {
            String longest = TestBench.call(instance, "\"long\"");
            assertTrue(longest.startsWith("code FUNCTION xxx"), longest);
            assertTrue(longest.endsWith("x..."), longest);
            assertEquals("code FUNCTION a?b", TestBench.call(instance, "\"half\""));
            String details = TestBench.call(instance, "\"details\"");
            assertTrue(details.contains("is no JSON: details.a is NaN"), details);
        }
    }

    @Test
    void anErrorSaysWhatItCameOf() throws Exception {
        String source = """
                public class Handler {
                    public Object handleRequest(String order) {
                        try {
                            return Integer.parseInt(order);
                        } catch (NumberFormatException e) {
                            throw order.isEmpty() ? new RuntimeException(e) : new IllegalStateException("could not read", e);
                        }
                    }
                }
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), source, 1))) {
            String said = TestBench.call(instance, "\"x\"");
            String cause = "NumberFormatException: For input string: ";
            assertTrue(said.endsWith("IllegalStateException: could not read, caused by " + cause + "\"x\""), said);
            String wordless = TestBench.call(instance, "\"\"");
            assertTrue(wordless.endsWith(" java.lang." + cause + "\"\""), wordless);
        }
    }

    @Test
    void anAnswerThatContainsItselfIsSaidToInFewWords() throws Exception {
        String source = """
                import java.util.Map;

                public class Handler {
                    public Object handleRequest(Map<String, Object> circle) {
                        circle.put("next", circle);
                        return circle;
                    }
                }
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), source, 1))) {
            String said = TestBench.call(instance, "{}");
            assertTrue(said.contains("is no JSON: next.next.next.") && said.endsWith("or contains itself"), said);
            assertTrue(said.length() < 400, said);
        }
    }

    @Test
    void recordsAndStreamsAreInputsAndAnswers() throws Exception {
        try (TestBench bench = Benches.open()) {
            var record = Benches.source(bench, Installed.newest().name(), """
                    import java.util.*;

                    public class Handler {
                        record Point(int x, Optional<Integer> y, double[] more) {}

                        Point handleRequest(Point point) {
                            return new Point(point.x() + 1, point.y().map(y -> y * 2), point.more());
                        }
                    }
                    """, 1);
            try (Instance instance = bench.executor().start(record)) {
                assertEquals(
                        "{\"x\":2,\"y\":null,\"more\":[1.5]}", TestBench.call(instance, "{\"x\":1,\"more\":[1.5]}"));
                assertEquals("{\"x\":1,\"y\":6,\"more\":null}", TestBench.call(instance, "{\"x\":0,\"y\":3}"));
            }
            var stream = Benches.source(bench, Installed.newest().name(), """
                    import java.io.*;

                    public class Handler implements dev.dovetail.function.StreamHandler {
                        public void handleRequest(InputStream in, OutputStream out, dev.dovetail.function.Context context)
                                throws IOException {
                            out.write('[');
                            in.transferTo(out);
                            out.write(']');
                        }
                    }
                    """, 1);
            try (Instance instance = bench.executor().start(stream)) {
                assertEquals("[{\"a\":1}]", TestBench.call(instance, "{\"a\":1}"));
            }
        }
    }

    @Test
    void severalCallsRunAtOnceAndOneThatIsToldToLeaveHarmsNoOther() throws Exception {
        try (TestBench bench = Benches.open()) {
            var launch = Benches.source(bench, Installed.newest().name(), """
                    import dev.dovetail.function.Context;
                    import java.time.Duration;

                    public class Handler {
                        public Object handleRequest(Object input, Context context) {
                            System.out.println("begun " + input);
                            context.sleep(Duration.ofSeconds(1)).get();
                            return input;
                        }
                    }
                    """, 8);
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals(8, ((Concurrent) instance).calls());
                FakeHost one = new FakeHost().holding();
                FakeHost other = new FakeHost().holding();
                Call first = Call.of(instance, Samples.invocation("1"), one);
                Call second = Call.of(instance, Samples.invocation("2"), other);
                one.awaitAsked(1);
                other.awaitAsked(1);
                first.interrupt();
                assertEquals("Stopped", TestBench.text(first.outcome(Duration.ofSeconds(2))));
                other.answer(new dev.dovetail.spi.host.Answer.Reply(
                        other.asked().getFirst().ticket(), FakeHost.json("null")));
                assertEquals("2", TestBench.text(second.outcome(Duration.ofSeconds(5))));
                assertTrue(instance.usable());
            }
            assertEquals(
                    List.of("begun 1", "begun 2"),
                    bench.lines().texts().stream().sorted().toList());
        }
    }

    @Test
    void aWorkerThatWasStartedBeforeTakesAnyFunction() throws Exception {
        try (TestBench bench = Benches.open()) {
            var launch = Benches.source(
                    bench,
                    Installed.newest().name(),
                    "public class Handler { public Object handleRequest(Object o) { return o; } }",
                    1);
            Prestarts prestarts = (Prestarts) bench.executor();
            var blank = prestarts.prestart(launch.runtime(), launch.limits(), launch.atLeast());
            try (Instance instance = prestarts.start(launch, blank)) {
                assertEquals("7", TestBench.call(instance, "7"));
            }
        }
    }

    @Test
    void theSecondWorkerStartsFromWhatTheFirstLeft() throws Exception {
        try (TestBench bench = Benches.open(Map.of("archives", true))) {
            Runtime runtime = Installed.newest();
            var launch = Benches.source(
                    bench,
                    runtime.name(),
                    "public class Handler { public Object handleRequest(Object o) { return o; } }",
                    1);
            bench.executor().start(launch).close();
            Eventually.holds("something is left", () -> kept(bench, runtime) > 0);
            assertEquals(1, kept(bench, runtime), runtime.name());
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals("7", TestBench.call(instance, "7"));
            }
        }
    }

    private static long kept(TestBench bench, Runtime runtime) throws Exception {
        try (Stream<Path> all = Files.walk(bench.context().cache())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(runtime.name()) && name.matches(".*\\.(aot|jsa)"))
                    .count();
        }
    }

    @Test
    void aHandlerOfAnArchiveThatHasNoSuchClassIsAProblem() throws Exception {
        try (TestBench bench = Benches.open()) {
            Path classes = Brought.compiled(bench.folder(), Map.of("shop/Orders.java", Brought.ORDERS));
            Path packed = bench.folder();
            Brought.pack(classes, packed.resolve("lib/orders.jar"));
            var launch = Benches.launch(bench, Installed.newest().name(), packed, List.of(), "shop.Nothing::run", 1);
            assertEquals(
                    "HANDLER_NOT_FOUND",
                    bench.executor().inspect(launch).getFirst().code());
            var missing = Benches.launch(bench, "java99", packed, List.of(), "shop.Orders", 1);
            Problem problem = bench.executor().inspect(missing).getFirst();
            assertEquals("RUNTIME_MISSING", problem.code());
        }
    }
}
