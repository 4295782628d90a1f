package dev.dovetail.executor.node;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Prestarting;
import dev.dovetail.testkit.executor.TestBench;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is worth trying again behind the strongest walls that this machine has. */
@Needs({Need.NODE, Need.BUBBLEWRAP})
final class WallsTest {
    @Test
    void aWorkerThatIsReadyBeforehandGetsItsCodeThroughTheWalls() throws Exception {
        try (TestBench bench = Benches.open(Map.of("isolation-at-most", "strict"))) {
            String source = "exports.handler = async (event) => require('cheese') === 'brie' ? event : 'no layer';";
            Prestarting.check(bench.executor(), Benches.layered(bench, source));
        }
    }
}
