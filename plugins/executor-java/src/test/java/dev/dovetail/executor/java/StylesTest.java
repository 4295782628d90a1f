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
        try (Stand stand = Stand.open()) {
            Path classes = Brought.compiled(stand.folder(), Map.of("shop/Orders.java", Brought.ORDERS));
            Path packed = stand.folder();
            Brought.pack(classes, packed.resolve("lib/orders.jar"));
            Path layer = stand.folder();
            Brought.pack(classes, layer.resolve("java/lib/orders.jar"));
            for (Runtime runtime : Installed.all()) {
                for (Launch launch : List.of(
                        stand.launch(runtime.name(), classes, List.of(), "shop.Orders", 1),
                        stand.launch(runtime.name(), packed, List.of(), "shop.Orders::handleRequest", 1),
                        stand.launch(runtime.name(), stand.folder(), List.of(layer), "shop.Orders.handleRequest", 1))) {
                    assertEquals(List.of(), stand.executor().inspect(launch));
                    try (Instance instance = stand.executor().start(launch)) {
                        assertEquals(expected, Stand.call(instance, input), launch.toString());
                        String wrong = Stand.call(instance, "{\"lines\":[{\"name\":\"tea\",\"count\":\"two\"}]}");
                        assertTrue(wrong.contains("lines[0].count is \"two\"; expected Integer"), wrong);
                    }
                }
            }
        }
    }

    @Test
    void functionsWrittenForAwsRunAsTheyAre() throws Exception {
        try (Stand stand = Stand.open()) {
            Path classes = Brought.compiled(stand.folder(), Brought.AWS);
            var launch = stand.launch(Installed.newest().name(), classes, List.of(), "Aws::handleRequest", 1);
            try (Instance instance = stand.executor().start(launch)) {
                assertEquals("[2,\"sample\",256,true]", Stand.call(instance, "{\"a\":1}"));
            }
            assertEquals(List.of("through the logger"), stand.lines().texts());
        }
    }

    @Test
    void recordsAndStreamsAreInputsAndAnswers() throws Exception {
        try (Stand stand = Stand.open()) {
            var record = stand.source(Installed.newest().name(), """
                    import java.util.*;

                    public class Handler {
                        record Point(int x, Optional<Integer> y, double[] more) {}

                        Point handleRequest(Point point) {
                            return new Point(point.x() + 1, point.y().map(y -> y * 2), point.more());
                        }
                    }
                    """, 1);
            try (Instance instance = stand.executor().start(record)) {
                assertEquals("{\"x\":2,\"y\":null,\"more\":[1.5]}", Stand.call(instance, "{\"x\":1,\"more\":[1.5]}"));
                assertEquals("{\"x\":1,\"y\":6,\"more\":null}", Stand.call(instance, "{\"x\":0,\"y\":3}"));
            }
            var stream = stand.source(Installed.newest().name(), """
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
            try (Instance instance = stand.executor().start(stream)) {
                assertEquals("[{\"a\":1}]", Stand.call(instance, "{\"a\":1}"));
            }
        }
    }

    @Test
    void severalCallsRunAtOnceAndOneThatIsToldToLeaveHarmsNoOther() throws Exception {
        try (Stand stand = Stand.open()) {
            var launch = stand.source(Installed.newest().name(), """
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
            try (Instance instance = stand.executor().start(launch)) {
                assertEquals(8, ((Concurrent) instance).calls());
                FakeHost one = new FakeHost().holding();
                FakeHost other = new FakeHost().holding();
                Call first = Call.of(instance, Samples.invocation("1"), one);
                Call second = Call.of(instance, Samples.invocation("2"), other);
                one.awaitAsked(1);
                other.awaitAsked(1);
                first.interrupt();
                assertEquals("Stopped", Stand.text(first.outcome(Duration.ofSeconds(2))));
                other.answer(new dev.dovetail.spi.host.Answer.Reply(
                        other.asked().getFirst().ticket(), FakeHost.json("null")));
                assertEquals("2", Stand.text(second.outcome(Duration.ofSeconds(5))));
                assertTrue(instance.usable());
            }
            assertEquals(
                    List.of("begun 1", "begun 2"),
                    stand.lines().texts().stream().sorted().toList());
        }
    }

    @Test
    void aWorkerThatWasStartedBeforeTakesAnyFunction() throws Exception {
        try (Stand stand = Stand.open()) {
            var launch = stand.source(
                    Installed.newest().name(),
                    "public class Handler { public Object handleRequest(Object o) { return o; } }",
                    1);
            Prestarts prestarts = (Prestarts) stand.executor();
            var blank = prestarts.prestart(launch.runtime(), launch.limits(), launch.atLeast());
            try (Instance instance = prestarts.start(launch, blank)) {
                assertEquals("7", Stand.call(instance, "7"));
            }
        }
    }

    @Test
    void theSecondWorkerStartsFromWhatTheFirstLeft() throws Exception {
        try (Stand stand = Stand.open(Map.of("archives", true))) {
            Runtime runtime = Installed.newest();
            var launch = stand.source(
                    runtime.name(), "public class Handler { public Object handleRequest(Object o) { return o; } }", 1);
            stand.executor().start(launch).close();
            Eventually.holds("something is left", () -> kept(stand, runtime) > 0);
            assertEquals(1, kept(stand, runtime), runtime.name());
            try (Instance instance = stand.executor().start(launch)) {
                assertEquals("7", Stand.call(instance, "7"));
            }
        }
    }

    private static long kept(Stand stand, Runtime runtime) throws Exception {
        try (Stream<Path> all = Files.walk(stand.cache())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(runtime.name()) && name.matches(".*\\.(aot|jsa)"))
                    .count();
        }
    }

    @Test
    void aHandlerOfAnArchiveThatHasNoSuchClassIsAProblem() throws Exception {
        try (Stand stand = Stand.open()) {
            Path classes = Brought.compiled(stand.folder(), Map.of("shop/Orders.java", Brought.ORDERS));
            Path packed = stand.folder();
            Brought.pack(classes, packed.resolve("lib/orders.jar"));
            var launch = stand.launch(Installed.newest().name(), packed, List.of(), "shop.Nothing::run", 1);
            assertEquals(
                    "HANDLER_NOT_FOUND",
                    stand.executor().inspect(launch).getFirst().code());
            var missing = stand.launch("java99", packed, List.of(), "shop.Orders", 1);
            Problem problem = stand.executor().inspect(missing).getFirst();
            assertEquals("RUNTIME_MISSING", problem.code());
        }
    }
}
