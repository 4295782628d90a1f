package dev.dovetail.executor.node;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
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
    private final Workshop workshop = new Workshop();
    private final Lines lines = new Lines();
    private final Executor executor;

    private Stand(Map<String, Object> config) throws InterruptedException {
        NodeExecutorProvider provider = new NodeExecutorProvider();
        Map<String, Object> settings = new HashMap<>(Map.of("isolation-at-most", "process"));
        settings.putAll(config);
        executor = provider.open(Settings.of(provider.schema(), settings), workshop);
    }

    static Stand open() throws InterruptedException {
        return new Stand(Map.of());
    }

    static Stand open(Map<String, Object> config) throws InterruptedException {
        return new Stand(config);
    }

    Executor executor() {
        return executor;
    }

    Lines lines() {
        return lines;
    }

    /** A folder with these files, and their contents. */
    Path folder(Map<String, String> files) throws IOException {
        Path folder = Files.createTempDirectory(workshop.home(), "code");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Map.Entry<String, String> each : files.entrySet()) {
            Path file = folder.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        return folder;
    }

    Launch launch(String file, String source) throws IOException {
        return launch(Map.of(file, source), List.of(), Map.of(), Samples.LIMITS, 1);
    }

    Launch launch(
            Map<String, String> files,
            List<Path> layers,
            Map<String, String> environment,
            Limits limits,
            int concurrency)
            throws IOException {
        return launch(Installed.newest().name(), files, layers, environment, limits, concurrency);
    }

    Launch launch(
            String runtime,
            Map<String, String> files,
            List<Path> layers,
            Map<String, String> environment,
            Limits limits,
            int concurrency)
            throws IOException {
        Launch plain = Samples.launch(runtime, folder(files), "index.handler", limits, environment, lines);
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

    static Limits limits(int memoryMb, int outputBytes) {
        return new Limits(memoryMb, Duration.ofSeconds(30), outputBytes, Map.of());
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
