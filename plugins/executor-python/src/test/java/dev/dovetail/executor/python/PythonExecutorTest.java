package dev.dovetail.executor.python;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.DurableGuestContract;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.StreamGuestContract;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;

@Needs(Need.PYTHON)
@Tag("RT-18")
class PythonExecutorTest implements ExecutorContract, DurableGuestContract, StreamGuestContract {
    @Override
    public ExecutorProvider provider() {
        return new PythonExecutorProvider();
    }

    /** What is about the protocol and the language is the same behind all walls, and quickest behind none. */
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
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".py");
    }
}
