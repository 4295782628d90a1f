package dev.dovetail.executor.python;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The same rules for instances that are forked of one process that has loaded the code. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP, Need.CONTROL_GROUPS})
@Tag("RT-25")
final class PythonForkedTest extends PythonExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of("fork-servers", 4);
    }
}
