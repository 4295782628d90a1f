package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Controllable;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What this executor can do to a call that runs, and others cannot. */
@Tag("EX-27")
final class ActionsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Limits ENDLESS = Scripts.limits(1_000_000_000_000L, 128);
    private static final String CODE = """
            def busy(n):
                total = 0
                for i in range(n):
                    total += i % 7
                return total

            def main(ctx, input):
                return [busy(1000) for i in range(input)]
            """;

    private static JsonNode done(Instance instance, String id, String action, String payload) throws Exception {
        return JSON.readTree(((Controllable) instance)
                .control(id, action, Bytes.utf8(payload))
                .text());
    }

    @Test
    void aCallTellsWhatItUsedAndWhereItIsWhileItGoesOn(@TempDir Path folder) throws Exception {
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(Scripts.launch(folder, CODE, ENDLESS))) {
            Invocation invocation = Samples.invocation("1000000");
            String id = invocation.executionId();
            Call call = Call.of(instance, invocation, new FakeHost());
            Eventually.holds(
                    "it runs", () -> !((Inspectable) instance).stack(id).isEmpty());
            long before = done(instance, id, "usage", "{}").get("steps").longValue();
            JsonNode profile = done(instance, id, "profile", "{\"millis\": 200}");
            assertTrue(profile.get("samples").intValue() > 10, profile.toString());
            JsonNode hottest = profile.at("/lines/0");
            assertEquals("busy", hottest.get("function").stringValue(), profile.toString());
            assertTrue(
                    hottest.get("line").intValue() >= 2 && hottest.get("line").intValue() <= 5, profile.toString());
            assertTrue(done(instance, id, "usage", "{}").get("steps").longValue() > before);
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(5)));
            assertEquals(
                    PluginException.Kind.REJECTED,
                    assertThrows(PluginException.class, () -> done(instance, id, "usage", "{}"))
                            .kind());
        }
    }

    @Test
    void aCallThatEndsMeanwhileHasAShorterProfile(@TempDir Path folder) throws Exception {
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(Scripts.launch(folder, CODE, ENDLESS))) {
            Invocation invocation = Samples.invocation("2000");
            Call call = Call.of(instance, invocation, new FakeHost());
            Eventually.holds(
                    "it runs",
                    () -> !((Inspectable) instance)
                            .stack(invocation.executionId())
                            .isEmpty());
            JsonNode profile = done(instance, invocation.executionId(), "profile", "{\"millis\": 10000}");
            assertTrue(profile.get("samples").intValue() > 0, profile.toString());
            assertInstanceOf(Outcome.Returned.class, call.outcome(Duration.ofSeconds(1)));
        }
    }
}
