package dev.dovetail.executor.python;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.DurableGuestContract;
import dev.dovetail.testkit.executor.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The same rules for workflows whose handlers and steps are no coroutines. */
@Needs(Need.PYTHON)
@Tag("RT-18")
final class PlainPythonTest implements DurableGuestContract {
    @TempDir
    Path folder;

    @Override
    public ExecutorProvider provider() {
        return new PythonExecutorProvider();
    }

    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process");
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return Installed.newest();
    }

    @Override
    public Path sample(Sample which) {
        String name = which.name().toLowerCase(Locale.ROOT) + ".py";
        try {
            String source = Files.readString(Path.of("src/test/samples", name))
                    .replace("import asyncio\n", "")
                    .replaceAll("asyncio\\.gather\\(.*\\)", "context.steps.parallel([(\"a\", ask), (\"b\", ask)])")
                    .replaceAll("await (.*(?:random|wait_event)\\([^)]*\\))", "$1.result()")
                    .replaceAll("\\b(async|await) ", "");
            return Files.writeString(folder.resolve(name), source);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
