package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Rule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of an executor's contract that is about how its guests speak with the host: {@code docs/spi/host.md}. */
public interface GuestContract extends SampledContract {
    @Test
    @Rule("host/1")
    default void theHostIsAskedWhileTheCallRunsAndNotAfter(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.ASK))) {
            for (int i = 0; i < 2; i++) {
                FakeHost host = new FakeHost(GuestContract::timeAndDigits);
                assertEquals(
                        "[\"2026-11-21T08:00:00.000Z\",\"" + "5a".repeat(16) + "\"]",
                        returned(invoke(instance, "{}", host)));
                assertEquals(2, host.asked().size());
            }
        }
    }

    private static HostReply timeAndDigits(HostCall call) {
        return call instanceof HostCall.Now
                ? FakeHost.json("\"2026-11-21T08:00:00.000Z\"")
                : FakeHost.json("\"" + "5a".repeat(16) + "\"");
    }

    @Test
    @Rule("host/2")
    default void callsComeInTheOrderOfTheCodeInTheMainScopeAndFromAPlace(Executor executor, Context context)
            throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.ASK))) {
            FakeHost host = new FakeHost(GuestContract::timeAndDigits);
            returned(invoke(instance, "{}", host));
            assertInstanceOf(HostCall.Now.class, host.asked().get(0).call());
            assertInstanceOf(HostCall.Random.class, host.asked().get(1).call());
            for (FakeHost.Asked asked : host.asked()) {
                assertEquals(Host.MAIN, asked.scope());
                Place place = asked.place();
                assertTrue(place.file().startsWith(fileName()) && place.line() > 0, "no place: " + place);
            }
        }
    }

    @Test
    @Rule("host/3")
    default void answersMayComeInAnyOrder(Executor executor, Context context) throws Exception {
        for (List<Long> order : List.of(List.of(0L, 1L), List.of(1L, 0L))) {
            try (Instance instance = executor.start(launch(context, Sample.ASK_BOTH))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.invocation("{}"), host);
                host.awaitAsked(2);
                for (long index : order) {
                    long ticket = host.asked().get((int) index).ticket();
                    host.answer(new Answer.Reply(ticket, FakeHost.json("null")));
                }
                assertEquals("\"both\"", returned(call.outcome(Duration.ofSeconds(5))));
            }
        }
    }

    @Test
    @Rule("host/4")
    default void aRefusedCallFailsTheCodeWithTheHostsFault(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.ASK))) {
            Fault fault = Fault.of(Fault.PERMISSION_DENIED, Fault.Owner.CALLER, "not for you");
            FakeHost host = new FakeHost(call -> new HostReply.Refused(fault));
            Fault told = failed(invoke(instance, "{}", host));
            assertTrue(told.message().contains("not for you"), told.toString());
            assertTrue(instance.usable());
        }
    }

    @Test
    @Rule("host/5")
    default void afterStopTheCodeLeaves(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.WAIT))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(1);
            host.answer(new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted")));
            assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(2)));
            assertTrue(instance.usable());
        }
    }

    @Test
    @Rule("host/6")
    default void afterSuspendTheCodeUnwinds(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.WAIT))) {
            FakeHost host = new FakeHost().holding();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitAsked(1);
            host.answer(new Answer.Suspend());
            assertInstanceOf(Outcome.Suspended.class, call.outcome(Duration.ofSeconds(2)));
        }
    }

    @Test
    @Rule("host/7")
    default void theSameAnswersLeadToTheSameQuestions(Executor executor, Context context) throws Exception {
        List<HostCall> first;
        try (Instance instance = executor.start(launch(context, Sample.ASK))) {
            FakeHost host = new FakeHost(GuestContract::timeAndDigits);
            returned(invoke(instance, "{}", host));
            first = host.asked().stream().map(FakeHost.Asked::call).toList();
        }
        try (Instance instance = executor.start(launch(context, Sample.ASK))) {
            FakeHost host = new FakeHost(GuestContract::timeAndDigits).whileReplaying();
            returned(invoke(instance, "{}", host));
            assertEquals(first, host.asked().stream().map(FakeHost.Asked::call).toList());
        }
    }
}
