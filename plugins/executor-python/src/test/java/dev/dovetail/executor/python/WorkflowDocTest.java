package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.OrderWorkflowContract;
import dev.dovetail.testkit.executor.TestBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/** The workflow in the documents is one: it deploys without a complaint, and does what is said of it. */
@Needs(Need.PYTHON)
@Tag("WF-14")
@Tag("WF-18")
final class WorkflowDocTest implements OrderWorkflowContract {
    @Override
    public TestBench bench() throws Exception {
        return Benches.open();
    }

    @Override
    public Launch order(TestBench bench) throws Exception {
        Matcher block = Pattern.compile("<!-- workflow order-python -->\\s*```python\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/functions.md")));
        assertTrue(block.find(), "docs/functions.md has no workflow \"order-python\"");
        return bench.launch("main.py", block.group(1));
    }
}
