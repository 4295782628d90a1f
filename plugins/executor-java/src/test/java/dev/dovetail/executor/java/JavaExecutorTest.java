package dev.dovetail.executor.java;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.executor.DurableGuestContract;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.StreamGuestContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;

/** The newest installed version. */
@Tag("RT-21")
class JavaExecutorTest implements ExecutorContract, DurableGuestContract, StreamGuestContract {
    /** A fault's place, what is wrong with a file, and that nothing is run by looking at one, is about sources. */
    private static final Set<Sample> WRITTEN = EnumSet.of(Sample.BROKEN, Sample.LOADING, Sample.THROW);

    private static final Map<Sample, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    @Override
    public ExecutorProvider provider() {
        return new JavaExecutorProvider();
    }

    /** What is about the protocol and the language is the same behind all walls, and quickest behind none. */
    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process", "archives", false);
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return Installed.newest();
    }

    /** Samples are compiled once: the compiler in every worker would take most of the time. Some stay as they are written. */
    @Override
    public Launch launch(
            Context context, Sample which, Limits limits, Map<String, String> environment, Launch.LogSink logs)
            throws Exception {
        if (WRITTEN.contains(which)) {
            return ExecutorContract.super.launch(context, which, limits, environment, logs);
        }
        boolean interrupted = Thread.interrupted(); // a test may have done so, and means the start
        Path code = Files.createTempDirectory(context.home(), "code");
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Map.Entry<String, byte[]> each : compiled(which).entrySet()) {
            Files.write(code.resolve(each.getKey()), each.getValue());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Samples.launch(runtime().name(), code, runtime().handler(), limits, environment, logs);
    }

    private Map<String, byte[]> compiled(Sample which) throws Exception {
        Map<String, byte[]> known = COMPILED.get(which);
        if (known == null) {
            Map<String, byte[]> made = new HashMap<>();
            Path folder = Files.createTempDirectory("classes");
            Brought.compiled(folder, Map.of("Handler.java", Files.readString(sample(which))));
            try (var all = Files.list(folder)) {
                for (Path each : all.toList()) {
                    made.put(each.getFileName().toString(), Files.readAllBytes(each));
                    Files.delete(each);
                }
            }
            Files.delete(folder);
            COMPILED.put(which, made);
            known = made;
        }
        return known;
    }

    @Override
    public Path sample(Sample which) {
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".java");
    }
}
