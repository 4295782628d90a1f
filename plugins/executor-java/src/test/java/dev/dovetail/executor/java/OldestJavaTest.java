package dev.dovetail.executor.java;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Path;
import java.util.Map;

/** The same rules with the oldest version that is offered, which has no Unix sockets and is spoken with over standard streams. */
@Needs(Need.JDKS)
final class OldestJavaTest extends JavaExecutorTest {
    private static final String OLDEST = "java11";

    @Override
    public Map<String, Object> config() {
        Path program = Path.of(System.getenv("DOVETAIL_JDKS"), OLDEST, "bin", "java");
        return Map.of(
                "isolation-at-most", "process", "archives", false, "interpreters", Map.of(OLDEST, program.toString()));
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return new JavaExecutorProvider()
                .runtimes().stream()
                        .filter(runtime -> runtime.name().equals(OLDEST))
                        .findFirst()
                        .orElseThrow();
    }
}
