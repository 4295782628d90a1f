package dev.dovetail.executor.java;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;

/** What this machine has. */
final class Installed {
    private Installed() {}

    static List<Runtime> all() {
        return TestBench.installed(new JavaExecutorProvider());
    }

    static Runtime newest() {
        return all().getLast();
    }
}
