package dev.dovetail.kernel;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Code of a workflow, as a test writes it: what it asks, as an SDK would offer it. */
public final class Guest {
    private static final Place PLACE = new Place("main.cmd", 7, 3);
    private static final Outcome.Usage USED = new Outcome.Usage(Duration.ofMillis(1), 1 << 20, 7, true);

    private final Host host;
    private final Invocation invocation;

    public Guest(Host host, Invocation invocation) {
        this.host = host;
        this.invocation = invocation;
    }

    /** A workflow; what it answers is JSON. */
    public interface Flow {
        String run(Guest guest) throws InterruptedException;
    }

    /** The body of a step; what it answers is JSON. */
    public interface Body {
        String run(Guest guest, HostReply.Run run) throws InterruptedException;
    }

    /** The host refused. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Fault fault;

        public Refused(Fault fault) {
            super(fault.message());
            this.fault = fault;
        }

        public Fault fault() {
            return fault;
        }
    }

    /** The host said that the code has to leave. */
    public static final class Left extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Outcome outcome;

        Left(Outcome outcome) {
            super(outcome.toString(), null, false, false);
            this.outcome = outcome;
        }
    }

    /** Runs it as an instance would. */
    public static Outcome run(Flow flow, Host host, Invocation invocation) {
        try {
            return new Outcome.Returned(Bytes.utf8(flow.run(new Guest(host, invocation))), Map.of(), USED);
        } catch (InterruptedException e) {
            return new Outcome.Stopped(USED);
        } catch (Left e) {
            return e.outcome;
        } catch (Refused e) {
            return new Outcome.Failed(e.fault, USED);
        }
    }

    public Invocation invocation() {
        return invocation;
    }

    public Host host() {
        return host;
    }

    public JsonNode input() {
        return House.SCHEMAS.parse(invocation.input());
    }

    public static Fault fault(String message) {
        return Fault.code(message, PLACE);
    }

    public static Refused fails(String message) {
        return new Refused(fault(message));
    }

    public long ask(HostCall call) throws InterruptedException {
        return host.ask(Host.MAIN, call, PLACE);
    }

    public Answer.Reply next() throws InterruptedException {
        return switch (host.next()) {
            case Answer.Reply reply -> reply;
            case Answer.Suspend _ -> throw new Left(new Outcome.Suspended(List.of(), USED));
            case Answer.Stop _ -> throw new Left(new Outcome.Stopped(USED));
        };
    }

    public static String value(HostReply reply) {
        return switch (reply) {
            case HostReply.Value value -> value.json().text();
            case HostReply.Refused refused -> throw new Refused(refused.fault());
            case HostReply.Run run -> throw new IllegalStateException("not a value: " + run);
        };
    }

    /** Asks and waits, with nothing else open. */
    public String call(HostCall call) throws InterruptedException {
        ask(call);
        return value(next().reply());
    }

    public String call(long scope, HostCall call) throws InterruptedException {
        host.ask(scope, call, PLACE);
        return value(next().reply());
    }

    public static HostCall.Step step(String label) {
        return step(label, Optional.empty(), StepPolicy.USUAL);
    }

    public static HostCall.Step step(String label, Optional<String> undo, StepPolicy policy) {
        return new HostCall.Step(label, Bytes.utf8("{\"of\":\"" + label + "\"}"), undo, policy);
    }

    public static StepPolicy policy(int attempts, Duration delay, Duration timeout, String... never) {
        return new StepPolicy(
                attempts, delay, 1, Duration.ofMinutes(1), List.of(never), timeout, StepPolicy.Unknown.RUN_AGAIN);
    }

    public String step(String label, Body body) throws InterruptedException {
        return step(step(label), body);
    }

    public String undoable(String label, String undo, Body body) throws InterruptedException {
        return step(step(label, Optional.of(undo), policy(1, Duration.ZERO, Duration.ofMinutes(1))), body);
    }

    /** A whole step, with nothing else open. */
    public String step(HostCall.Step step, Body body) throws InterruptedException {
        ask(step);
        HostReply reply = next().reply();
        while (reply instanceof HostReply.Run run) {
            ask(new HostCall.StepDone(run.scope(), result(run, body)));
            reply = next().reply();
        }
        return value(reply);
    }

    public HostCall.StepResult result(HostReply.Run run, Body body) throws InterruptedException {
        try {
            return new HostCall.StepResult.Done(Bytes.utf8(body.run(this, run)));
        } catch (Refused e) {
            return new HostCall.StepResult.Failed(e.fault);
        }
    }

    public void sleep(long millis) throws InterruptedException {
        call(new HostCall.Sleep(Duration.ofMillis(millis)));
    }

    public static HostCall event(String type, Duration within) {
        return new HostCall.AwaitEvent(type, "", Optional.of(within));
    }

    public String child(String callable, String input) throws InterruptedException {
        return call(invoke(callable, input, HostCall.Mode.SYNC, HostCall.ParentClose.CANCEL));
    }

    public static HostCall invoke(String callable, String input, HostCall.Mode mode, HostCall.ParentClose close) {
        return new HostCall.Invoke(callable, Bytes.utf8(input), mode, Duration.ZERO, close);
    }

    public void log(String message) throws InterruptedException {
        host.tell(new HostNote.Log(System.Logger.Level.INFO, message, Bytes.utf8("{}")));
    }
}
