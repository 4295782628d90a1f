package dev.dovetail.executor.python;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Answers as a workflow's host does: every step is run, so often as a test wants, and gives what its code gave. */
final class Steward implements Function<HostCall, HostReply> {
    private final int failures;
    private final Function<HostCall, HostReply> others;
    private long scopes;
    private int failed;

    private Steward(int failures, Function<HostCall, HostReply> others) {
        this.failures = failures;
        this.others = others;
    }

    /** @param failures how many attempts of a step may fail before it has */
    static Steward of(int failures, Function<HostCall, HostReply> others) {
        return new Steward(failures, others);
    }

    static Steward of(int failures) {
        return of(failures, call -> FakeHost.json("\"" + call.getClass().getSimpleName() + "\""));
    }

    @Override
    public HostReply apply(HostCall call) {
        return switch (call) {
            case HostCall.Step step -> run(++scopes, 1);
            case HostCall.StepDone done -> ended(done.result());
            default -> others.apply(call);
        };
    }

    private HostReply ended(HostCall.StepResult result) {
        return switch (result) {
            case HostCall.StepResult.Done done -> new HostReply.Value(done.output());
            case HostCall.StepResult.Failed it ->
                failed++ < failures ? run(++scopes, failed + 1) : new HostReply.Refused(it.fault());
        };
    }

    static HostReply run(long scope, int attempt) {
        return new HostReply.Run(scope, attempt, "e/s" + scope);
    }

    /** A call of a workflow. */
    static Invocation invocation(String input) {
        return invocation(input, new Entry.Main());
    }

    static Invocation invocation(String input, Entry entry) {
        Invocation plain = Samples.invocation(input);
        Map<String, String> attributes = new HashMap<>(plain.attributes());
        attributes.put("kind", "workflow");
        return new Invocation(
                plain.executionId(), 1, entry, plain.input(), attributes, plain.caller(), Map.of(), plain.deadline());
    }

    /** What was asked, each with its scope. */
    static List<String> asked(FakeHost host) {
        return host.asked().stream().map(Steward::shown).toList();
    }

    private static String shown(FakeHost.Asked asked) {
        String name = switch (asked.call()) {
            case HostCall.Step step -> "Step " + step.label();
            case HostCall.StepDone done -> "StepDone " + done.scope();
            case HostCall.Random random -> "Random " + random.label().orElse("");
            default -> asked.call().getClass().getSimpleName();
        };
        return asked.scope() + " " + name;
    }

    /** A host that replays its first answers. */
    static Host replaying(FakeHost host, int answers) {
        return new Host() {
            private int left = answers;

            @Override
            public long ask(long scope, HostCall call, Place place) throws InterruptedException {
                return host.ask(scope, call, place);
            }

            @Override
            public synchronized Answer next() throws InterruptedException {
                left--;
                return host.next();
            }

            @Override
            public void tell(HostNote note) {
                host.tell(note);
            }

            @Override
            public synchronized boolean replaying() {
                return left > 0;
            }
        };
    }
}
