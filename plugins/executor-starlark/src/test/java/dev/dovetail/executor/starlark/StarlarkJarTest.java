package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Path;
import java.util.List;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class StarlarkJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Executor executor = (Executor) service;
        try (Instance instance = executor.start(Samples.launch("starlark", Path.of("src/test/samples"), "echo.main"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        }
        try (Instance instance = executor.start(Samples.launch("starlark", Path.of("src/test/samples"), "warm.main"))) {
            // more than a function walks before it becomes a class, and once more as that class
            instance.invoke(Samples.invocation("1000000"), new FakeHost());
            instance.invoke(Samples.invocation("1"), new FakeHost());
            Eventually.holds("the warm function is emitted", StarlarkJarTest::idle);
            Outcome outcome = instance.invoke(Samples.invocation("1000"), new FakeHost());
            assertInstanceOf(Outcome.Returned.class, outcome, outcome.toString());
        }
    }

    /** Whether the thread that emits, which begins with the first warm function, waits for the next one. */
    private static boolean idle() {
        return Thread.getAllStackTraces().values().stream()
                .map(List::of)
                .anyMatch(frames -> frames.stream().anyMatch(StarlarkJarTest::forge)
                        && frames.stream()
                                .anyMatch(frame -> frame.getMethodName().equals("take")));
    }

    private static boolean forge(StackTraceElement frame) {
        return frame.getClassName().endsWith(".bytecode.Forge")
                && frame.getMethodName().equals("work");
    }
}
