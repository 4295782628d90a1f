package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.answer;
import static dev.dovetail.executor.flow.Flows.json;
import static dev.dovetail.executor.flow.TaskTest.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Events that are waited for. */
final class ListenTest {
    private static HostCall wait(String type) {
        return new HostCall.AwaitEvent(type, "", Optional.empty());
    }

    /** Runs a workflow whose questions are answered by their index, in this order, once each was asked. */
    private static JsonNode run(String flow, FakeHost host, Object... answers) throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(flow))) {
            Call call = Call.of(instance, Samples.invocation("{}"), host.holding());
            for (int i = 0; i < answers.length; i += 2) {
                int index = (int) answers[i];
                host.awaitAsked(index + 1);
                host.answer(new Answer.Reply(host.asked().get(index).ticket(), FakeHost.json((String) answers[i + 1])));
            }
            return answer(call.outcome(Duration.ofSeconds(30)));
        }
    }

    @Test
    void oneEventIsWaitedForUntilItsDataFits() throws Exception {
        FakeHost host = new FakeHost();
        JsonNode output = run(
                """
                do:
                  - hot:
                      listen: {to: {one: {with: {type: temperature, data: '${ . > $context.most }'}}}}
                """.replace("do:\n", "do:\n  - most: {set: {most: 38}, export: {as: .}}\n"), host, 0, "37", 1, "39");
        assertEquals(json("[39]"), output);
        assertEquals(List.of(wait("temperature"), wait("temperature")), calls(host));
    }

    @Test
    void allEventsComeInTheOrderInWhichTheyCame() throws Exception {
        FakeHost host = new FakeHost();
        String flow = "do: [{both: {listen: {to: {all: [{with: {type: a}}, {with: {type: b}}]}}}}]";
        assertEquals(json("[\"B\",\"A\"]"), run(flow, host, 1, "\"B\"", 0, "\"A\""));
        assertEquals(List.of(wait("a"), wait("b")), calls(host));
    }

    @Test
    void anEventIsForWhicheverWaitForItsTypeItFits() throws Exception {
        String two = "[{with: {type: a, data: '. == 1'}}, {with: {type: a, data: '. == 2'}}]";
        FakeHost host = new FakeHost();
        assertEquals(json("[2]"), run("do: [{any: {listen: {to: {any: " + two + "}}}}]", host, 0, "2"));
        FakeHost other = new FakeHost();
        assertEquals(json("[2,1]"), run("do: [{all: {listen: {to: {all: " + two + "}}}}]", other, 0, "2", 1, "1"));
        assertEquals(List.of(wait("a"), wait("a")), calls(other));
    }

    @Test
    void anEventOnWhichTheExpressionFailsIsPassedOverAndLogged() throws Exception {
        FakeHost host = new FakeHost();
        String flow = "do: [{paid: {listen: {to: {one: {with: {type: a, data: '.order == 7'}}}}}}]";
        assertEquals(json("[{\"order\":7}]"), run(flow, host, 0, "\"stray\"", 1, "{\"order\":7}"));
        assertTrue(
                host.told().toString().contains("is passed over: An expression failed"),
                () -> host.told().toString());
    }

    @Test
    void aWaitThatWasLeftAloneIsTakenUpAgain() throws Exception {
        FakeHost host = new FakeHost();
        JsonNode output = run("""
                do:
                  - any: {listen: {to: {any: [{with: {type: a}}, {with: {type: b}}]}}, export: {as: .}}
                  - then: {listen: {to: {one: {with: {type: a}}}}, output: {as: '$context + .'}}
                """, host, 1, "\"B\"", 0, "\"A\"");
        assertEquals(json("[\"B\",\"A\"]"), output);
        assertEquals(List.of(wait("a"), wait("b")), calls(host));
    }

    @Test
    void aWaitUnwindsWhateverRunsBesideIt() throws Exception {
        String flow = """
                timeout: {after: P1D}
                do:
                  - both:
                      fork:
                        branches:
                          - event: {listen: {to: {one: {with: {type: a}}}}}
                          - pause: {timeout: {after: PT9H}, wait: PT8H}
                """;
        int before = Thread.activeCount();
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(flow))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(4);
            host.answer(new Answer.Suspend());
            assertInstanceOf(Outcome.Suspended.class, call.outcome(Duration.ofSeconds(30)));
            host.die();
            assertEquals(4, host.asked().size(), "what is dropped asks nothing");
        }
        assertEquals(before, Thread.activeCount(), 1);
    }
}
