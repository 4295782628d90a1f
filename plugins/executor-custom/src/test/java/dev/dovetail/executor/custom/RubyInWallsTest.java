package dev.dovetail.executor.custom;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The same rules behind the strongest walls that this machine has. */
@Needs({Need.RUBY, Need.BUBBLEWRAP})
@Tag("RT-25")
final class RubyInWallsTest extends RubyExecutorTest {
    @Override
    public Map<String, Object> config() {
        return Map.of();
    }
}
