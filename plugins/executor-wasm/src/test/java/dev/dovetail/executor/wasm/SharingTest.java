package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one call changes, no other sees: globals, memory, tables and segments. */
@Tag("RT-14")
@Tag("RT-15")
final class SharingTest {
    private static final String DIGIT = """
            (func $digit (param $value i32) (result i64)
              (i32.store8 (i32.const 16) (i32.add (i32.const 48) (local.get $value)))
              (call $pack (i32.const 16) (i32.const 1)))
            """;

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private void alwaysAnswers(String expected, String wat) throws Exception {
        Launch launch = bench.launch(Bench.PRELUDE + DIGIT + wat);
        for (int instances = 0; instances < 2; instances++) {
            try (Instance instance = bench.executor().start(launch)) {
                for (int calls = 0; calls < 3; calls++) {
                    assertEquals(expected, Bench.answer(instance.invoke(Samples.invocation("{}"), new FakeHost())));
                }
            }
        }
    }

    @Test
    void aGlobalIsAsItWasDeclared() throws Exception {
        alwaysAnswers("1", "(global $calls (mut i32) (i32.const 0))" + Bench.HANDLER + """
                (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
                (call $digit (global.get $calls)))
                """);
    }

    @Test
    void memoryIsAsItWasDeclared() throws Exception {
        alwaysAnswers("1", Bench.HANDLER + """
                (i32.store (i32.const 100) (i32.add (i32.load (i32.const 100)) (i32.const 1)))
                (drop (memory.grow (i32.const 1)))
                (call $digit (i32.load (i32.const 100))))
                """);
    }

    @Test
    void aTableHasTheSizeThatItWasDeclaredWith() throws Exception {
        alwaysAnswers("3", "(table $t 2 10 funcref) (elem declare func $digit)" + Bench.HANDLER + """
                (drop (table.grow $t (ref.func $digit) (i32.const 1)))
                (call $digit (table.size $t)))
                """);
    }

    @Test
    void aDroppedSegmentIsThereAgain() throws Exception {
        alwaysAnswers("7", "(data $d \"\\07\") (elem $e func $digit) (table 1 funcref)" + Bench.HANDLER + """
                (memory.init $d (i32.const 200) (i32.const 0) (i32.const 1))
                (data.drop $d)
                (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))
                (elem.drop $e)
                (call $digit (i32.load8_u (i32.const 200))))
                """);
    }

    @Test
    @Tag("NF-20")
    void callsAtTheSameTimeSeeOnlyTheirOwnMemory() throws Exception {
        // writes its input's first digit, asks the host, and reads what it wrote
        String name = "now";
        Launch launch = bench.launch("(import \"dovetail\" \"call\" (func $call (param i32 i32 i32 i32) (result i64)))"
                + Bench.PRELUDE + DIGIT + Bench.data(32, name) + Bench.HANDLER
                + "(i32.store8 (i32.const 100) (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))"
                + "(drop (call $call " + Bench.span(32, name) + " (i32.const 0) (i32.const 0)))"
                + "(call $digit (i32.load8_u (i32.const 100))))");
        try (Instance instance = bench.executor().start(launch);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String digit = String.valueOf(i % 10);
                Callable<String> call = () -> Bench.answer(instance.invoke(
                        Samples.invocation(digit), new FakeHost(any -> FakeHost.json("\"2026-11-21T08:00:00.000Z\""))));
                answers.add(callers.submit(call));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(String.valueOf(i % 10), answers.get(i).get());
            }
        }
    }
}
