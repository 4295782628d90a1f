package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
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
@Needs(Need.NODE)
@Tag("WF-14")
final class CompensationsTest {
    @Test
    @Tag("WF-18")
    void aCompensationIsNamedByItselfOrByItsNameAndHasToBeExported() throws Exception {
        String source = """
                const pay = () => 1;
                const refund = () => 2;
                exports.giveBack = refund;
                exports.handler = async (event, ctx) => {
                  await ctx.step('a', pay, 1, {compensate: refund});
                  await ctx.step('b', pay, 1, {compensate: 'giveBack'});
                  const errors = [];
                  for (const compensate of ['other', pay, () => 1]) {
                    await ctx.step('c', pay, 1, {compensate}).catch((error) => errors.push(error.message.split(';')[0]));
                  }
                  return errors;
                };
                """;
        FakeHost host = FakeHost.naming();
        assertEquals(
                "[\"the compensation other is not a function that \\\"index.js\\\" exports\","
                        + "\"the compensation pay is not a function that \\\"index.js\\\" exports\","
                        + "\"the compensation without a name is not a function that \\\"index.js\\\" exports\"]",
                StepsTest.run(source, host));
        for (int index : List.of(0, 2)) {
            HostCall.Step step = (HostCall.Step) host.asked().get(index).call();
            assertEquals(Optional.of("giveBack"), step.compensation());
        }
        assertEquals(4, host.asked().size());
    }

    @Test
    void modulesOfTheNewerKindHaveCompensationsToo() throws Exception {
        String source = """
                export async function undo() {}
                export const handler = async (event, ctx) => ctx.step('a', () => 1, 1, {compensate: undo});
                """;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.mjs", source))) {
            FakeHost host = FakeHost.naming();
            assertEquals("1", TestBench.text(instance.invoke(Samples.workflow("{}"), host)));
            HostCall.Step step = (HostCall.Step) host.asked().getFirst().call();
            assertEquals(Optional.of("undo"), step.compensation());
        }
    }

    @Test
    void aCompensationGetsWhatItsStepGotAndGaveAndTheCause() throws Exception {
        String source = "exports.handler = exports.undo = (ctx, input, output) => [ctx.cause.message, input, output]";
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor().start(bench.launch("index.js", source))) {
            Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
            var undo = new Entry.Compensation(
                    "undo", "pay", Bytes.utf8("{\"n\":5}"), Optional.of(Bytes.utf8("[1]")), cause);
            Outcome outcome = instance.invoke(Samples.workflow("{}", undo), new FakeHost());
            assertEquals("[\"no longer wanted\",{\"n\":5},[1]]", TestBench.text(outcome));
        }
    }
}
