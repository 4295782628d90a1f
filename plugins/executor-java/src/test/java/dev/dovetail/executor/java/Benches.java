package dev.dovetail.executor.java;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Benches with this executor, and functions for it. */
final class Benches {
    private static final Limits LIMITS = new Limits(256, Duration.ofSeconds(30), 6 << 20, Map.of());

    private Benches() {}

    /** Behind no walls, without what is kept between starts. */
    static TestBench open() throws InterruptedException {
        return open(Map.of());
    }

    /** The same, unless these settings say otherwise. */
    static TestBench open(Map<String, Object> config) throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(Map.of("isolation-at-most", "process", "archives", false));
        settings.putAll(config);
        return TestBench.open(new JavaExecutorProvider(), settings);
    }

    /** A function of one source file. */
    static Launch source(TestBench bench, String runtime, String text, int concurrency) throws IOException {
        Path code = bench.folder(Map.of("Handler.java", text));
        return launch(bench, runtime, code, List.of(), "Handler.handleRequest", concurrency);
    }

    /** The same, compiled already, which is quicker than in a worker. */
    static Launch compiled(TestBench bench, String runtime, String text, int concurrency) throws Exception {
        Path code = Brought.compiled(bench.folder(), Map.of("Handler.java", text), runtime.replace("java", ""));
        return launch(bench, runtime, code, List.of(), "Handler.handleRequest", concurrency);
    }

    static Launch launch(
            TestBench bench, String runtime, Path code, List<Path> layers, String handler, int concurrency) {
        return Samples.launch(runtime, code, layers, handler, Map.of(), LIMITS, concurrency, bench.lines());
    }
}
