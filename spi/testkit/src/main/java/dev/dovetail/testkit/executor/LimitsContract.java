package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The part of an executor's contract that is about what a call may use. */
public interface LimitsContract extends SampledContract {
    @Test
    @Rule("executor/18")
    default void memoryHasALimit(Executor executor, Context context) throws Exception {
        Limits limits = new Limits(128, Duration.ofSeconds(30), 6 << 20, Map.of());
        try (Instance instance = executor.start(launch(context, Sample.ALLOCATE, limits, Map.of(), new Lines()))) {
            FakeHost host = new FakeHost();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            Fault fault = failed(call.outcome(Duration.ofSeconds(20)));
            assertEquals(Fault.MEMORY_LIMIT, fault.id());
            assertEquals(Fault.Owner.FUNCTION, fault.owner());
        }
    }

    @Test
    @Rule("executor/19")
    default void anAnswerThatIsTooLongIsAFault(Executor executor, Context context) throws Exception {
        Limits limits = new Limits(128, Duration.ofSeconds(30), 100, Map.of());
        try (Instance instance = executor.start(launch(context, Sample.ECHO, limits, Map.of(), new Lines()))) {
            String fits = "\"" + "x".repeat(98) + "\"";
            assertEquals(fits, returned(invoke(instance, fits, new FakeHost())));
            // the length is that of the UTF-8, in which each of these has two bytes
            String twoBytes = "\u00fc".repeat(48);
            fits = "\"" + twoBytes + "xx\"";
            assertEquals(fits, returned(invoke(instance, fits, new FakeHost())));
            for (String tooLong : List.of("x".repeat(99), twoBytes + "xxx")) {
                Fault fault = failed(invoke(instance, "\"" + tooLong + "\"", new FakeHost()));
                assertEquals(Fault.Owner.FUNCTION, fault.owner(), fault.toString());
                assertTrue(instance.usable());
            }
        }
    }

    @Test
    @Rule("executor/20")
    default void whatACallUsedIsTold(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.ECHO))) {
            Outcome.Usage usage = invoke(instance, "{\"a\":1}", new FakeHost()).usage();
            assertFalse(usage.cpu().isNegative());
            assertTrue(usage.peakBytes() >= 0 && usage.steps() >= 0, usage.toString());
        }
    }
}
