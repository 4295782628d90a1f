package dev.dovetail.executor.python;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;

/** What this machine has. */
final class Installed {
    private Installed() {}

    static List<Runtime> all() {
        return TestBench.installed(new PythonExecutorProvider());
    }

    static Runtime newest() {
        return all().getLast();
    }
}
