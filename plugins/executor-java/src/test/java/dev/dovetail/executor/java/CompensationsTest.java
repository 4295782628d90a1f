package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What undoes a step: how it is named, and what it gets. */
@Tag("WF-14")
final class CompensationsTest {
    @Test
    @Tag("WF-18")
    void aCompensationIsAMethodOfTheClass() throws Exception {
        String body = """
                public Object handleRequest(Object input, Context context) {
                    Step<Integer> pay = Step.of("pay", 1, Integer.class, (n, in) -> n);
                    context.step(pay.compensatedBy("refund"));
                    List<String> errors = new ArrayList<>();
                    for (String wrong : List.of("other", "handleRequest")) {
                        try {
                            context.step(pay.compensatedBy(wrong));
                        } catch (IllegalArgumentException e) {
                            errors.add(e.getMessage());
                        }
                    }
                    return errors;
                }

                public void refund(int input, Integer output) {}
                """;
        FakeHost host = FakeHost.naming();
        String said = StepsTest.run(body, host);
        for (String wrong : List.of("other", "handleRequest")) {
            assertTrue(
                    said.contains("The compensation cannot be called: The class \\\"Handler\\\" has no method \\\""
                            + wrong + "\\\" that takes the input of a step, its output"),
                    said);
        }
        HostCall.Step step = (HostCall.Step) host.asked().getFirst().call();
        assertEquals(Optional.of("refund"), step.compensation());
        assertEquals(2, host.asked().size());
    }

    @Test
    void aCompensationGetsWhatItsStepGotAndGaveAndTheCause() throws Exception {
        String body = """
                public Object handleRequest(Object input) {
                    return null;
                }

                public Object undo(Map<String, Integer> input, List<Integer> output, Context context) {
                    return List.of(context.cause().get().get("message"), input.get("n"), output);
                }
                """;
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        var undo =
                new Entry.Compensation("undo", "pay", Bytes.utf8("{\"n\":5}"), Optional.of(Bytes.utf8("[1]")), cause);
        assertEquals(
                "[\"no longer wanted\",5,[1]]",
                TestBench.text(StepsTest.outcome(body, Samples.workflow("{}", undo), new FakeHost())));
    }
}
