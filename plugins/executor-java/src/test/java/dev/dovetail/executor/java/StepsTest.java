package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What steps may look like, and what comes of them. */
@Tag("WF-14")
final class StepsTest {
    private static final String IMPORTS = """
            import dev.dovetail.function.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.function.Supplier;
            import java.util.stream.*;

            public class Handler {
            """;

    static String run(String body, FakeHost host) throws Exception {
        return TestBench.text(outcome(body, Samples.workflow("{}"), host));
    }

    static Outcome outcome(String body, dev.dovetail.spi.executor.Invocation invocation, FakeHost host)
            throws Exception {
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), IMPORTS + body + "}\n", 1))) {
            return instance.invoke(invocation, host);
        }
    }

    @Test
    void stepsRunInScopesOfTheirOwnEvenInsideOfEachOther() throws Exception {
        String body = """
                public record Found(String random, Optional<String> effect, int n) {}

                public Object handleRequest(Map<String, Integer> input, Context context) {
                    Optional<String> before = context.effectId();
                    List<?> value = context.step("outer", input, List.class, this::outer);
                    return List.of(before, value, context.random("last").get());
                }

                private List<Object> outer(Map<String, Integer> input, Context context) {
                    Found found = context.step("inner", input.get("n"), Found.class, (n, in) ->
                            new Found(in.random().get(), in.effectId(), n));
                    return List.of(found.effect(), found.n(), context.random("outer").get());
                }
                """;
        FakeHost host = FakeHost.naming();
        Outcome outcome = outcome(body, Samples.workflow("{\"n\":5}"), host);
        assertEquals("[null,[\"effect-2\",5,\"Random\"],\"Random\"]", TestBench.text(outcome));
        assertEquals(
                List.of(
                        "0 Step outer",
                        "1 Step inner",
                        "2 Random ",
                        "1 StepDone 2",
                        "1 Random outer",
                        "0 StepDone 1",
                        "0 Random last"),
                host.askedWords());
        assertEquals(
                List.of(12, 17, 18, 17, 19, 12, 13),
                host.asked().stream().map(asked -> asked.place().line()).toList());
    }

    @Test
    void aStepFailsWithItsErrorAndRunsAgainAsItIsTold() throws Exception {
        String body = """
                private int tries;

                public Object handleRequest(Object input, Context context) {
                    Step<Void> step = Step.of("bad", 1, Void.class, (n, in) -> {
                        tries++;
                        throw new java.io.IOException("try " + in.attempt());
                    });
                    try {
                        context.step(step.within(Duration.ofMillis(900)).retried(Retry.USUAL.attempts(2).askOperator()
                                .delays(Duration.ofMillis(5), 1.5, Duration.ofSeconds(1)).never("gts.a~")));
                        return "done";
                    } catch (HostException e) {
                        return List.of(e.getMessage(), e.id(), tries);
                    }
                }
                """;
        FakeHost host = FakeHost.naming();
        host.steps().again("bad", 1);
        assertEquals("[\"IOException: try 2\",\"" + Fault.CODE + "\",2]", run(body, host));
        HostCall.Step step =
                assertInstanceOf(HostCall.Step.class, host.asked().getFirst().call());
        assertEquals(
                new StepPolicy(
                        2,
                        Duration.ofMillis(5),
                        1.5,
                        Duration.ofSeconds(1),
                        List.of("gts.a~"),
                        Duration.ofMillis(900),
                        StepPolicy.Unknown.ASK_OPERATOR),
                step.policy());
        Fault fault = reported(host, 1);
        assertEquals("IOException: try 1", fault.message());
        assertEquals(13, fault.place().orElseThrow().line());
        assertTrue(fault.details().text().contains("\"error_kind\":\"IOException\""), fault.toString());
    }

    private static Fault reported(FakeHost host, int index) {
        HostCall.StepDone done = (HostCall.StepDone) host.asked().get(index).call();
        return assertInstanceOf(HostCall.StepResult.Failed.class, done.result()).fault();
    }

    @Test
    void whatTheHostRefusedInsideOfAStepIsTheFaultOfTheStep() throws Exception {
        Fault down = Fault.of(Fault.HTTP, Fault.Owner.DEPENDENCY, "it is down");
        String body = """
                public Object handleRequest(Object input, Context context) {
                    return context.step("fetch", null, Object.class, (n, in) -> in.http().get("https://example.org/").get());
                }
                """;
        FakeHost host = new FakeHost(call -> new HostReply.Refused(down));
        assertEquals("http DEPENDENCY it is down", run(body, host));
        assertEquals(down, reported(host, 2));
    }

    @Test
    @Tag("WF-27")
    void ofManyPiecesSoManyRunAtOnceAndAllAreCollected() throws Exception {
        String body = """
                private int running;
                private int most;

                private int work(int n, Context context) {
                    return context.step("s", n, int.class, (number, in) -> {
                        most = Math.max(most, ++running);
                        in.now().get();
                        running--;
                        if (number % 3 == 2) {
                            throw new RuntimeException("no " + number);
                        }
                        return number;
                    });
                }

                public Object handleRequest(Object input, Context context) {
                    List<Supplier<Integer>> pieces = IntStream.range(0, 9)
                            .mapToObj(n -> (Supplier<Integer>) () -> work(n, context))
                            .collect(Collectors.toList());
                    List<Object> all = context.collect(pieces, 4).stream()
                            .map(each -> each.well() ? each.value() : each.error().get().getMessage())
                            .collect(Collectors.toList());
                    try {
                        return context.parallel(pieces, 3);
                    } catch (HostException e) {
                        return List.of(most, all, e.getMessage());
                    }
                }
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("\"2026-11-21T08:00:00.000Z\""));
        assertEquals("[4,[0,1,\"no 2\",3,4,\"no 5\",6,7,\"no 8\"],\"no 2\"]", run(body, host));
        long begun = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.Step)
                .count();
        long ended = host.asked().stream()
                .filter(asked -> asked.call() instanceof HostCall.StepDone)
                .count();
        assertEquals(begun, ended, "who has begun ends, also after another has failed");
        assertTrue(begun < 18, "after a failure no other step begins, and " + begun + " did");
    }

    @Test
    void whatIsWrongWithAStepIsSaid() throws Exception {
        String body = """
                public Object handleRequest(Object input, Context context) {
                    List<Supplier<Object>> wrong = List.of(
                            () -> Retry.USUAL.attempts(0),
                            () -> Retry.USUAL.delays(Duration.ofSeconds(1), 0.5, Duration.ofSeconds(1)),
                            () -> Step.of("s", 1, Integer.class, (n, in) -> n).within(Duration.ZERO),
                            () -> context.step("s", Double.NaN, Object.class, (n, in) -> n),
                            () -> context.parallel(List.of(() -> 1), 0),
                            () -> context.step("s", 1, Object.class, (n, in) -> Double.NaN),
                            () -> context.step("s", 1, Object.class, (n, in) -> "x".repeat(7000000)),
                            () -> context.step("s", 1, Integer.class, (n, in) -> n).toString().length() / 0,
                            () -> context.<Integer, String>step("s", 1, String.class, (n, in) -> null));
                    return wrong.stream().map(each -> {
                        try {
                            return String.valueOf(each.get());
                        } catch (RuntimeException e) {
                            return e.getMessage().substring(0, Math.min(60, e.getMessage().length()));
                        }
                    }).collect(Collectors.toList());
                }
                """;
        assertEquals(
                "[\"Attempts are 1 to 1000, not 0\","
                        + "\"Delays begin with 0 or more and do not become shorter; given\","
                        + "\"A step cannot end within PT0S\","
                        + "\"the input of the step \\\"s\\\" is no JSON: it is NaN\","
                        + "\"At least one piece is under way at once, not 0\","
                        + "\"IllegalArgumentException: the result of the step \\\"s\\\" is no J\","
                        + "\"IllegalStateException: the result of the step \\\"s\\\" has 700000\","
                        + "\"/ by zero\",\"null\"]",
                run(body, FakeHost.naming()));
    }

    @Test
    void whatElseAWorkflowAsksComesWithTheArgumentsThatItHas() throws Exception {
        String body = """
                public Object handleRequest(Object input, Context context) {
                    context.checkpoint("half");
                    context.publish("orders", Map.of("a", 1));
                    context.audit("paid", Map.of("b", 2));
                    context.signal("e-2", "go", null);
                    context.approval("manager", "Really?", Optional.of(Duration.ofSeconds(1)));
                    context.compensate("refund", Map.of("n", 1));
                    context.jobStatus("j-1");
                    context.nativeInvoke("geo", "near", List.of(1));
                    return context.awaitEvent("gts.x~", "", Optional.empty()).get();
                }
                """;
        FakeHost host = new FakeHost(call -> FakeHost.json("7"));
        assertEquals("7", run(body, host));
        assertEquals(
                List.of(
                        other("checkpoint", "{\"label\":\"half\"}"),
                        other("publish", "{\"topic\":\"orders\",\"payload\":{\"a\":1}}"),
                        other("audit", "{\"action\":\"paid\",\"details\":{\"b\":2}}"),
                        other("signal", "{\"execution\":\"e-2\",\"name\":\"go\",\"payload\":null}"),
                        other("approval", "{\"name\":\"manager\",\"message\":\"Really?\",\"timeoutMs\":1000}"),
                        other("compensate", "{\"function\":\"refund\",\"input\":{\"n\":1}}"),
                        other("job_status", "{\"id\":\"j-1\"}"),
                        other("module", "{\"module\":\"geo\",\"function\":\"near\",\"params\":[1]}"),
                        new HostCall.AwaitEvent("gts.x~", "", Optional.empty())),
                host.asked().stream().map(FakeHost.Asked::call).toList());
    }

    private static HostCall other(String name, String arguments) {
        return new HostCall.Other(name, 1, Bytes.utf8(arguments));
    }
}
