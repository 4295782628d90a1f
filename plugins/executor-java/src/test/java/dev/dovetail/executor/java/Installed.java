package dev.dovetail.executor.java;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import java.util.List;

/** What this machine has. */
final class Installed {
    private Installed() {}

    static List<Runtime> all() {
        return new JavaExecutorProvider()
                .runtimes().stream()
                        .filter(runtime -> runtime.missing().isEmpty())
                        .toList();
    }

    static Runtime newest() {
        return all().getLast();
    }
}
