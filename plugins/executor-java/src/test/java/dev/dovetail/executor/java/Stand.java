package dev.dovetail.executor.java;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Lines;
import dev.dovetail.testkit.executor.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An open executor, and functions for it. */
final class Stand implements AutoCloseable {
    private static final int MEMORY_MB = 256;

    private final Workshop workshop = new Workshop();
    private final Lines lines = new Lines();
    private final Executor executor;

    private Stand(Map<String, Object> config) throws InterruptedException {
        JavaExecutorProvider provider = new JavaExecutorProvider();
        executor = provider.open(Settings.of(provider.schema(), config), workshop);
    }

    /** Behind no walls, without what is kept between starts, and with these settings. */
    static Stand open(Map<String, Object> config) throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(Map.of("isolation-at-most", "process", "archives", false));
        settings.putAll(config);
        return new Stand(settings);
    }

    static Stand open() throws InterruptedException {
        return open(Map.of());
    }

    Executor executor() {
        return executor;
    }

    Lines lines() {
        return lines;
    }

    Context context() {
        return workshop;
    }

    Path cache() {
        return workshop.cache();
    }

    Path folder() throws IOException {
        Path folder = Files.createTempDirectory(workshop.home(), "code");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** A function of one source file. */
    Launch source(String runtime, String text, int concurrency) throws IOException {
        Path code = folder();
        Files.writeString(code.resolve("Handler.java"), text);
        return launch(runtime, code, List.of(), "Handler.handleRequest", concurrency);
    }

    /** The same, compiled already, which is quicker than in a worker. */
    Launch compiled(String runtime, String text, int concurrency) throws Exception {
        Path code = Brought.compiled(folder(), Map.of("Handler.java", text), runtime.replace("java", ""));
        return launch(runtime, code, List.of(), "Handler.handleRequest", concurrency);
    }

    Launch launch(String runtime, Path code, List<Path> layers, String handler, int concurrency) {
        Limits limits = new Limits(MEMORY_MB, Duration.ofSeconds(30), 6 << 20, Map.of());
        Launch plain = Samples.launch(runtime, code, handler, limits, Map.of(), lines);
        return new Launch(
                plain.version(),
                plain.runtime(),
                plain.code(),
                layers,
                plain.handler(),
                plain.environment(),
                plain.limits(),
                plain.atLeast(),
                plain.egress(),
                plain.capabilities(),
                concurrency,
                lines);
    }

    static String call(Instance instance, String input) {
        return text(instance.invoke(Samples.invocation(input), new FakeHost()));
    }

    static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Returned returned -> returned.body().text();
            case Outcome.Failed failed ->
                failed.fault().id().replaceAll(".*_\\.(\\w+)\\.v1~$", "$1") + " "
                        + failed.fault().owner() + " " + failed.fault().message();
            default -> outcome.getClass().getSimpleName();
        };
    }

    @Override
    public void close() {
        executor.close();
        workshop.close();
    }
}
