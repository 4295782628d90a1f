package dev.dovetail.executor.python;

import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is worth trying again behind the strongest walls that this machine has. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP})
final class WallsTest {
    @Test
    void aWorkerThatIsReadyBeforehandGetsItsCodeThroughTheWalls() throws Exception {
        try (Stand stand = Stand.open(Map.of("isolation-at-most", "strict"))) {
            String source = """
                    import cheese
                    from lib.more import more

                    def handler(event, context):
                        return event if cheese.kind == "brie" and more == 1 else "not all of it"
                    """;
            Prestarting.check(stand, source, Optional.empty());
        }
    }
}
