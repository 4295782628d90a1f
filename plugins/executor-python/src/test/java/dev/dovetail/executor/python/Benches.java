package dev.dovetail.executor.python;

import dev.dovetail.testkit.executor.TestBench;
import java.util.HashMap;
import java.util.Map;

/** Benches with this executor. */
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
        return TestBench.open(new PythonExecutorProvider(), settings);
    }
}
