package dev.dovetail.executor.custom;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;

/** Benches with the executor of programs that bring their own runtime, and programs for it. */
final class Benches {
    private static final Limits LIMITS = new Limits(512, Duration.ofSeconds(30), 6 << 20, Map.of());

    private Benches() {}

    /** Behind the strongest walls that this machine has. */
    static TestBench walled() throws InterruptedException {
        return walled(Map.of());
    }

    static TestBench walled(Map<String, Object> config) throws InterruptedException {
        return TestBench.open(new CustomExecutorProvider(), config);
    }

    /** Behind no walls. */
    static TestBench bare() throws InterruptedException {
        return TestBench.open(new CustomExecutorProvider(), Map.of("isolation-at-most", "process"));
    }

    /** A program as archives leave it: nothing says that it is one. */
    static void plain(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    static Launch launch(TestBench bench, Path code, String handler, Map<String, String> environment) {
        return Samples.launch(Custom.RUNTIME, code, handler, LIMITS, environment, bench.lines());
    }
}
