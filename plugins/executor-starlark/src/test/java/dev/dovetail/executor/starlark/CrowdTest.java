package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all calls hold of the heap together has an end, whatever each may have by itself. */
@Tag("RT-07")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CrowdTest {
    private static final int MB = 1 << 20;
    private static final String HUNGRY = """
            def main(ctx, input):
                return len(["x" * 1000 for i in range(input)])
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[str(i) * 100 for i in range(1000000)]",
                "[i for i in range(1000, 3000000)]",
                "list(range(3000000))",
                "[str(i) for i in range(3000000)]",
                "{i: i + 1000 for i in range(1000, 2000000)}",
                "[(i, i + 1) for i in range(1000, 2000000)]",
                "\"\u20ac\" * 100000000",
                "[b\"x\" * 530000 for i in range(1000)]",
                "str([\"\u20ac\" * 1000 for i in range(100000)])",
                "json.encode(list(range(3000000)))",
            })
    void manyCallsThatWantTheWholeHeapHarmNobodyElse(String value) throws Exception {
        List<String> report = Crowd.run(folder, 96, 8, "def main(ctx, input):\n    return len(" + value + ")\n");
        assertEquals(10, report.size(), report::toString);
        assertTrue(report.contains("bystander fine"), report::toString);
        assertTrue(report.contains("plain returned 7"), report::toString);
        for (String line : report) {
            if (line.startsWith("call ")) {
                assertTrue(
                        line.startsWith("call " + Fault.MEMORY_LIMIT + " FUNCTION ")
                                || line.startsWith("call " + Fault.QUOTA_EXCEEDED + " PLATFORM "),
                        report::toString);
                assertFalse(line.contains("no memory left"), () -> "the heap itself was full: " + report);
            }
        }
    }

    @Test
    void whatACallTookIsGivenBackHoweverItEnds() throws Exception {
        Room room = new Room(32 * MB);
        try (Executor executor = Scripts.executorWithin(room)) {
            for (String end : List.of("return 1", "fail(\"no\")", "return [i for i in range(10000000)]")) {
                Launch launch = Scripts.launch(
                        folder,
                        "def main(ctx, input):\n    x = [\"x\" * 1000 for i in range(3000)]\n    " + end + "\n",
                        Scripts.limits(100_000_000, 24));
                try (Instance instance = executor.start(launch)) {
                    instance.invoke(Samples.invocation("1"), new FakeHost());
                    assertEquals(0, room.taken(), "after: " + end);
                }
            }
        }
    }

    @Test
    void whatGlobalsHoldIsGivenBackWhenTheInstanceIsClosed() throws Exception {
        Room room = new Room(32 * MB);
        Launch launch = Scripts.launch(
                folder,
                "X = [\"x\" * 1000 for i in range(3000)]\ndef main(ctx, input):\n    return len(X)\n",
                Scripts.limits(10_000_000, 24));
        try (Executor executor = Scripts.executorWithin(room)) {
            try (Instance _ = executor.start(launch)) {
                assertTrue(room.taken() > 3 * MB, () -> "taken " + room.taken());
                Instance[] others = new Instance[64];
                PluginException full = Assertions.assertThrows(PluginException.class, () -> {
                    for (int i = 0; i < others.length; i++) {
                        others[i] = executor.start(launch);
                    }
                });
                assertEquals(PluginException.Kind.EXHAUSTED, full.kind(), full::toString);
                for (Instance each : others) {
                    if (each != null) {
                        each.close();
                    }
                }
            }
            assertEquals(0, room.taken());
        }
    }

    @Test
    void oneThatMayHaveMoreThanAllTogetherIsToldSo() throws Exception {
        try (Executor executor = Scripts.executorWithin(new Room(16 * MB));
                Instance instance = executor.start(Scripts.launch(folder, HUNGRY, Scripts.limits(10_000_000, 512)))) {
            Outcome.Failed failed = Scripts.failure(instance.invoke(Samples.invocation("100000"), new FakeHost()));
            assertEquals(Fault.MEMORY_LIMIT, failed.fault().id());
            assertTrue(failed.fault().message().contains("memory-mb"), failed.fault()::message);
            assertEquals(
                    "3000",
                    Scripts.answer(instance.invoke(Samples.invocation("3000"), new FakeHost())),
                    "and it may have what there is");
        }
    }

    @Test
    void smallCallsAskNobody() throws Exception {
        Room room = new Room(32 * MB);
        try (Executor executor = Scripts.executorWithin(room)) {
            Run other = new Run(1, 32 * MB, "", room);
            other.allocate(32 * MB);
            try (Instance instance = executor.start(Scripts.launch(folder, HUNGRY, Scripts.limits(10_000_000, 24)))) {
                assertEquals("20", Scripts.answer(instance.invoke(Samples.invocation("20"), new FakeHost())));
                Outcome.Failed failed = Scripts.failure(instance.invoke(Samples.invocation("5000"), new FakeHost()));
                assertEquals(Fault.QUOTA_EXCEEDED, failed.fault().id());
                assertEquals(Fault.Owner.PLATFORM, failed.fault().owner());
            } finally {
                other.end();
            }
        }
    }
}
