package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.bytecode.AtOnce;
import dev.dovetail.executor.starlark.bytecode.Forge;
import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Measures the backends, with {@code -Dmeasure=true}, and writes what it found to {@code target/backend-speed.txt}. */
@EnabledIfSystemProperty(named = "measure", matches = "true")
final class BackendSpeedTest {
    private static final Path EXAMPLE = Path.of("../../distribution/examples/push-digest");
    private static final long ARGUMENT = 20_000;
    private static final String NUMERIC = """
            def main(n):
                t = 0
                for i in range(n):
                    t = (t * 3 + i) % 1000003
                    if i % 7 == 0:
                        t += i
                return t
            """;
    private static final String STRINGS = """
            def main(n):
                parts = []
                for i in range(n):
                    s = "k" + str(i % 100)
                    if s.startswith("k1") or s.endswith("7"):
                        parts.append(s.upper() + ":" + s)
                return ",".join(parts)
            """;
    private static final String COUNTING = """
            def main(n):
                d = {}
                for i in range(n):
                    k = i % 97
                    d[k] = d.get(k, 0) + 1
                for w in ["a", "b", "c"] * (n // 3):
                    if w in d:
                        d[w] += 1
                    else:
                        d[w] = 1
                return d
            """;
    private static final String CALLS = """
            def f(a, b):
                return a + b

            def g(x):
                return f(x, 1) - f(1, 2)

            def main(n):
                t = 0
                for i in range(n):
                    t = g(t) + f(t, 2)
                    if t > 1000:
                        t = 0
                return t
            """;

    @TempDir
    Path folder;

    private final List<String> found = new ArrayList<>();

    private void tell(String format, Object... values) {
        found.add(String.format(Locale.ROOT, format, values));
    }

    @AfterEach
    void write() throws IOException {
        Path file = Path.of("target/backend-speed.txt");
        List<String> all = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
        all.addAll(found);
        Files.write(file, all);
        assertTrue(!found.isEmpty());
    }

    private static Callable main(String text, Backend backend) {
        return (Callable) Program.compile(new Source("main.star", text), Names.ALL, backend)
                .program()
                .orElseThrow()
                .load(run())
                .find("main")
                .orElseThrow();
    }

    private static Run run() {
        return new Run(1L << 40, 1L << 40, "");
    }

    /** The least of many nanoseconds. */
    private static long least(int rounds, LongSupplier nanos) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            least = Math.min(least, nanos.getAsLong());
        }
        return least;
    }

    private static long nanos(Runnable task) {
        long begun = System.nanoTime();
        task.run();
        return System.nanoTime() - begun;
    }

    private void compare(String name, String text) {
        long[] least = new long[2];
        for (int i = 0; i < 2; i++) {
            Callable main = main(text, i == 0 ? Backend.WALKER : new AtOnce());
            least[i] = least(300, () -> nanos(() -> main.call(run(), new Object[] {ARGUMENT}, Callable.NO_ARGUMENTS)));
        }
        tell(
                "%s: walker %.3f ms, bytecode %.3f ms, %.1f times",
                name, least[0] / 1e6, least[1] / 1e6, (double) least[0] / least[1]);
    }

    @Test
    void loops() {
        compare("numeric loop", NUMERIC);
        compare("string building", STRINGS);
        compare("dict counting", COUNTING);
        compare("calls", CALLS);
    }

    @Test
    void theExample() throws IOException {
        byte[] event = Files.readAllBytes(EXAMPLE.resolve("event.json"));
        String text = Files.readString(EXAMPLE.resolve("main.star"));
        Object input = JsonReader.frozen(run(), event);
        int calls = 1_000;
        for (Backend backend : List.of(Backend.WALKER, new AtOnce())) {
            Callable main = main(text, backend);
            Object[] arguments = {None.NONE, input};
            Object answer = main.call(run(), arguments, Callable.NO_ARGUMENTS);
            long code = least(
                    60,
                    () -> nanos(() -> {
                        for (int i = 0; i < calls; i++) {
                            main.call(run(), arguments, Callable.NO_ARGUMENTS);
                        }
                    }));
            long read = least(
                    60,
                    () -> nanos(() -> {
                        for (int i = 0; i < calls; i++) {
                            JsonReader.frozen(run(), event);
                        }
                    }));
            long write = least(
                    60,
                    () -> nanos(() -> {
                        for (int i = 0; i < calls; i++) {
                            JsonWriter.write(run(), answer);
                        }
                    }));
            tell(
                    "push-digest, %s: reads %d bytes in %.1f us, computes %.1f us, writes %.1f us",
                    backend == Backend.WALKER ? "walker" : "bytecode",
                    event.length,
                    read / 1e3 / calls,
                    code / 1e3 / calls,
                    write / 1e3 / calls);
        }
    }

    @Test
    void firstAnswers() throws Exception {
        String text = Files.readString(EXAMPLE.resolve("main.star"));
        String event = Files.readString(EXAMPLE.resolve("event.json"));
        try (Workshop workshop = new Workshop()) {
            for (int round = 0; round < 3; round++) {
                for (boolean emits : new boolean[] {false, true}) {
                    long[] first = new long[100];
                    try (Executor executor = new StarlarkExecutor(
                            emits ? new Forge(workshop) : Backend.WALKER, workshop.threads(), new Room(2L << 30))) {
                        for (int i = 0; i < first.length; i++) {
                            Launch launch = Scripts.launch(folder, text + "\nVERSION = " + i + "\n");
                            long begun = System.nanoTime();
                            try (Instance instance = executor.start(launch)) {
                                instance.invoke(Samples.invocation(event), new FakeHost());
                                first[i] = System.nanoTime() - begun;
                            }
                        }
                    }
                    Arrays.sort(first);
                    tell(
                            "first answer of a new version, %s, round %d: least %.2f ms, p50 %.2f ms",
                            emits ? "bytecode" : "walker", round, first[0] / 1e6, first[first.length / 2] / 1e6);
                }
            }
        }
    }

    @Test
    void emitting() throws IOException {
        String text = Files.readString(EXAMPLE.resolve("main.star"));
        byte[] event = Files.readAllBytes(EXAMPLE.resolve("event.json"));
        long[] emitted = {0, 0};
        AtOnce atOnce = new AtOnce();
        for (int i = 0; i < 200; i++) {
            emitted[0] = 0;
            emitted[1] = 0;
            Backend timed = new Backend() {
                @Override
                public long enough() {
                    return 0;
                }

                @Override
                public void warm(Code code) {
                    emitted[0] += nanos(() -> atOnce.warm(code));
                    emitted[1]++;
                }
            };
            main(text, timed)
                    .call(run(), new Object[] {None.NONE, JsonReader.frozen(run(), event)}, Callable.NO_ARGUMENTS);
            if (i == 0 || i == 199) {
                tell("emitting %d functions, time %d: %.2f ms", emitted[1], i + 1, emitted[0] / 1e6);
            }
        }
    }
}
