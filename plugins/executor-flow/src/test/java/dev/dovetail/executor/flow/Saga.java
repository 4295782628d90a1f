package dev.dovetail.executor.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A workflow that is run, and then undone as the kernel does it: what was done last first. For tests. */
final class Saga {
    static final Fault CAUSE = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");

    /** In the metadata of a task that gives an id. */
    static final String REFUND = "metadata: {compensatedBy: {call: refund, with: {id: '${ .output.id }'}}}";

    private final Launch launch;
    private final FakeHost host;
    final Outcome outcome;

    private Saga(Launch launch, FakeHost host, Outcome outcome) {
        this.launch = launch;
        this.host = host;
        this.outcome = outcome;
    }

    /** Where all is well, but for calls of functions whose input has something bad. */
    static HostReply works(HostCall call) {
        return switch (call) {
            case HostCall.Http http ->
                FakeHost.json(
                        "{\"status\":200,\"headers\":{},\"body\":\"{\\\"id\\\":\\\"of " + http.uri() + "\\\"}\"}");
            case HostCall.Invoke invoke -> {
                String input = invoke.input().text();
                yield input.contains("bad")
                        ? new HostReply.Refused(Fault.of(Fault.CONFLICT, Fault.Owner.DEPENDENCY, "no " + input))
                        : FakeHost.json("{\"id\":\"" + invoke.callable() + "\",\"of\":" + input + "}");
            }
            case HostCall.Now _ -> FakeHost.json("\"2026-11-21T08:00:00.000Z\"");
            default -> FakeHost.json("{\"id\":\"other\"}");
        };
    }

    /** On the input {@code {"n": 1}}. */
    static Saga run(String text) {
        return run(text, "{\"n\":1}", Saga::works);
    }

    static Saga run(String text, String input, Function<HostCall, HostReply> answers) {
        return run(Flows.launch(text), input, answers);
    }

    static Saga run(Launch launch, String input, Function<HostCall, HostReply> answers) {
        FakeHost host = new FakeHost(answers);
        return new Saga(launch, host, Flows.run(launch, input, host));
    }

    /** Calls as a person would tell them: who is called with what. */
    static String told(HostCall call) {
        return switch (call) {
            case HostCall.Invoke invoke ->
                invoke.callable() + " " + invoke.input().text();
            case HostCall.Http http ->
                http.method() + " " + http.uri() + " " + http.body().text();
            case HostCall.Other other -> other.name() + " " + other.arguments().text();
            case HostCall.Step step ->
                "step " + step.label()
                        + step.compensation().map(by -> " undone").orElse("");
            case HostCall.StepDone done -> done.result() instanceof HostCall.StepResult.Done ? "done" : "failed";
            default -> call.getClass().getSimpleName();
        };
    }

    /** What was asked, as {@link #told}. */
    List<String> asked() {
        return host.asked().stream().map(each -> told(each.call())).toList();
    }

    /** What is to be undone, in the order in which that is done. */
    List<Entry.Compensation> undoings() {
        List<HostCall.Step> begun = new ArrayList<>();
        List<Entry.Compensation> done = new ArrayList<>();
        for (FakeHost.Asked asked : host.asked()) {
            if (asked.call() instanceof HostCall.Step step) {
                begun.add(step);
            }
            // scopes are numbered as the steps began
            if (asked.call() instanceof HostCall.StepDone(long scope, HostCall.StepResult.Done(Bytes output))) {
                HostCall.Step step = begun.get((int) scope - 1);
                step.compensation()
                        .ifPresent(by -> done.add(
                                new Entry.Compensation(by, step.label(), step.input(), Optional.of(output), CAUSE)));
            }
        }
        return done.reversed();
    }

    /** Undoes all, and tells what that asks. */
    List<String> undone() throws Exception {
        List<String> asked = new ArrayList<>();
        for (Entry.Compensation each : undoings()) {
            asked.addAll(undone(launch, each));
        }
        return asked;
    }

    static List<String> undone(Launch launch, Entry.Compensation undo) throws Exception {
        // as a call that has no journal
        FakeHost plain = new FakeHost(call -> switch (call) {
            case HostCall.Http _ -> FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"\"}");
            case HostCall.Random _ -> FakeHost.json("\"5a5a\"");
            case HostCall.Now _ -> FakeHost.json("\"2026-11-22T08:00:00.000Z\"");
            case HostCall.ReadSecret secret -> FakeHost.json("\"the " + secret.name() + "\"");
            default -> FakeHost.json("null");
        });
        answer(launch, undo, plain);
        return plain.asked().stream()
                .map(FakeHost.Asked::call)
                .filter(call -> !(call instanceof HostCall.Random || call instanceof HostCall.Now))
                .map(Saga::told)
                .toList();
    }

    static JsonNode answer(Launch launch, Entry.Compensation undo, FakeHost host) throws Exception {
        Invocation plain = Samples.invocation(undo.stepInput().text());
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(launch)) {
            return Flows.answer(instance.invoke(
                    new Invocation(
                            plain.executionId(),
                            plain.attempt(),
                            undo,
                            plain.input(),
                            plain.attributes(),
                            plain.caller(),
                            plain.secrets(),
                            plain.deadline()),
                    host));
        }
    }
}
