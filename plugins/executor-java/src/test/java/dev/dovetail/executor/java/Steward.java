package dev.dovetail.executor.java;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls of workflows, and what their host was asked. */
final class Steward {
    private Steward() {}

    /** A host that answers each question with its kind, and runs steps. */
    static FakeHost host() {
        return new FakeHost(call -> FakeHost.json("\"" + call.getClass().getSimpleName() + "\""));
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
