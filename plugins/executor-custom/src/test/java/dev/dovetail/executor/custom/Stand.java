package dev.dovetail.executor.custom;

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
import java.util.Map;

/** An open executor of programs that bring their own runtime, and folders for them. */
final class Stand implements AutoCloseable {
    private static final int MEMORY_MB = 512;

    private final Workshop workshop = new Workshop();
    private final Lines lines = new Lines();
    private final Executor executor;

    private Stand(Map<String, Object> config) throws InterruptedException {
        CustomExecutorProvider provider = new CustomExecutorProvider();
        executor = provider.open(Settings.of(provider.schema(), config), workshop);
    }

    /** Behind the strongest walls that this machine has. */
    static Stand walled() throws InterruptedException {
        return new Stand(Map.of());
    }

    static Stand walled(Map<String, Object> config) throws InterruptedException {
        return new Stand(config);
    }

    static Stand bare() throws InterruptedException {
        return new Stand(Map.of("isolation-at-most", "process"));
    }

    Executor executor() {
        return executor;
    }

    Lines lines() {
        return lines;
    }

    Path folder() throws IOException {
        Path folder = Files.createTempDirectory(workshop.home(), "code");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** A program as archives leave it: nothing says that it is one. */
    static void plain(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    Launch launch(Path code, String handler, Map<String, String> environment) {
        Limits limits = new Limits(MEMORY_MB, Duration.ofSeconds(30), 6 << 20, Map.of());
        return Samples.launch(Custom.RUNTIME, code, handler, limits, environment, lines);
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
