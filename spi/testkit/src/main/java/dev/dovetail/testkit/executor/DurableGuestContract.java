package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.StepResult;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * How guests run durable code: rules 8 to 14 of {@code docs/spi/host.md}. For executors with the ability to run it, whose
 * tests implement this beside {@link ExecutorContract}. JSON is compared without its spaces.
 */
public interface DurableGuestContract extends SampledContract {
    private static HostReply digits(HostCall call) {
        return FakeHost.json("\"" + "5a".repeat(16) + "\"");
    }

    private static String text(Bytes json) {
        return json.text().replaceAll("\\s", "");
    }

    private static List<HostCall> calls(FakeHost host) {
        return host.asked().stream().map(FakeHost.Asked::call).toList();
    }

    private static <T extends HostCall> T call(FakeHost host, int index, Class<T> type) {
        return assertInstanceOf(type, host.asked().get(index).call());
    }

    private static long scope(FakeHost host, int index) {
        return host.asked().get(index).scope();
    }

    @Test
    @Rule("host/8")
    default void aStepRunsInAScopeOfItsOwn(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.STEP))) {
            FakeHost host = new FakeHost(DurableGuestContract::digits);
            host.steps().ending("one", FakeHost.json("\"as recorded\""));
            assertEquals("\"as recorded\"", returned(invoke(instance, "{}", host)));
            assertEquals(3, host.asked().size(), () -> "asked: " + host.asked());
            HostCall.Step step = call(host, 0, HostCall.Step.class);
            assertEquals("one", step.label());
            assertEquals("{\"n\":1}", text(step.input()));
            assertEquals(Optional.of("undo"), step.compensation());
            assertEquals(StepPolicy.USUAL, step.policy());
            call(host, 1, HostCall.Random.class);
            HostCall.StepDone done = call(host, 2, HostCall.StepDone.class);
            assertEquals("\"" + "5a".repeat(16) + "\"", text(output(done)));
            assertEquals(List.of(Host.MAIN, done.scope(), Host.MAIN), scopes(host));
        }
    }

    private static Bytes output(HostCall.StepDone done) {
        return assertInstanceOf(StepResult.Done.class, done.result(), done::toString)
                .output();
    }

    private static List<Long> scopes(FakeHost host) {
        return host.asked().stream().map(FakeHost.Asked::scope).toList();
    }

    @Test
    @Rule("host/9")
    default void aSettledStepDoesNotRun(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.STEP))) {
            FakeHost done = new FakeHost().whileReplaying();
            done.steps().settled("one", FakeHost.json("{\"kept\":[1]}"));
            assertEquals("{\"kept\":[1]}", text(Bytes.utf8(returned(invoke(instance, "{}", done)))));
            call(done, 0, HostCall.Step.class);
            assertEquals(1, done.asked().size(), () -> "asked: " + done.asked());
        }
        try (Instance instance = executor.start(launch(context, Sample.STEP))) {
            FakeHost failed = new FakeHost().whileReplaying();
            Fault fault = Fault.of(Fault.CONFLICT, Fault.Owner.DEPENDENCY, "sold out");
            failed.steps().settled("one", new HostReply.Refused(fault));
            Fault told = failed(invoke(instance, "{}", failed));
            assertEquals(fault.id(), told.id());
            assertTrue(told.message().contains("sold out"), told::toString);
            assertEquals(1, failed.asked().size(), () -> "asked: " + failed.asked());
        }
    }

    @Test
    @Rule("host/10")
    default void aStepThatIsToRunAgainRunsAgain(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.STEP))) {
            FakeHost host = new FakeHost(DurableGuestContract::digits);
            host.steps().again("one", 2);
            assertEquals("\"" + "5a".repeat(16) + "\"", returned(invoke(instance, "{}", host)));
            assertEquals(
                    List.of("Step", "Random", "StepDone", "Random", "StepDone", "Random", "StepDone"),
                    calls(host).stream()
                            .map(call -> call.getClass().getSimpleName())
                            .toList());
            for (int random : List.of(1, 3, 5)) {
                assertEquals(
                        scope(host, random),
                        call(host, random + 1, HostCall.StepDone.class).scope());
                assertEquals(Host.MAIN, scope(host, random + 1));
            }
            assertEquals(
                    3,
                    scopes(host).stream().filter(s -> s != Host.MAIN).distinct().count());
        }
    }

    @Test
    @Rule("host/11")
    default void aStepThatFailsReportsItAndFailsTheCode(Executor executor, Context context) throws Exception {
        Fault last = Fault.of(Fault.CONFLICT, Fault.Owner.FUNCTION, "given up after the last attempt");
        try (Instance instance = executor.start(launch(context, Sample.STEP_FAILS))) {
            FakeHost host = new FakeHost();
            host.steps().again("one", 1).ending("one", new HostReply.Refused(last));
            Fault told = failed(invoke(instance, "{}", host));
            assertEquals(last.id(), told.id());
            assertTrue(told.message().contains(last.message()), told::toString);
            assertEquals(3, host.asked().size(), () -> "asked: " + host.asked());
            for (int done : List.of(1, 2)) {
                StepResult result = call(host, done, HostCall.StepDone.class).result();
                Fault reported =
                        assertInstanceOf(StepResult.Failed.class, result).fault();
                assertEquals(Fault.CODE, reported.id());
                assertEquals(Fault.Owner.FUNCTION, reported.owner());
                assertTrue(reported.message().contains("out of cheese"), reported::toString);
                assertEquals(Host.MAIN, scope(host, done));
            }
            assertTrue(instance.usable());
        }
    }

    @Test
    @Rule("host/12")
    default void aCompensationIsGivenWhatTheStepWasGivenAndGave(Executor executor, Context context) throws Exception {
        String digits = "\"" + "5a".repeat(16) + "\"";
        try (Instance instance = executor.start(launch(context, Sample.COMPENSATE))) {
            Map<Optional<Bytes>, String> given = Map.of(
                    Optional.of(Bytes.utf8("[\"seat 5\"]")),
                    "[{\"n\":1},[\"seat5\"]," + digits + "]",
                    Optional.empty(),
                    "[{\"n\":1},null," + digits + "]");
            for (Map.Entry<Optional<Bytes>, String> each : given.entrySet()) {
                FakeHost host = new FakeHost(DurableGuestContract::digits);
                Outcome outcome = instance.invoke(undoing(each.getKey()), host);
                host.die();
                assertEquals(each.getValue(), text(Bytes.utf8(returned(outcome))));
                assertEquals(List.of(new HostCall.Random(Optional.of("undo"))), calls(host));
                assertEquals(Host.MAIN, scope(host, 0));
            }
        }
    }

    private static Invocation undoing(Optional<Bytes> output) {
        Invocation plain = Samples.invocation("{}");
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        return new Invocation(
                plain.executionId(),
                plain.attempt(),
                new Entry.Compensation("undo", "one", Bytes.utf8("{\"n\":1}"), output, cause),
                plain.input(),
                plain.attributes(),
                plain.caller(),
                plain.secrets(),
                plain.deadline());
    }

    @Test
    @Rule("host/13")
    default void stepsThatRunAtOnceKeepToTheirScopes(Executor executor, Context context) throws Exception {
        String a = "\"" + "aa".repeat(16) + "\"";
        String b = "\"" + "bb".repeat(16) + "\"";
        for (int first : List.of(0, 1)) {
            int second = 1 - first;
            try (Instance instance = executor.start(launch(context, Sample.STEPS_AT_ONCE))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                host.awaitAsked(2);
                assertEquals("a", call(host, 0, HostCall.Step.class).label());
                assertEquals("b", call(host, 1, HostCall.Step.class).label());
                long firstScope = ((HostReply.Run) host.release(first)).scope();
                host.awaitAsked(3);
                long secondScope = ((HostReply.Run) host.release(second)).scope();
                host.awaitAsked(4);
                // the one that was begun first in the step ends last
                give(host, 3, second == 0 ? a : b);
                host.awaitAsked(5);
                give(host, 2, first == 0 ? a : b);
                host.awaitAsked(6);
                host.release(5);
                host.release(4);
                assertEquals("[" + a + "," + b + "]", text(Bytes.utf8(returned(call.outcome(Duration.ofSeconds(5))))));
                host.die();
                assertEquals(
                        List.of(Host.MAIN, Host.MAIN, firstScope, secondScope, Host.MAIN, Host.MAIN), scopes(host));
                ended(host, 4, secondScope, second == 0 ? a : b);
                ended(host, 5, firstScope, first == 0 ? a : b);
            }
        }
    }

    private static void give(FakeHost host, int index, String digits) {
        call(host, index, HostCall.Random.class);
        host.answer(new Answer.Reply(host.asked().get(index).ticket(), FakeHost.json(digits)));
    }

    private static void ended(FakeHost host, int index, long scope, String digits) {
        HostCall.StepDone done = call(host, index, HostCall.StepDone.class);
        assertEquals(scope, done.scope());
        assertEquals(digits, text(output(done)));
    }

    @Test
    @Rule("host/14")
    default void aWaitUnwindsAndGoesOnWithTheEvent(Executor executor, Context context) throws Exception {
        HostCall expected = new HostCall.AwaitEvent(
                "gts.x.core.faas.event.v1~order.paid.v1~", "event.total > 10", Optional.of(Duration.ofHours(1)));
        try (Instance instance = executor.start(launch(context, Sample.AWAIT_EVENT))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(1);
            assertEquals(List.of(expected), calls(host));
            host.answer(new Answer.Suspend());
            assertInstanceOf(Outcome.Suspended.class, call.outcome(Duration.ofSeconds(2)));
            host.die();
        }
        try (Instance instance = executor.start(launch(context, Sample.AWAIT_EVENT))) {
            String event = "{\"order\":\"o-1\",\"total\":12.5}";
            FakeHost host = new FakeHost(_ -> FakeHost.json(event));
            assertEquals(event, text(Bytes.utf8(returned(invoke(instance, "{}", host)))));
            assertEquals(List.of(expected), calls(host));
        }
    }
}
