package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands, and what of WASI there is: streams, environment, clock and random bytes, and nothing else. */
@Tag("RT-14")
final class WasiTest {
    private static final String IMPORTS = """
            (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 2)
            ;; writes so many bytes from 1024 on
            (func $out (param $stream i32) (param $size i32)
              (i32.store (i32.const 0) (i32.const 1024))
              (i32.store (i32.const 4) (local.get $size))
              (if (call $write (local.get $stream) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable)))
            """;

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Launch command(String body, Map<String, String> environment, int most) throws Exception {
        byte[] module = Wat.compile("(module " + IMPORTS + "(func (export \"_start\") (local $n i32)" + body + "))");
        return bench.launch(
                module, "main.handler", new Limits(16, Duration.ofSeconds(30), most, Map.of()), environment);
    }

    private Outcome run(String body, String input, Map<String, String> environment) throws Exception {
        return bench.run(command(body, environment, 1000), input, new FakeHost());
    }

    private static final String COPY = """
            (loop $more
              (i32.store (i32.const 0) (i32.const 1024))
              (i32.store (i32.const 4) (i32.const 7))
              (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
              (local.set $n (i32.load (i32.const 8)))
              (call $out (i32.const 1) (local.get $n))
              (br_if $more (local.get $n)))
            """;

    @Test
    void aCommandsInputIsItsStandardInputAndItsOutputTheAnswer() throws Exception {
        String input = "{\"text\":\"longer than one piece, ü\"}";
        assertEquals(input, Bench.answer(run(COPY, input, Map.of())));
        try (Instance instance = bench.executor().start(command(COPY, Map.of(), 1000))) {
            for (int i = 0; i < 3; i++) {
                assertEquals(input, Bench.answer(instance.invoke(Samples.invocation(input), new FakeHost())));
            }
        }
    }

    @Test
    void exitCodesDecide() throws Exception {
        assertEquals("1", Bench.answer(run(COPY + "(call $exit (i32.const 0)) unreachable", "1", Map.of())));
        Fault fault = Bench.fault(run(COPY + "(call $exit (i32.const 3)) unreachable", "1", Map.of()));
        assertEquals(Fault.CODE, fault.id());
        assertEquals("the command ended with exit code 3", fault.message());
    }

    @Test
    void whatACommandWritesToItsErrorIsLogged() throws Exception {
        String body = "(i32.store (i32.const 1024) (i32.const 0x0a620a61))" + "(call $out (i32.const 2) (i32.const 3))"
                + COPY;
        assertEquals("2", Bench.answer(run(body, "2", Map.of())));
        assertEquals(List.of("a", "b"), bench.lines());
    }

    @Test
    void anOutputThatIsTooLongIsAFault() throws Exception {
        assertEquals("12", Bench.answer(bench.run(command(COPY, Map.of(), 2), "12", new FakeHost())));
        Fault fault = Bench.fault(bench.run(command(COPY, Map.of(), 2), "123", new FakeHost()));
        assertTrue(fault.message().contains("at most 2 are allowed"), fault.message());
        Fault flood = Bench.fault(run("(loop $l (call $out (i32.const 1) (i32.const 60000)) (br $l))", "1", Map.of()));
        assertTrue(flood.message().contains("at most 1000 are allowed"), flood.message());
    }

    @Test
    void theEnvironmentIsTheFunctionsAndThereAreNoArguments() throws Exception {
        // the variables as they lie in memory, with quotes around and zeroes made commas
        String body = """
                (if (call $args (i32.const 16) (i32.const 20)) (then unreachable))
                (if (i32.or (i32.load (i32.const 16)) (i32.load (i32.const 20))) (then unreachable))
                (if (call $sizes (i32.const 16) (i32.const 20)) (then unreachable))
                (if (i32.ne (i32.load (i32.const 16)) (i32.const 2)) (then unreachable))
                (if (call $environ (i32.const 24) (i32.const 1025)) (then unreachable))
                (i32.store8 (i32.const 1024) (i32.const 34))
                (local.set $n (i32.load (i32.const 20)))
                (i32.store8 (i32.add (i32.const 1024) (local.get $n)) (i32.const 34))
                (i32.store8 (i32.sub (i32.load (i32.const 28)) (i32.const 1)) (i32.const 44))
                (call $out (i32.const 1) (i32.add (local.get $n) (i32.const 1)))
                """;
        assertEquals("\"A=1,B=two\"", Bench.answer(run(body, "{}", Map.of("B", "two", "A", "1"))));
    }

    @Test
    void theClockIsTheRealOneAndRandomBytesDiffer() throws Exception {
        String time = """
                (if (call $time (i32.const 0) (i64.const 1) (i32.const 16)) (then unreachable))
                (if (i64.lt_s (i64.load (i32.const 16)) (i64.const %d)) (then unreachable))
                (if (i32.ne (call $time (i32.const 2) (i64.const 1) (i32.const 16)) (i32.const 28)) (then unreachable))
                (if (call $random (i32.const 2000) (i32.const 70000)) (then unreachable))
                (if (i64.eq (i64.load (i32.const 2000)) (i64.load (i32.const 71992))) (then unreachable))
                """.formatted(Instant.now().toEpochMilli() * 1_000_000);
        assertEquals("1", Bench.answer(run(time + COPY, "1", Map.of())));
    }

    private static String sleep(long nanos) {
        return """
                (i64.store (i32.const 256) (i64.const 77))
                (i32.store8 (i32.const 264) (i32.const 0))
                (i32.store (i32.const 272) (i32.const 1))
                (i64.store (i32.const 280) (i64.const %d))
                (if (call $poll (i32.const 256) (i32.const 512) (i32.const 1) (i32.const 640)) (then unreachable))
                (if (i32.ne (i32.load (i32.const 640)) (i32.const 1)) (then unreachable))
                (if (i64.ne (i64.load (i32.const 512)) (i64.const 77)) (then unreachable))
                """.formatted(nanos);
    }

    @Test
    void pollingTheClockSleepsAndIsInterrupted() throws Exception {
        long began = System.nanoTime();
        assertEquals("1", Bench.answer(run(sleep(30_000_000) + COPY, "1", Map.of())));
        assertTrue(System.nanoTime() - began >= 30_000_000);
        String line = "(i32.store8 (i32.const 1024) (i32.const 10)) (call $out (i32.const 2) (i32.const 1))";
        try (Instance instance =
                bench.executor().start(command(line + sleep(60_000_000_000L) + COPY, Map.of(), 1000))) {
            Call call = Call.of(instance, Samples.invocation("1"), new FakeHost());
            bench.awaitLine();
            call.interrupt();
            assertInstanceOf(Outcome.Stopped.class, call.outcome(Duration.ofSeconds(1)));
        }
    }

    /** Whatever it asks for, nothing of the machine is there. */
    @ParameterizedTest
    @CsvSource({
        "path_open,iiiiiIIii,8",
        "fd_prestat_get,ii,8",
        "fd_readdir,iiiIi,8",
        "path_filestat_get,iiiii,8",
        "path_unlink_file,iii,8",
        "fd_pread,iiiIi,8",
        "sock_accept,iii,76",
        "sock_send,iiiii,76",
        "sock_recv,iiiiii,76",
        "proc_raise,i,58"
    })
    void filesAndSocketsAreNotThere(String name, String parameters, int expected) throws Exception {
        StringBuilder type = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (char each : parameters.toCharArray()) {
            type.append(each == 'i' ? " i32" : " i64");
            // descriptors 0, 1, 2 and 3 and what might be one
            arguments.append(each == 'i' ? "(local.get $n)" : "(i64.const 1)");
        }
        String body = "(loop $each (if (i32.ne (call $f " + arguments + ") (i32.const " + expected
                + ")) (then unreachable)) (local.set $n (i32.add (local.get $n) (i32.const 1)))"
                + "(br_if $each (i32.lt_u (local.get $n) (i32.const 8))))";
        byte[] module = Wat.compile("(module (import \"wasi_snapshot_preview1\" \"" + name + "\" (func $f (param" + type
                + ") (result i32)))" + IMPORTS + "(func (export \"_start\") (local $n i32)" + body
                + "(local.set $n (i32.const 0))" + COPY + "))");
        Launch launch = bench.launch(module, "main.handler", Samples.LIMITS, Map.of());
        assertEquals("1", Bench.answer(bench.run(launch, "1", new FakeHost())));
    }

    @Test
    void aReadOfMoreThanThereIsTakesNoMoreMemoryThanThereIs() throws Exception {
        String body = """
                (i32.store (i32.const 0) (i32.const 1024))
                (i32.store (i32.const 4) (i32.const -1))
                (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
                (call $out (i32.const 1) (i32.load (i32.const 8)))
                """;
        assertEquals("[1]", Bench.answer(run(body, "[1]", Map.of())));
        Fault fault = Bench.fault(run("(call $out (i32.const 1) (i32.const -1))", "[1]", Map.of()));
        assertEquals(Fault.Owner.FUNCTION, fault.owner());
    }
}
