package dev.dovetail.executor.node;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Benches with this executor, and a function for it. */
final class Benches {
    private Benches() {}

    /** Behind no walls. */
    static TestBench open() throws InterruptedException {
        return open(Map.of());
    }

    /** Behind no walls, unless these settings say otherwise. */
    static TestBench open(Map<String, Object> config) throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(Map.of("isolation-at-most", "process"));
        settings.putAll(config);
        return TestBench.open(new NodeExecutorProvider(), settings);
    }

    /** A function of two files and a layer, with an environment. */
    static Launch layered(TestBench bench, String source) throws IOException {
        Path layer = bench.folder(Map.of("nodejs/node_modules/cheese/index.js", "module.exports = 'brie';"));
        return bench.launch(
                Map.of("index.js", source, "lib/more.js", "exports.more = 1;"),
                List.of(layer),
                Map.of("COLOUR", "blue"),
                Samples.LIMITS,
                1);
    }
}
