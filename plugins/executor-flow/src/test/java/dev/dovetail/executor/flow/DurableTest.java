package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.TaskTest.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rules for durable guests, host/8 to host/14, as far as the DSL can tell them: its steps are its requests and its
 * events, each with its task's reference as label and one attempt; what they do is not the author's own code.
 */
@Tag("RT-03")
final class DurableTest {
    private static final String GET = "do: [{one: {call: http, with: {method: get, endpoint: 'https://example.com'}}}]";
    private static final HostReply OK = FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"[1]\"}");

    @Test
    @Rule("host/8")
    void aStepGivesWhatWasRecorded() {
        FakeHost host = new FakeHost(call -> OK);
        host.steps().ending("/do/0/one", FakeHost.json("\"as recorded\""));
        assertEquals("as recorded", Flows.answer(GET, "{}", host).asText());
    }

    @Test
    @Rule("host/9")
    void aStepThatHadFailedForGoodIsAnErrorThatCanBeCaught() {
        FakeHost host = new FakeHost().whileReplaying();
        Fault fault = Fault.of(Fault.CONFLICT, Fault.Owner.DEPENDENCY, "sold out");
        host.steps().settled("/do/0/t/try/0/one", new HostReply.Refused(fault));
        assertEquals(
                409,
                Flows.answer(
                                GET.replace("do: [{one:", "do: [{t: {try: [{one:")
                                        .replace("}}}]", "}}}], catch: {do: [{e: {set: '${ $error.status }'}}]}}}]"),
                                "{}",
                                host)
                        .asInt());
        assertEquals(1, host.asked().size());
    }

    @Test
    @Rule("host/10")
    void aStepThatIsToRunAgainRunsAgain() {
        FakeHost host = new FakeHost(call -> OK);
        host.steps().again("/do/0/one", 2);
        assertEquals(Flows.json("[1]"), Flows.answer(GET, "{}", host));
        assertEquals(
                List.of("Step", "Http", "StepDone", "Http", "StepDone", "Http", "StepDone"),
                calls(host).stream()
                        .map(call -> call.getClass().getSimpleName())
                        .toList());
    }

    @Test
    @Rule("host/11")
    void aStepThatFailsReportsItAndFailsTheTask() {
        Fault last = Fault.of(Fault.CONFLICT, Fault.Owner.FUNCTION, "given up after the last attempt");
        FakeHost host = new FakeHost(call -> FakeHost.json("{\"status\":500,\"headers\":{},\"body\":\"\"}"));
        host.steps().again("/do/0/one", 1).ending("/do/0/one", new HostReply.Refused(last));
        Fault told = Flows.fault(Flows.run(Flows.launch(GET), "{}", host));
        assertEquals(last.id(), told.id());
        assertTrue(told.message().contains(last.message()), told::toString);
        for (int done : List.of(2, 4)) {
            HostCall.StepDone end =
                    assertInstanceOf(HostCall.StepDone.class, calls(host).get(done));
            Fault reported = assertInstanceOf(HostCall.StepResult.Failed.class, end.result())
                    .fault();
            assertEquals(Fault.HTTP, reported.id());
        }
    }

    @Test
    @Rule("host/12")
    void functionsOfTheDocumentAreWhatHooksAndCompensationsCall() throws Exception {
        String flow =
                "use: {functions: {undo: {set: {was: '${ .input.n }', gave: '${ .output }'}}}}\ndo: [{a: {set: {}}}]";
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(Flows.launch(flow))) {
            Entry undo = new Entry.Compensation(
                    "undo",
                    "one",
                    Bytes.utf8("{\"n\":1}"),
                    Optional.of(Bytes.utf8("[2]")),
                    Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted"));
            assertEquals(
                    Flows.json("{\"was\":1,\"gave\":[2]}"),
                    Flows.answer(instance.invoke(entered(undo), new FakeHost())));
            Entry hook = new Entry.Hook("nobody", "before", Bytes.utf8("{}"));
            Fault fault = Flows.fault(instance.invoke(entered(hook), new FakeHost()));
            assertTrue(fault.message().contains("/use/functions has no \"nobody\"; it has undo"), fault.message());
        }
    }

    private static Invocation entered(Entry entry) {
        Invocation plain = Samples.invocation("{}");
        return new Invocation(
                plain.executionId(),
                plain.attempt(),
                entry,
                plain.input(),
                plain.attributes(),
                plain.caller(),
                plain.secrets(),
                plain.deadline());
    }

    @Test
    @Rule("host/14")
    void aWaitGoesOnWithTheEvent() {
        FakeHost host = new FakeHost(call -> FakeHost.json("{\"total\":12.5}"));
        assertEquals(
                Flows.json("[{\"total\":12.5}]"),
                Flows.answer(
                        "do: [{paid: {listen: {to: {one: {with: {type: order.paid, data: .total > 10}}}}}}]",
                        "{}",
                        host));
        assertEquals(List.of(new HostCall.AwaitEvent("order.paid", "", Optional.empty())), calls(host));
    }
}
