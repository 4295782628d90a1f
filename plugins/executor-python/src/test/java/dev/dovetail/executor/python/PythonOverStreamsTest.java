package dev.dovetail.executor.python;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;

/** The same rules where the worker is spoken with over its standard streams. */
@Needs(Need.PYTHON)
final class PythonOverStreamsTest extends PythonExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process", "transport", "stdio");
    }
}
