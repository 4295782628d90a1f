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

    private Stand stand;
    private Instance instance;

    @BeforeEach
    void start() throws Exception {
        stand = Stand.open();
        instance = stand.executor().start(stand.launch("main.py", SOURCE));
    }

    @AfterEach
    void close() throws Exception {
        instance.close();
        stand.close();
    }

    @Test
    void aHundredYearsAreAskedOfTheHostToTheMillisecond() throws Exception {
        FakeHost host = Steward.host();
        assertEquals("\"woke\"", Stand.text(instance.invoke(Steward.invocation("" + HUNDRED_YEARS), host)));
        List<Duration> slept = host.asked().stream()
                .map(asked ->
                        assertInstanceOf(HostCall.Sleep.class, asked.call()).duration())
                .toList();
        assertEquals(List.of(Duration.ofDays(36525)), slept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3155760000001", "1e300", "-1", "\"nan\"", "\"inf\""})
    void whatIsLongerOrNoTimeIsTheCodesErrorAtItsLineAndTheWorkerGoesOn(String milliseconds) throws Exception {
        FakeHost host = Steward.host();
        Fault fault = assertInstanceOf(Outcome.Failed.class, instance.invoke(Steward.invocation(milliseconds), host))
                .fault();
        assertEquals(Fault.CODE, fault.id());
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
        assertTrue(fault.message().contains("expected milliseconds from 0 to " + HUNDRED_YEARS), fault.message());
        assertEquals(2, fault.place().orElseThrow().line());
        assertEquals(List.of(), host.asked());
        assertTrue(instance.usable());
        assertEquals("\"woke\"", Stand.text(instance.invoke(Steward.invocation("5"), Steward.host())));
    }
}
