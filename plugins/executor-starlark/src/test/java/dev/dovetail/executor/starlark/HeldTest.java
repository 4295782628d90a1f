package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call that somebody holds at a line to look at it. */
@Tag("EX-13")
final class HeldTest {
    @Test
    void whatItIsHeldForIsNotWhatItComputes(@TempDir Path folder) throws Exception {
        String code = """
                def main(ctx, input):
                    answer = input * 2
                    return answer
                """;
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(Scripts.launch(folder, code))) {
            Inspectable inspected = (Inspectable) instance;
            Invocation invocation = Samples.invocation("21");
            String id = invocation.executionId();
            inspected.breakAt(id, List.of(new Place("", 3, 0)));
            long began = System.nanoTime();
            Call call = Call.of(instance, invocation, new FakeHost());
            Eventually.holds("it is held", () -> inspected.held(id).isPresent());
            assertEquals(Map.of("answer", "42", "input", "21"), shown(inspected, id));
            Thread.sleep(Duration.ofSeconds(1));
            inspected.go(id, Inspectable.Pace.ON);
            Outcome.Returned returned = assertInstanceOf(Outcome.Returned.class, call.outcome(Duration.ofSeconds(30)));
            assertEquals("42", returned.body().text());
            Duration all = Duration.ofNanos(System.nanoTime() - began);
            Duration computed = returned.usage().cpu();
            assertTrue(computed.plusSeconds(1).compareTo(all) <= 0, computed + " of " + all);
        }
    }

    private static Map<String, String> shown(Inspectable inspected, String id) {
        Map<String, String> locals = new java.util.TreeMap<>(inspected.locals(id, 0));
        locals.remove("ctx");
        return locals;
    }
}
