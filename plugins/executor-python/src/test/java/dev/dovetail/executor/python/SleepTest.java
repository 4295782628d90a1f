package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long code may sleep: a hundred years, and what is longer is an error at its line. */
@Needs(Need.PYTHON)
@Tag("WF-07")
final class SleepTest {
    private static final long HUNDRED_YEARS = 36525L * 24 * 3600 * 1000;
    private static final String SOURCE = """
            def handler(event, ctx):
                ctx.sleep(float(event) if isinstance(event, str) else event).result()
                return "woke"
            """;

    private TestBench bench;
    private Instance instance;

    @BeforeEach
    void start() throws Exception {
        bench = Benches.open();
        instance = bench.executor().start(bench.launch("main.py", SOURCE));
    }

    @AfterEach
    void close() throws Exception {
        instance.close();
        bench.close();
    }

    @Test
    void aHundredYearsAreAskedOfTheHostToTheMillisecond() throws Exception {
        FakeHost host = FakeHost.naming();
        assertEquals("\"woke\"", TestBench.text(instance.invoke(Samples.workflow("" + HUNDRED_YEARS), host)));
        List<Duration> slept = host.asked().stream()
                .map(asked ->
                        assertInstanceOf(HostCall.Sleep.class, asked.call()).duration())
                .toList();
        assertEquals(List.of(Duration.ofDays(36525)), slept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3155760000001", "1e300", "-1", "\"nan\"", "\"inf\""})
    void whatIsLongerOrNoTimeIsTheCodesErrorAtItsLineAndTheWorkerGoesOn(String milliseconds) throws Exception {
        FakeHost host = FakeHost.naming();
        Fault fault = assertInstanceOf(Outcome.Failed.class, instance.invoke(Samples.workflow(milliseconds), host))
                .fault();
        assertEquals(Fault.CODE, fault.id());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
        assertTrue(fault.message().contains("expected milliseconds from 0 to " + HUNDRED_YEARS), fault.message());
        assertEquals(2, fault.place().orElseThrow().line());
        assertEquals(List.of(), host.asked());
        assertTrue(instance.usable());
        assertEquals("\"woke\"", TestBench.text(instance.invoke(Samples.workflow("5"), FakeHost.naming())));
    }
}
