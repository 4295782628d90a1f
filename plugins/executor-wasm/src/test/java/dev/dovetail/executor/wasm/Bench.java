package dev.dovetail.executor.wasm;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An open executor, and what a test of modules needs around it. */
final class Bench implements AutoCloseable {
    /** Memory whose allocations are never given back, and what packs pointer and length. */
    static final String PRELUDE = """
              (memory (export "memory") 1)
              (global $next (mut i32) (i32.const 4096))
              (func $alloc (export "alloc") (param $size i32) (result i32)
                (local $at i32)
                (local.set $at (global.get $next))
                (global.set $next
                  (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 7)) (i32.const -8)))
                (block $enough
                  (loop $more
                    (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
                    (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))
                    (return (i32.const 0))))
                (local.get $at))
              (func $pack (param $at i32) (param $size i32) (result i64)
                (i64.or
                  (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
                  (i64.extend_i32_u (local.get $size))))
            """;

    /** A handler's opening. */
    static final String HANDLER =
            "(func $handler (export \"handler\") (param $at i32) (param $size i32) (result i64)\n";

    private final Workshop workshop = new Workshop();
    private final WasmExecutor executor;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch written = new CountDownLatch(1);

    Bench(Map<String, Object> config) {
        this.executor = open(config);
    }

    Bench() {
        this(Map.of());
    }

    /** Another executor beside the first, with the same cache. */
    WasmExecutor open(Map<String, Object> config) {
        return new WasmExecutor(Settings.of(new WasmExecutorProvider().schema(), config), workshop);
    }

    WasmExecutor executor() {
        return executor;
    }

    Path cache() {
        return workshop.cache();
    }

    /** What guests wrote to their standard streams. */
    List<String> lines() {
        return lines;
    }

    void awaitLine() throws InterruptedException {
        if (!written.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("Nothing was written within ten seconds");
        }
    }

    /** A new folder, gone when this is closed. */
    Path folder() throws IOException {
        return Files.createTempDirectory(workshop.home(), "code");
    }

    Launch launch(byte[] module, String handler, Limits limits, Map<String, String> environment) throws IOException {
        Path code = folder();
        Files.write(code.resolve("main.wasm"), module);
        return Samples.launch("wasm", code, handler, limits, environment, (execution, line) -> {
            lines.add(line);
            written.countDown();
        });
    }

    Launch launch(String wat) throws IOException {
        return launch(Wat.compile("(module " + wat + ")"), "main.handler", Samples.LIMITS, Map.of());
    }

    /** With so much memory. */
    Launch launch(String wat, int memoryMb) throws IOException {
        Limits limits = new Limits(memoryMb, Duration.ofSeconds(30), 6 << 20, Map.of());
        return launch(Wat.compile("(module " + wat + ")"), "main.handler", limits, Map.of());
    }

    List<Problem> inspect(String wat) throws IOException {
        return executor.inspect(launch(wat));
    }

    /** What a call of a new instance ends with. */
    Outcome run(Launch launch, String input, FakeHost host) throws InterruptedException {
        try (Instance instance = executor.start(launch)) {
            return instance.invoke(Samples.invocation(input), host);
        }
    }

    static String answer(Outcome outcome) {
        String why = outcome instanceof Outcome.Failed failed
                ? failed.fault() + " " + failed.fault().details().text()
                : outcome.toString();
        return assertInstanceOf(Outcome.Returned.class, outcome, why).body().text();
    }

    static Fault fault(Outcome outcome) {
        return assertInstanceOf(Outcome.Failed.class, outcome).fault();
    }

    static Place place(Problem problem) {
        return problem.place().orElseThrow();
    }

    /** Data at an address. */
    static String data(int at, String text) {
        return "(data (i32.const " + at + ") \""
                + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\")\n";
    }

    /** Pointer and length of such data, as arguments. */
    static String span(int at, String text) {
        return "(i32.const " + at + ") (i32.const " + text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length
                + ")";
    }

    @Override
    public void close() {
        executor.close();
        workshop.close();
    }
}
