package dev.dovetail.executor.node;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is worth trying again behind the strongest walls that this machine has. */
@Needs({Need.NODE, Need.BUBBLEWRAP})
final class WallsTest {
    @Test
    void aWorkerThatIsReadyBeforehandGetsItsCodeThroughTheWalls() throws Exception {
        try (Stand stand = Stand.open(Map.of("isolation-at-most", "strict"))) {
            String source = "exports.handler = async (event) => require('cheese') === 'brie' ? event : 'no layer';";
            Prestarting.check(stand, source, Optional.empty());
        }
    }
}
