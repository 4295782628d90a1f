package dev.dovetail.executor.python;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.Prestarting;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is worth trying again behind the strongest walls that this machine has. */
@Needs({Need.PYTHON, Need.BUBBLEWRAP})
final class WallsTest {
    @Test
    void aWorkerThatIsReadyBeforehandGetsItsCodeThroughTheWalls() throws Exception {
        try (TestBench bench = Benches.open(Map.of("isolation-at-most", "strict"))) {
            String source = """
                    import cheese
                    from lib.more import more

                    def handler(event, context):
                        return event if cheese.kind == "brie" and more == 1 else "not all of it"
                    """;
            Path layer = bench.folder(Map.of("python/cheese.py", "kind = \"brie\""));
            Launch launch = bench.launch(
                    Map.of("main.py", source, "lib/more.py", "more = 1"),
                    List.of(layer),
                    Map.of("COLOUR", "blue"),
                    Samples.LIMITS,
                    1);
            Prestarting.check(bench.executor(), launch);
        }
    }
}
