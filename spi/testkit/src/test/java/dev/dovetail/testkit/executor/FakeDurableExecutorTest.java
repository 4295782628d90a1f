package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.StepResult;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules for durable guests can be kept, and the fake host notices some that are not. */
final class FakeDurableExecutorTest implements DurableGuestContract {
    private static final Place HERE = new Place("main.fake", 1, 1);
    private static final HostCall RANDOM = new HostCall.Random(Optional.empty());
    private static final String DIGITS = "\"" + "5a".repeat(16) + "\"";

    @TempDir
    Path samples;

    @Override
    public ExecutorProvider provider() {
        return new FakeExecutorProvider(Map.of(
                "step", (launch, invocation, host) -> one(host, Optional.of("undo")),
                "step_fails", (launch, invocation, host) -> one(host, Optional.empty()),
                "steps_at_once", (launch, invocation, host) -> both(host),
                "compensate", (launch, invocation, host) -> undo(invocation, host),
                "await_event",
                        (launch, invocation, host) -> value(host.call(
                                Host.MAIN,
                                new HostCall.AwaitEvent(
                                        "gts.x.core.faas.event.v1~order.paid.v1~",
                                        "event.total > 10",
                                        Optional.of(Duration.ofHours(1))),
                                HERE))));
    }

    private static HostCall step(String label, Optional<String> compensation) {
        return new HostCall.Step(label, Bytes.utf8("{\"n\": 1}"), compensation, StepPolicy.USUAL);
    }

    private static HostReply reply(Answer answer) throws FakeExecutorProvider.Ends {
        return switch (answer) {
            case Answer.Reply(long _, HostReply reply) -> reply;
            case Answer.Suspend() -> throw FakeExecutorProvider.Ends.suspended();
            case Answer.Stop(Fault _) -> throw FakeExecutorProvider.Ends.stopped();
        };
    }

    private static Bytes value(Answer answer) throws FakeExecutorProvider.Ends {
        return switch (reply(answer)) {
            case HostReply.Value(Bytes json) -> json;
            case HostReply.Refused(Fault fault) -> throw FakeExecutorProvider.Ends.with(fault);
            case HostReply.Run run -> throw new IllegalStateException("Not a step: " + run);
        };
    }

    private static Bytes one(Host host, Optional<String> compensation) throws Exception {
        Answer answer = host.call(Host.MAIN, step("one", compensation), HERE);
        while (reply(answer) instanceof HostReply.Run(long scope, int _, String _)) {
            StepResult result = compensation.isPresent()
                    ? new StepResult.Done(value(host.call(scope, RANDOM, HERE)))
                    : new StepResult.Failed(Fault.code("out of cheese", HERE));
            answer = host.call(Host.MAIN, new HostCall.StepDone(scope, result), HERE);
        }
        return value(answer);
    }

    /** Keeps what each ticket is for, and goes on with whichever is answered. */
    private static Bytes both(Host host) throws Exception {
        Map<Long, String> tickets = new HashMap<>();
        Map<Long, Long> inside = new HashMap<>();
        Map<String, String> results = new HashMap<>();
        for (String label : new String[] {"a", "b"}) {
            tickets.put(host.ask(Host.MAIN, step(label, Optional.empty()), HERE), label);
        }
        while (results.size() < 2) {
            Answer.Reply answer = (Answer.Reply) host.next();
            String label = tickets.remove(answer.ticket());
            if (answer.reply() instanceof HostReply.Run(long scope, int _, String _)) {
                long ticket = host.ask(scope, RANDOM, HERE);
                tickets.put(ticket, label);
                inside.put(ticket, scope);
            } else if (inside.containsKey(answer.ticket())) {
                StepResult result = new StepResult.Done(value(answer));
                HostCall done = new HostCall.StepDone(inside.get(answer.ticket()), result);
                tickets.put(host.ask(Host.MAIN, done, HERE), label);
            } else {
                results.put(label, value(answer).text());
            }
        }
        return Bytes.utf8("[" + results.get("a") + ", " + results.get("b") + "]");
    }

    private static Bytes undo(Invocation invocation, Host host) throws Exception {
        Entry.Compensation step = (Entry.Compensation) invocation.entry();
        String digits = value(host.call(Host.MAIN, new HostCall.Random(Optional.of("undo")), HERE))
                .text();
        String output = step.stepOutput().map(Bytes::text).orElse("null");
        return Bytes.utf8("[" + step.stepInput().text() + "," + output + "," + digits + "]");
    }

    @Override
    public Path sample(Sample which) {
        try {
            return Files.writeString(
                    samples.resolve(which + ".fake"), which.name().toLowerCase(Locale.ROOT) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoAsksInAScopeThatIsNotOpenIsTold() throws Exception {
        FakeHost host = new FakeHost(_ -> FakeHost.json(DIGITS));
        assertThrows(IllegalStateException.class, () -> host.ask(5, RANDOM, HERE));
        HostReply.Run run = (HostReply.Run) reply(host.call(Host.MAIN, step("x", Optional.empty()), HERE));
        host.call(run.scope(), RANDOM, HERE);
        HostCall done = new HostCall.StepDone(run.scope(), new StepResult.Done(Bytes.utf8("1")));
        String message = assertThrows(IllegalStateException.class, () -> host.ask(run.scope(), done, HERE))
                .getMessage();
        assertTrue(message.contains("\"x\" was asked in scope 1; the step was begun in 0"), message);
        host.call(Host.MAIN, done, HERE);
        assertThrows(IllegalStateException.class, () -> host.ask(run.scope(), RANDOM, HERE));
        assertThrows(IllegalStateException.class, () -> host.ask(Host.MAIN, done, HERE));
    }

    @Test
    void attemptsAreCountedAndKeepTheirEffectId() throws Exception {
        FakeHost host = new FakeHost();
        host.steps().again("x", 1);
        HostReply.Run first = (HostReply.Run) reply(host.call(Host.MAIN, step("x", Optional.empty()), HERE));
        HostCall done = new HostCall.StepDone(first.scope(), new StepResult.Done(Bytes.utf8("1")));
        HostReply.Run second = (HostReply.Run) reply(host.call(Host.MAIN, done, HERE));
        assertEquals(1, first.attempt());
        assertEquals(2, second.attempt());
        assertEquals(first.effectId(), second.effectId());
        assertTrue(second.scope() > first.scope());
    }
}
