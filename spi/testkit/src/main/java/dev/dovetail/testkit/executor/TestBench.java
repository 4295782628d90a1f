package dev.dovetail.testkit.executor;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * An executor that is open in a workshop of its own, and functions for it: for what an executor's tests ask beyond the
 * contract. Instances are closed before it. {@link #close} closes the executor, fails if it left a thread behind, and
 * deletes all that was made here.
 */
public final class TestBench implements AutoCloseable {
    private final Workshop workshop = new Workshop();
    private final Lines lines = new Lines();
    private final ExecutorProvider provider;
    private final Executor executor;

    private TestBench(ExecutorProvider provider, Map<String, Object> config) throws InterruptedException {
        this.provider = provider;
        this.executor = provider.open(Settings.of(provider.schema(), config), workshop);
    }

    /** Opens the executor with what an operator would write into the configuration; the schema's defaults are filled in. */
    public static TestBench open(ExecutorProvider provider, Map<String, Object> config) throws InterruptedException {
        return new TestBench(provider, config);
    }

    /** The runtimes that this machine has, in the provider's order. */
    public static List<Runtime> installed(ExecutorProvider provider) {
        return provider.runtimes().stream()
                .filter(runtime -> runtime.missing().isEmpty())
                .toList();
    }

    public Executor executor() {
        return executor;
    }

    /** What the executor was opened with. */
    public Context context() {
        return workshop;
    }

    /** What the functions that are launched here have printed. */
    public Lines lines() {
        return lines;
    }

    /** A new folder, open to whichever user a worker runs as, as the kernel's folders of code are. */
    public Path folder() throws IOException {
        Path folder = Files.createTempDirectory(workshop.home(), "code");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** A new folder with these files, which are told by their paths in it and their text. */
    public Path folder(Map<String, String> files) throws IOException {
        Path folder = folder();
        for (Map.Entry<String, String> each : files.entrySet()) {
            Path file = folder.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.getValue());
        }
        return folder;
    }

    /** A function of one file, with nothing said but its code. */
    public Launch launch(String file, String source) throws IOException {
        return launch(Map.of(file, source), List.of(), Map.of(), Samples.LIMITS, 1);
    }

    /** A function of these files, for the last of the runtimes that are {@link #installed} and its default handler. */
    public Launch launch(
            Map<String, String> files,
            List<Path> layers,
            Map<String, String> environment,
            Limits limits,
            int concurrency)
            throws IOException {
        Runtime runtime = installed(provider).getLast();
        return Samples.launch(
                runtime.name(), folder(files), layers, runtime.handler(), environment, limits, concurrency, lines);
    }

    /** What came, as {@link #text}, of a call that asks the host nothing. */
    public static String call(Instance instance, String input) {
        return text(instance.invoke(Samples.invocation(input), new FakeHost()));
    }

    /**
     * What came of a call, on one line: the JSON that was returned; of a failure the last word of the fault's id, its owner
     * and its message; else what kind of outcome it is.
     */
    public static String text(Outcome outcome) {
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
