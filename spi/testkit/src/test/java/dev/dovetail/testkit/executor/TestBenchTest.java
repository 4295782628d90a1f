package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A bench with the fake executor on it, whose functions stand in for an author's. */
final class TestBenchTest {
    private static final Place HERE = new Place("main.fake", 1, 1);
    private static final FakeExecutorProvider PROVIDER = new FakeExecutorProvider(Map.of(
            "echo", (launch, invocation, host) -> invocation.input(),
            "kind",
                    (launch, invocation, host) ->
                            Bytes.utf8("\"" + invocation.attributes().get("kind") + " of " + invocation.entry() + "\""),
            "fail",
                    (launch, invocation, host) -> {
                        throw FakeExecutorProvider.Ends.with(
                                Fault.of(Fault.CODE, Fault.Owner.FUNCTION, "out of cheese"));
                    },
            "asks",
                    (launch, invocation, host) -> {
                        List<Boolean> states = new ArrayList<>(List.of(host.replaying()));
                        for (int i = 0; i < 3; i++) {
                            host.ask(Host.MAIN, new HostCall.Random(Optional.of("r" + i)), HERE);
                            host.next();
                            states.add(host.replaying());
                        }
                        return Bytes.utf8(states.toString());
                    }));

    private static String text(String function, String input) throws Exception {
        try (TestBench bench = TestBench.open(PROVIDER, Map.of());
                Instance instance = bench.executor().start(bench.launch("main.fake", function))) {
            return TestBench.call(instance, input);
        }
    }

    @Test
    void whatCameOfACallIsSaidOnOneLine() throws Exception {
        assertEquals("[1]", text("echo", "[1]"));
        assertEquals("code FUNCTION out of cheese", text("fail", "{}"));
        assertEquals("Suspended", TestBench.text(new Outcome.Suspended(List.of(), Outcome.Usage.NONE)));
    }

    @Test
    void aFunctionHasItsFilesAndWhatElseIsSaidOfIt() throws Exception {
        try (TestBench bench = TestBench.open(PROVIDER, Map.of())) {
            var layer = bench.folder(Map.of("shelf/cheese", "brie"));
            Launch launch = bench.launch(
                    Map.of("main.fake", "echo", "lib/more", "1"),
                    List.of(layer),
                    Map.of("COLOUR", "blue"),
                    Samples.LIMITS,
                    4);
            assertEquals("1", Files.readString(launch.code().resolve("lib/more")));
            assertEquals("brie", Files.readString(launch.layers().getFirst().resolve("shelf/cheese")));
            assertEquals("main.main", launch.handler());
            assertEquals(Map.of("COLOUR", "blue"), launch.environment());
            assertEquals(4, launch.concurrency());
            launch.logs().line(Optional.empty(), "printed");
            assertEquals(List.of("printed"), bench.lines().texts());
        }
    }

    @Test
    void aBenchThatThreadsAreLeftOnFails() throws Exception {
        TestBench bench = TestBench.open(PROVIDER, Map.of());
        Thread left = bench.context().threads().newThread(() -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                // the bench's own end
            }
        });
        left.start();
        assertThrows(AssertionError.class, bench::close);
        left.join();
    }

    @Test
    void aWorkflowIsCalledAndItsQuestionsAreRead() throws Exception {
        try (TestBench bench = TestBench.open(PROVIDER, Map.of());
                Instance kind = bench.executor().start(bench.launch("main.fake", "kind"));
                Instance asks = bench.executor().start(bench.launch("main.fake", "asks"))) {
            assertEquals("\"workflow of Main[]\"", TestBench.text(kind.invoke(Samples.workflow("{}"), new FakeHost())));
            FakeHost host = FakeHost.naming().replaying(2);
            assertEquals("[true, true, false, false]", TestBench.text(asks.invoke(Samples.workflow("{}"), host)));
            assertEquals(List.of("0 Random r0", "0 Random r1", "0 Random r2"), host.askedWords());
        }
    }
}
