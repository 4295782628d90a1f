package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.stream.Mark;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.StepResult;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The steps of an attempt: those that are to run, and those whose code runs. All under the lock of its host. */
final class Steps {
    static final int LARGEST_OUTPUT = 256 * 1024;
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    private final JournalHost host;
    private final Live live;
    private final Running running;
    private final Hosts hosts;
    private final Story story;
    private final Outside outside;
    private final Errands errands;
    private final Map<Long, Attempt> attempts = new HashMap<>();
    private final Deque<Open> toRun = new ArrayDeque<>();
    private final Deque<Answer.Reply> answers = new ArrayDeque<>();
    private long scopes;
    private int inner;

    Steps(JournalHost host, Live live, Running running, Hosts hosts, Story story, Outside outside, Errands errands) {
        this.host = host;
        this.live = live;
        this.running = running;
        this.hosts = hosts;
        this.story = story;
        this.outside = outside;
        this.errands = errands;
    }

    /** An attempt of a step whose code runs. */
    private static final class Attempt {
        final Open step;
        final int number;
        final long until;
        private long calls;

        Attempt(Open step, int number, long until) {
            this.step = step;
            this.number = number;
            this.until = until;
        }

        /** The name of the next effect of this step, the same for each attempt. */
        String effect(String execution) {
            return execution + "/" + step.number + "/" + calls++;
        }
    }

    /** Whether no step's code runs, and nothing that one asked is open. */
    boolean none() {
        return attempts.isEmpty() && inner == 0;
    }

    boolean ready() {
        return !answers.isEmpty() || !toRun.isEmpty();
    }

    /** A step is to run, now that nothing keeps it. */
    void runs(Open step) {
        if (outside.principal().isPresent()) {
            toRun.add(step);
        } else {
            live.answer(step, Replies.revoked(running));
        }
    }

    /** Answers a call that has no place in the journal. */
    void answer(long ticket, HostReply reply) {
        answers.add(new Answer.Reply(ticket, reply));
    }

    /** The next answer; what it must not overtake is durable when this returns. */
    Answer.Reply next() throws InterruptedException {
        if (!answers.isEmpty()) {
            return answers.remove();
        }
        Open step = toRun.remove();
        HostCall.Step call = (HostCall.Step) step.call;
        boolean asks = call.policy().unknown() == StepPolicy.Unknown.ASK_OPERATOR;
        int number = story.lastTry(step.number)
                .map(line -> (int) line.whole("attempt") + 1)
                .orElse(1);
        story.add(
                call.compensation().isPresent() || asks ? Line.BEGUN : Line.BEGAN_PLAIN,
                host.now(),
                step.number,
                story.nothing().put("attempt", number));
        if (asks) {
            host.settling().now(); // that it began has to be known, whatever becomes of it
        } else {
            host.settling().beforeStep();
        }
        long scope = ++scopes;
        attempts.put(
                scope,
                new Attempt(step, number, host.now() + call.policy().timeout().toMillis()));
        return new Answer.Reply(
                step.ticket, new HostReply.Run(scope, number, running.executionId() + "/" + step.number));
    }

    /** Whether an attempt of this step began and nobody knows what became of it, and somebody is to be asked. */
    boolean asks(HostCall.Step step, Open it) {
        return step.policy().unknown() == StepPolicy.Unknown.ASK_OPERATOR && story.inFlight(it.number) > 0;
    }

    /** Somebody said what became of it. */
    void resolved(Open it, Message message) {
        String outcome = message.text("outcome");
        outside.consumed(message);
        it.asks = false;
        story.add(
                Line.RESOLVED,
                host.now(),
                it.number,
                story.nothing()
                        .put("outcome", outcome)
                        .put("by", message.text("by"))
                        .put("message", message.id()));
        switch (outcome) {
            case "done" ->
                live.answer(
                        it,
                        new HostReply.Value(hosts.schemas().bytes(message.body().path("output"))));
            case "failed" ->
                live.answer(
                        it,
                        new HostReply.Refused(
                                Faulted.read(hosts.schemas(), message.body().path("fault"))));
            default -> runs(it);
        }
    }

    /** A step's code asks something. */
    void ask(long scope, HostCall call, long ticket) throws InterruptedException {
        Attempt attempt = attempts.get(scope);
        if (attempt == null) {
            throw new IllegalStateException("There is no step under way in scope " + scope);
        }
        Optional<HostReply> soon = refusal(call).or(() -> live.simple(call));
        if (soon.isPresent()) {
            answer(ticket, soon.get());
            return;
        }
        Optional<Principal> principal = outside.principal();
        if (principal.isEmpty()) {
            answer(ticket, Replies.revoked(running));
            return;
        }
        host.settling().now();
        inner++;
        if (call instanceof HostCall.Chunk chunk) {
            chunk(attempt, chunk, ticket);
            return;
        }
        String effect = attempt.effect(running.executionId());
        Running now = running.as(principal.get());
        errands.later(() -> hosts.answer(now, call, Optional.of(effect)), reply -> {
            inner--;
            answer(ticket, reply);
        });
    }

    /** A piece that an earlier attempt of the step has sent, by its place among the step's calls, is not sent again. */
    private void chunk(Attempt attempt, HostCall.Chunk chunk, long ticket) throws InterruptedException {
        Mark mark = new Mark(attempt.step.number, attempt.calls++);
        errands.later(live.pieces().offer(chunk, mark), reply -> {
            inner--;
            answer(ticket, reply);
        });
    }

    /** Nothing waits long inside of a step. */
    private Optional<HostReply> refusal(HostCall call) {
        return switch (call) {
            case HostCall.Sleep sleep
            when sleep.duration().compareTo(LONGEST_SLEEP) > 0 -> suspendInStep("sleep for more than a minute");
            case HostCall.AwaitEvent _ -> suspendInStep("wait for an event");
            case HostCall.Step _ -> suspendInStep("begin another step");
            case HostCall.Other other when Approval.is(other) -> suspendInStep("wait for a person's decision");
            case HostCall.Read _ -> suspendInStep("read its input");
            case HostCall.Invoke invoke
            when outside.isChild(invoke) -> suspendInStep("start a workflow or an asynchronous call");
            default -> Optional.empty();
        };
    }

    private static Optional<HostReply> suspendInStep(String what) {
        return Optional.of(new HostReply.Refused(Fault.of(
                Fault.UNSUPPORTED + "x.core._.suspend_in_step.v1~",
                Fault.Owner.FUNCTION,
                "A step cannot " + what + ": nothing waits long inside of a step; do it outside")));
    }

    /** An attempt of a step has ended, says the code. */
    void done(HostCall.StepDone done, long ticket) {
        Attempt attempt = attempts.get(done.scope());
        if (attempt == null) {
            throw new IllegalStateException("There is no step under way in scope " + done.scope());
        }
        over(done.scope());
        attempt.step.ticket = ticket;
        switch (done.result()) {
            case StepResult.Done(Bytes output)
            when output.size() > LARGEST_OUTPUT ->
                failed(
                        attempt,
                        Fault.of(
                                ErrorType.PAYLOAD_TOO_LARGE.id(),
                                Fault.Owner.FUNCTION,
                                "The step's result has " + output.size() + " bytes; at most " + LARGEST_OUTPUT
                                        + " are kept"));
            case StepResult.Done(Bytes output) -> {
                hosts.schemas().checkJson(output); // it is kept, and must be read again
                live.answer(attempt.step, new HostReply.Value(output));
            }
            case StepResult.Failed(Fault fault) -> failed(attempt, fault);
        }
    }

    private void over(long scope) {
        if (attempts.remove(scope).calls > 0) {
            host.settling().touched();
        }
    }

    /** Ends an attempt that takes longer than it may; false if there is none. */
    boolean late() {
        long now = host.now();
        for (Map.Entry<Long, Attempt> each : attempts.entrySet()) {
            Attempt attempt = each.getValue();
            if (attempt.until < now) {
                over(each.getKey());
                HostCall.Step step = (HostCall.Step) attempt.step.call;
                failed(
                        attempt,
                        Fault.of(
                                Fault.TIMEOUT,
                                Fault.Owner.FUNCTION,
                                "Step \"" + step.label() + "\" did not end within "
                                        + step.policy().timeout()));
                return true;
            }
        }
        return false;
    }

    /** Why the code of a late step has to leave. */
    Fault tooLate() {
        return Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, "A step took longer than it may");
    }

    private void failed(Attempt attempt, Fault raw) {
        Fault fault = running.disclosed().conceal(raw);
        Open it = attempt.step;
        StepPolicy policy = ((HostCall.Step) it.call).policy();
        boolean hopeless = policy.nonRetryable().contains(fault.id())
                || ErrorType.of(fault.id()).category() == ErrorType.Category.NON_RETRYABLE;
        if (hopeless || attempt.number >= policy.maxAttempts()) {
            live.answer(it, new HostReply.Refused(fault));
            return;
        }
        long next = host.now() + delay(policy, attempt.number).toMillis();
        story.add(
                Line.TRIED,
                host.now(),
                it.number,
                story.nothing()
                        .put("attempt", attempt.number)
                        .put("next", next)
                        .set("fault", Faulted.write(hosts.schemas(), fault)));
        it.due = Optional.of(next);
    }

    private Duration delay(StepPolicy policy, int attempt) {
        double millis = policy.initialDelay().toMillis() * Math.pow(policy.multiplier(), attempt - 1);
        double most = Math.min(millis, policy.maxDelay().toMillis());
        return host.tempo().jittered(most);
    }
}
