package dev.dovetail.testkit.executor;

import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * How a {@link FakeHost} answers steps. Unless a test says otherwise, a step is to be run, and its end is answered with
 * what it was: the output, or the fault. It throws {@link IllegalStateException} where a guest asks in a scope that is
 * not open, or ends a step in another scope than it was begun in. Thread-safe.
 */
public final class StepFake {
    private record Attempt(String label, long outer, int number, String effectId) {}

    private final Map<String, HostReply> settled = new HashMap<>();
    private final Map<String, Queue<HostReply>> ends = new HashMap<>();
    private final Map<String, Integer> again = new HashMap<>();
    private final Map<Long, Attempt> open = new HashMap<>();
    private long scopes;
    private int effects;

    StepFake() {}

    /** Steps of this label are settled: they are answered with this value or refusal, and must not run. */
    public synchronized StepFake settled(String label, HostReply reply) {
        settled.put(label, reply);
        return this;
    }

    /** The first so many ends of steps of this label are answered with another attempt to run. */
    public synchronized StepFake again(String label, int times) {
        again.put(label, times);
        return this;
    }

    /** The next end of a step of this label that is not to run again is answered with this. */
    public synchronized StepFake ending(String label, HostReply reply) {
        ends.computeIfAbsent(label, _ -> new ArrayDeque<>()).add(reply);
        return this;
    }

    /** Checks that this can be asked in this scope now. */
    synchronized void check(long scope, HostCall call) {
        if (scope != Host.MAIN && !open.containsKey(scope)) {
            throw new IllegalStateException("No step runs in scope " + scope + "; asked there: " + call);
        }
        if (call instanceof HostCall.StepDone(long ended, var _)) {
            Attempt attempt = open.get(ended);
            if (attempt == null) {
                throw new IllegalStateException("StepDone of scope " + ended + ", in which no step runs");
            }
            if (attempt.outer != scope) {
                throw new IllegalStateException("StepDone of \"" + attempt.label + "\" was asked in scope " + scope
                        + "; the step was begun in " + attempt.outer);
            }
        }
    }

    synchronized HostReply begin(long scope, HostCall.Step step) {
        HostReply known = settled.get(step.label());
        return known != null ? known : run(new Attempt(step.label(), scope, 1, "effect-" + ++effects));
    }

    private HostReply run(Attempt attempt) {
        long scope = ++scopes;
        open.put(scope, attempt);
        return new HostReply.Run(scope, attempt.number, attempt.effectId);
    }

    synchronized HostReply end(HostCall.StepDone done) {
        Attempt attempt = open.remove(done.scope());
        if (attempt == null) {
            throw new IllegalStateException("Scope " + done.scope() + " was ended twice");
        }
        if (again.getOrDefault(attempt.label, 0) > 0) {
            again.merge(attempt.label, -1, Integer::sum);
            return run(new Attempt(attempt.label, attempt.outer, attempt.number + 1, attempt.effectId));
        }
        Queue<HostReply> own = ends.getOrDefault(attempt.label, new ArrayDeque<>());
        if (!own.isEmpty()) {
            return own.remove();
        }
        return switch (done.result()) {
            case HostCall.StepResult.Done(var output) -> new HostReply.Value(output);
            case HostCall.StepResult.Failed(var fault) -> new HostReply.Refused(fault);
        };
    }
}
