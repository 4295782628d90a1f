package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What undoes a step: how it is named, and what it gets. */
@Needs(Need.PYTHON)
@Tag("WF-14")
final class CompensationsTest {
    @Test
    @Tag("WF-18")
    void aCompensationIsNamedByItselfOrByItsNameAndHasToBeThere() throws Exception {
        String source = """
                def pay(ctx, input):
                    return 1

                def refund(ctx, input, output):
                    return [ctx.cause["message"], input, output]

                def handler(event, ctx):
                    ctx.step("a", pay, compensate=refund)
                    ctx.step("b", pay, compensate="refund")
                    errors = []
                    for wrong in ("other", lambda ctx, input, output: 1):
                        try:
                            ctx.step("c", pay, compensate=wrong)
                        except ValueError as error:
                            errors.append(str(error).split(";")[0])
                    return errors
                """;
        FakeHost host = FakeHost.naming();
        assertEquals(
                "[\"the compensation 'other' is not a function at the top of \\\"main.py\\\"\","
                        + "\"the compensation '<lambda>' is not a function at the top of \\\"main.py\\\"\"]",
                StepsTest.run(source, host));
        for (int index : List.of(0, 2)) {
            HostCall.Step step = (HostCall.Step) host.asked().get(index).call();
            assertEquals(Optional.of("refund"), step.compensation());
        }
        assertEquals(4, host.asked().size());
    }

    @Test
    void aCompensationGetsWhatItsStepGotAndGave() throws Exception {
        String source = "def undo(ctx, input, output): return [ctx.cause['message'], input, output]\nhandler = undo";
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("main.py", source))) {
            Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
            var undo = new dev.dovetail.spi.executor.Entry.Compensation(
                    "undo", "pay", Bytes.utf8("{\"n\":5}"), Optional.of(Bytes.utf8("[1]")), cause);
            Outcome outcome = instance.invoke(Samples.workflow("{}", undo), new FakeHost());
            assertEquals("[\"no longer wanted\",{\"n\":5},[1]]", TestBench.text(outcome));
        }
    }
}
