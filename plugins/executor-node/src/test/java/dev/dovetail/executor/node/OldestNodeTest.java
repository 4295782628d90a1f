package dev.dovetail.executor.node;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Path;
import java.util.Map;

/** The same rules with the oldest version that is offered. */
@Needs(Need.NODES)
final class OldestNodeTest extends NodeExecutorTest {
    private static final String OLDEST = "node16";

    @Override
    public Map<String, Object> config() {
        Path program = Path.of(System.getenv("DOVETAIL_NODES"), "node_modules", OLDEST, "bin", "node");
        return Map.of("isolation-at-most", "process", "interpreters", Map.of(OLDEST, program.toString()));
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return new NodeExecutorProvider()
                .runtimes().stream()
                        .filter(runtime -> runtime.name().equals(OLDEST))
                        .findFirst()
                        .orElseThrow();
    }
}
