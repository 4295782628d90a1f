package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What branches did is undone in the order in which they did it, and what lost a race is not forgotten. */
@Tag("WF-18")
final class UndoAtOnceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void branchesAreUndoneAsTheyWereDone() throws Exception {
        Saga saga = Saga.run("""
                do:
                  - both:
                      fork:
                        branches:
                          - late: {do: [{wait: {wait: PT1S}}, {a: {call: a, with: 1, %s}}]}
                          - soon: {do: [{b: {call: b, with: 2, %s}}, {c: {call: c, with: {bad: 1}, %s}}]}
                """.formatted(Saga.REFUND, Saga.REFUND, Saga.REFUND));
        assertEquals(
                "/do/0/both/fork/branches/1/soon/do/1/c",
                Flows.error(saga.outcome).path("instance").asText());
        assertEquals(List.of("refund {\"id\":\"a\"}", "refund {\"id\":\"b\"}"), saga.undone());
    }

    private static final String RACE = """
            do:
              - race:
                  fork:
                    compete: true
                    branches:
                      - slow: {%s, %s}
                      - quick: {call: quick}
            """;

    @Test
    void aStepThatLostARaceMayHaveHadItsEffect() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(RACE.formatted("call: charge", Saga.REFUND)))) {
            FakeHost host = new FakeHost(Saga::works).holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(2);
            host.release(0);
            // the call of charge is under way
            host.awaitAsked(3);
            host.release(1);
            assertEquals(
                    "quick", Flows.answer(call.outcome(PATIENCE)).path("id").asText());
            assertEquals(
                    new HostCall.StepDone(1, new HostCall.StepResult.Done(Bytes.utf8("null"))),
                    host.asked().get(3).call());
        }
    }

    @Test
    void whatWasDoneAsItLostARaceIsNotedAllTheSame() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(
                        RACE.formatted("run: {workflow: {name: ship}}", Saga.REFUND) + "  - after: {call: after}\n"))) {
            FakeHost host = new FakeHost(Saga::works).holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(2);
            host.release(0);
            host.awaitAsked(3);
            host.release(1);
            host.awaitAsked(4);
            // the step is to run when nobody waits for it any more
            host.release(2);
            host.awaitAsked(5);
            host.release(3);
            Flows.answer(call.outcome(PATIENCE));
            assertEquals(
                    List.of(
                            "ship {}",
                            "quick {}",
                            "step /do/0/race/fork/branches/0/slow undone",
                            "after {\"id\":\"quick\",\"of\":{}}",
                            "done"),
                    host.asked().stream().map(each -> Saga.told(each.call())).toList());
        }
    }

    @Test
    void whatLostARaceBeforeItBeganHasNothingToUndoUnlessItIsReplayed() throws Exception {
        for (boolean replayed : List.of(false, true)) {
            try (Executor executor = Flows.executor();
                    Instance instance = executor.start(
                            Flows.launch(RACE.formatted("call: charge", Saga.REFUND) + "  - after: {call: after}\n"))) {
                FakeHost host = new FakeHost(Saga::works).holding().replaying(replayed ? 1 : 0);
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                host.awaitAsked(2);
                host.release(1);
                host.awaitAsked(3);
                // the step is to run, for the first time or once more
                host.release(0);
                host.awaitAsked(4);
                host.release(2);
                Flows.answer(call.outcome(PATIENCE));
                assertEquals(
                        replayed ? "done" : "failed",
                        Saga.told(host.asked().get(3).call()));
            }
        }
    }
}
