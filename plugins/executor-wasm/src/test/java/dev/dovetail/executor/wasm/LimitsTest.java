package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile modules: memory, stack, tables and time have limits, and reaching one harms nobody else. */
@Tag("TE-06")
@Tag("TE-02")
@Tag("FH-07")
@Tag("NF-24")
@Tag("RT-12")
final class LimitsTest {
    private static final String CALL =
            "(import \"dovetail\" \"call\" (func $call (param i32 i32 i32 i32) (result i64)))";
    private static final String DATA = Bench.data(16, "progress") + Bench.data(64, "{\"fraction\":1}");
    private static final String PROGRESS =
            "(drop (call $call " + Bench.span(16, "progress") + Bench.span(64, "{\"fraction\":1}") + "))";

    private Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Fault fault(Launch launch) throws Exception {
        return Bench.fault(bench.run(launch, "{}", new FakeHost()));
    }

    @Test
    void growingPastTheLimitAnswersMinusOneAndIsNoFailure() throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + Bench.HANDLER + """
                (i32.store8 (i32.const 16) (i32.const 48))
                (if (i32.eq (memory.grow (i32.const 256)) (i32.const -1))
                  (then (i32.store8 (i32.const 16) (i32.const 49))))
                (call $pack (i32.const 16) (i32.const 1)))
                """, 16);
        assertEquals("1", Bench.answer(bench.run(launch, "{}", new FakeHost())));
        assertEquals(0, bench.executor().room().taken());
    }

    @Test
    void memoryUpToTheLimitIsThere() throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + Bench.HANDLER + """
                (if (i32.eq (memory.grow (i32.const 255)) (i32.const -1))
                  (then unreachable))
                (i32.store8 (i32.const 16777215) (i32.const 49))
                (call $pack (i32.const 16777215) (i32.const 1)))
                """, 16);
        Outcome outcome = bench.run(launch, "{}", new FakeHost());
        assertEquals("1", Bench.answer(outcome));
        assertEquals(16 << 20, outcome.usage().peakBytes());
    }

    @Test
    void theModulesOwnMaximumHolds() throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE.replace("\"memory\") 1)", "\"memory\") 1 3)") + Bench.HANDLER + """
                (if (i32.eq (memory.grow (i32.const 3)) (i32.const -1))
                  (then unreachable))
                (i64.const 0))
                """);
        Fault fault = fault(launch);
        assertEquals(Fault.MEMORY_LIMIT, fault.id());
        assertTrue(fault.message().contains("3 pages that the module itself allows"), fault.message());
    }

    @Test
    void anAllocatorThatFindsNoMemoryIsTheMemoryLimit() throws Exception {
        Launch launch = bench.launch(
                Bench.PRELUDE + Bench.HANDLER + "(drop (memory.grow (i32.const 256)))"
                        + "(drop (call $alloc (i32.const 0x2000000))) unreachable)",
                16);
        assertEquals(Fault.MEMORY_LIMIT, fault(launch).id());
        Launch big = bench.launch(
                Bench.PRELUDE.replace("\"memory\") 1)", "\"memory\") 1 1)") + Bench.HANDLER + "(i64.const 0))", 16);
        Outcome outcome = bench.run(big, "\"" + "x".repeat(100_000) + "\"", new FakeHost());
        assertEquals(Fault.MEMORY_LIMIT, Bench.fault(outcome).id());
    }

    @Test
    void allGuestsTogetherHaveALimitThatIsNoFaultOfTheirs() throws Exception {
        bench.close();
        bench = new Bench(Map.of("memory-mb", 16));
        String large = CALL + Bench.PRELUDE.replace("\"memory\") 1)", "\"memory\") 192)") + DATA + Bench.HANDLER
                + PROGRESS + "(loop $ever (br $ever)) (i64.const 0))";
        try (Instance instance = bench.executor().start(bench.launch(large, 128))) {
            FakeHost host = new FakeHost();
            Call holding = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            PluginException refused =
                    assertThrows(PluginException.class, () -> bench.executor().start(bench.launch(large, 128)));
            assertEquals(PluginException.Kind.EXHAUSTED, refused.kind());
            Launch growing = bench.launch(
                    Bench.PRELUDE + Bench.HANDLER + "(if (i32.eq (memory.grow (i32.const 100)) (i32.const -1))"
                            + "(then unreachable)) (i64.const 0))",
                    128);
            Fault fault = fault(growing);
            assertEquals(Fault.Owner.PLATFORM, fault.owner());
            assertTrue(fault.message().contains("memory-mb"), fault.message());
            holding.interrupt();
            assertInstanceOf(Outcome.Stopped.class, holding.outcome(Duration.ofSeconds(1)));
        }
        assertEquals(0, bench.executor().room().taken());
        bench.executor().start(bench.launch(large, 128)).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(func $down (param $n i64) (result i64) (i64.add (call $down (local.get $n)) (i64.const 1)))",
                "(func $down (param $n i64) (result i64) (local i64 i64 i64 i64 i64 i64 i64 i64)"
                        + " (i64.add (call_indirect (param i64) (result i64) (local.get $n) (i32.const 0)) (i64.const 1)))"
                        + "(table 1 funcref) (elem (i32.const 0) $down)"
            })
    void recursionWithoutEndIsTheFunctionsFaultAndTheInstanceStaysUsable(String down) throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + down + Bench.HANDLER + "(call $down (i64.const 1)))");
        try (Instance instance = bench.executor().start(launch)) {
            for (int i = 0; i < 20; i++) {
                Fault fault = Bench.fault(instance.invoke(Samples.invocation("{}"), new FakeHost()));
                assertEquals(Fault.CODE, fault.id());
                assertTrue(fault.message().contains("call stack exhausted"), fault.message());
                assertTrue(instance.usable());
            }
        }
    }

    @Test
    void askingTheHostAtTheEndOfTheStackBreaksNothingOfTheHosts() throws Exception {
        // on each level down it asks, the last time where there is no stack for it
        Launch launch = bench.launch(CALL + Bench.PRELUDE + Bench.data(16, "progress")
                + Bench.data(64, "{\"fraction\":1}")
                + "(func $down (param $n i32) (if (i32.eqz (i32.and (local.get $n) (i32.const 63))) (then " + PROGRESS
                + ")) (call $down (i32.add (local.get $n) (i32.const 1))))"
                + Bench.HANDLER + "(call $down (i32.const 0)) (i64.const 0))");
        for (int i = 0; i < 5; i++) {
            FakeHost host = new FakeHost();
            Fault fault = Bench.fault(bench.run(launch, "{}", host));
            assertTrue(fault.message().contains("call stack exhausted"), fault.toString());
            assertTrue(host.told().size() > 10, "told " + host.told().size() + " times");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(loop $l (br $l))",
                "(loop $l (br_if $l (i32.const 1)))",
                "(loop $l (br_table $l $l (i32.const 0)))",
                "(loop $l (call $nothing) (br $l))",
                "(loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br $l))",
                "(loop $a (loop $b (br_if $a (i32.const 1)) (br $b)))"
            })
    @Tag("FH-06")
    @Tag("NF-31")
    void everyLoopStopsWithinASecond(String loop) throws Exception {
        Launch launch = bench.launch(
                CALL + Bench.PRELUDE + DATA + "(func $nothing)" + Bench.HANDLER + PROGRESS + loop + "(i64.const 0))");
        try (Instance instance = bench.executor().start(launch)) {
            FakeHost host = new FakeHost();
            Call call = Call.of(instance, Samples.invocation("{}"), host);
            host.awaitTold();
            long told = System.nanoTime();
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(1)));
            assertTrue(System.nanoTime() - told < 1_000_000_000);
            assertTrue(instance.usable());
        }
        assertEquals(0, bench.executor().room().taken());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(func $s (loop $l (br $l))) (start $s)", "(func (export \"_initialize\") (loop $l (br $l)))"})
    @Tag("FH-06")
    void whatNeverGetsReadyHoldsNobodyUpAndIsStoppedInItsCall(String opening) throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + opening + Bench.HANDLER + "(i64.const 0))");
        try (Instance instance = bench.executor().start(launch)) {
            assertEquals(0, bench.executor().room().taken());
            Call call = Call.of(instance, Samples.invocation("{}"), new FakeHost());
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(10)));
        }
        assertEquals(0, bench.executor().room().taken());
    }

    @Test
    void memoryThatIsTakenWhileItGetsReadyIsTheMemoryLimitToo() throws Exception {
        Fault fault = fault(bench.launch(
                Bench.PRELUDE + "(func $s (drop (memory.grow (i32.const 100))) (drop (memory.grow (i32.const 256)))"
                        + " unreachable) (start $s)" + Bench.HANDLER + "(i64.const 0))",
                16));
        assertEquals(Fault.MEMORY_LIMIT, fault.id());
        assertEquals(
                "{\"limit\":{\"memory_limit_mb\":16},\"observed\":{\"max_memory_used_mb\":6.3125}}",
                fault.details().text());
    }

    @Test
    void aTableGrowsNoFurtherThanItsLimit() throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + "(table $t 1 funcref)" + Bench.HANDLER + """
                (i32.store8 (i32.const 16) (i32.const 48))
                (if (i32.eq (table.grow $t (ref.null func) (i32.const 100001)) (i32.const -1))
                  (then (i32.store8 (i32.const 16) (i32.const 49))))
                (call $pack (i32.const 16) (i32.const 1)))
                """);
        assertEquals("1", Bench.answer(bench.run(launch, "{}", new FakeHost())));
    }

    @Test
    void trapsTellWhatAndWhere() throws Exception {
        for (List<String> each : List.of(
                List.of("(drop (i32.load (i32.const -1)))", "out of bounds memory access"),
                List.of("(drop (i32.div_s (i32.const 1) (i32.const 0)))", "zero"),
                List.of("(drop (i32.trunc_f64_s (f64.const nan)))", "nteger"),
                List.of("unreachable", "unreachable"))) {
            Launch launch = bench.launch(Bench.PRELUDE + "(func $inner " + each.get(0) + ")" + Bench.HANDLER
                    + "(call $inner) (i64.const 0))");
            Fault fault = fault(launch);
            assertEquals(Fault.CODE, fault.id());
            assertTrue(fault.message().contains(each.get(1)), fault.message());
            assertEquals(2, fault.place().orElseThrow().line(), fault.toString());
            assertTrue(
                    fault.details().text().contains("{\"function\":\"handler\",\"file\":\"main.wasm\",\"line\":3"),
                    fault.details().text());
        }
    }

    @Test
    void aNameSectionGivesTheFramesTheirNames() throws Exception {
        byte[] module = Wat.compile("(module " + Bench.PRELUDE + "(func $inner unreachable)" + Bench.HANDLER
                + "(call $inner) (i64.const 0)))");
        byte[] named = Wat.named(module, Map.of(2, "divide_by_weight"));
        Fault fault = fault(bench.launch(named, "main.handler", Samples.LIMITS, Map.of()));
        assertTrue(
                fault.details().text().contains("\"divide_by_weight\""),
                fault.details().text());
    }

    @Test
    void anAnswerThatIsNotJsonIsExplained() throws Exception {
        for (List<String> each : List.of(
                List.of("{\"a\":}", "no value at character 6"),
                List.of("hello", "no value at character 1"),
                List.of("1 2", "something after its end"))) {
            Launch launch = bench.launch(Bench.PRELUDE + Bench.data(16, each.get(0)) + Bench.HANDLER + "(call $pack "
                    + Bench.span(16, each.get(0)) + "))");
            Fault fault = fault(launch);
            assertEquals(Fault.CODE, fault.id());
            assertTrue(fault.message().startsWith("the answer is not JSON: " + each.get(1)), fault.message());
        }
        Fault nothing = fault(bench.launch(Bench.PRELUDE + Bench.HANDLER + "(i64.const 0))"));
        assertEquals("the answer is not JSON: nothing at character 1", nothing.message());
        Fault outside = fault(bench.launch(Bench.PRELUDE + Bench.HANDLER + "(i64.const 0xffff00000010)) "));
        assertTrue(outside.message().contains("the memory ends at 65536"), outside.message());
    }

    @Test
    void spaceBetweenThePartsOfAnAnswerIsLeftOut() throws Exception {
        String wide = "{ \"a\" : [ 1 ,\\n 2.50 ] }";
        Launch launch = bench.launch(Bench.PRELUDE + "(data (i32.const 16) \"" + wide.replace("\"", "\\\"") + "\")"
                + Bench.HANDLER + "(call $pack (i32.const 16) (i32.const 23)))");
        assertEquals("{\"a\":[1,2.50]}", Bench.answer(bench.run(launch, "{}", new FakeHost())));
    }
}
