package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to code that is replayed. */
@Tag("WF-07")
final class WorkflowTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String NOW = "\"2026-11-21T08:00:00.000Z\"";

    private static String handler(String body) {
        return """
                import dev.dovetail.function.*;
                import java.time.Duration;
                import java.util.*;
                import java.util.function.Supplier;
                import java.util.stream.*;

                public class Handler {
                    public Object handleRequest(Object input, Context context) throws Exception {
                        BODY
                    }
                }
                """.replace("BODY", body);
    }

    @Test
    void aThreadOfTheCodesOwnDoesNotAskTheHostInAWorkflow() throws Exception {
        String source = handler("""
                Object[] got = new Object[1];
                Thread thread = new Thread(() -> {
                    try {
                        got[0] = context.random().get();
                    } catch (FunctionException e) {
                        got[0] = e.id();
                    }
                });
                thread.start();
                thread.join();
                return got[0];
                """);
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), source, 1))) {
            assertEquals(
                    "gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~",
                    assertInstanceOf(Outcome.Failed.class, instance.invoke(Samples.workflow("{}"), FakeHost.naming()))
                            .fault()
                            .id());
            assertEquals(
                    "\"Random\"",
                    TestBench.text(instance.invoke(
                            dev.dovetail.testkit.executor.Samples.invocation("{}"), FakeHost.naming())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                for (int i = 0; i < 3; i++) {
                    try {
                        context.sleep(Duration.ofMinutes(1)).get();
                    } catch (Throwable e) {
                        try {
                            context.now();
                        } catch (Throwable again) {
                            // and so on
                        }
                    }
                }
                return "caught";
                """, """
                Supplier<Object> wait = () -> context.step("a", null, Object.class, (n, in) -> {
                    try {
                        return in.sleep(Duration.ofMinutes(1)).get();
                    } catch (Throwable e) {
                        return 1;
                    }
                });
                try {
                    return context.parallel(List.of(wait, wait));
                } catch (Throwable e) {
                    return "caught";
                }
                """})
    void whoeverCatchesEverythingLeavesAllTheSame(String body) throws Exception {
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        int asked = body.contains("parallel") ? 4 : 1;
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), handler(body), 1))) {
            for (Answer answer : List.of(new Answer.Suspend(), new Answer.Stop(cause))) {
                FakeHost host = new FakeHost().holding();
                Call call = Call.of(instance, Samples.workflow("{}"), host);
                if (asked == 4) {
                    host.awaitAsked(2);
                    host.release(1);
                    host.release(0);
                }
                host.awaitAsked(asked);
                host.answer(answer);
                String expected = answer instanceof Answer.Suspend ? "Suspended" : "Stopped";
                assertEquals(expected, TestBench.text(call.outcome(SOON)));
                assertEquals(asked, host.asked().size());
                assertTrue(instance.usable(), "it left by itself");
            }
            FakeHost refusing = new FakeHost();
            assertTrue(!TestBench.text(instance.invoke(Samples.workflow("{}"), refusing))
                    .isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatWasPrintedAndToldIsNotRepeatedWhileReplaying(int concurrency) throws Exception {
        String source = handler("""
                List<Boolean> states = new ArrayList<>();
                for (int n = 0; n < 4; n++) {
                    System.out.println("line " + n);
                    System.err.println("error " + n);
                    context.log("log " + n);
                    states.add(context.replaying());
                    context.now().get();
                }
                System.out.println("end");
                return states;
                """);
        try (TestBench bench = Benches.open();
                Instance instance = bench.executor()
                        .start(Benches.compiled(bench, Installed.newest().name(), source, concurrency))) {
            FakeHost host = new FakeHost(call -> FakeHost.json(NOW));
            Outcome outcome = instance.invoke(Samples.workflow("{}"), host.replaying(2));
            assertEquals("[true,true,false,false]", TestBench.text(outcome));
            assertEquals(
                    List.of("end", "error 2", "error 3", "line 2", "line 3"),
                    bench.lines().texts().stream().sorted().toList());
            assertEquals(
                    List.of("log 2", "log 3"),
                    host.told().stream()
                            .map(note -> ((HostNote.Log) note).message())
                            .toList());
            // what was silenced is not so for the next call, even if the first one never became live
            FakeHost all = new FakeHost(call -> FakeHost.json(NOW));
            instance.invoke(Samples.workflow("{}"), all.replaying(99));
            assertEquals(5, bench.lines().texts().size());
            instance.invoke(Samples.workflow("{}"), new FakeHost(call -> FakeHost.json(NOW)));
            assertEquals(5 + 9, bench.lines().texts().size());
        }
    }

    @Test
    void theSameAnswersLeadToTheSameQuestionsInEveryRun() throws Exception {
        String source = handler("""
                return context.parallel(IntStream.range(0, 12).mapToObj(each -> (Supplier<Object>) () -> {
                    System.out.println("piece " + each);
                    return context.step("s" + each, each, Integer.class, (number, in) -> {
                        for (int n = 0; n <= number % 3; n++) {
                            in.random(number + "." + n).get();
                        }
                        return number;
                    });
                }).collect(Collectors.toList()), 5);
                """);
        for (int concurrency : List.of(1, 8)) {
            try (TestBench bench = Benches.open();
                    Instance instance = bench.executor()
                            .start(Benches.compiled(bench, Installed.newest().name(), source, concurrency))) {
                FakeHost first = FakeHost.naming();
                String answer = TestBench.text(instance.invoke(Samples.workflow("{}"), first));
                assertEquals("[0,1,2,3,4,5,6,7,8,9,10,11]", answer);
                for (int i = 0; i < 20; i++) {
                    FakeHost again = FakeHost.naming();
                    assertEquals(answer, TestBench.text(instance.invoke(Samples.workflow("{}"), again)));
                    assertEquals(first.askedWords(), again.askedWords());
                }
                assertEquals(21 * 12, bench.lines().texts().size());
            }
        }
    }
}
