package dev.dovetail.executor.python;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;

@Needs(Need.PYTHON)
@Tag("RT-18")
final class PythonExecutorTest implements ExecutorContract {
    @Override
    public ExecutorProvider provider() {
        return new PythonExecutorProvider();
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
