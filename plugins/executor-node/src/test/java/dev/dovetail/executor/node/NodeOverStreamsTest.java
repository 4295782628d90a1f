package dev.dovetail.executor.node;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;

/** The same rules where the worker is spoken with over its standard streams. */
@Needs(Need.NODE)
final class NodeOverStreamsTest extends NodeExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process", "transport", "stdio");
    }
}
