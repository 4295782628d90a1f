package dev.dovetail.executor.java;

import dev.dovetail.spi.plugin.ExecutorProvider;
import java.util.Map;

/** The same rules with the oldest installed version, over standard streams, as versions without Unix sockets have it. */
final class OldestJavaTest extends JavaExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process", "archives", false, "transport", "stdio");
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return Installed.all().getFirst();
    }
}
