package dev.dovetail.executor.flow;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Lines;
import dev.dovetail.testkit.executor.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RT-01")
@Tag("WF-33")
final class FlowExecutorTest implements ExecutorContract {
    @Override
    public ExecutorProvider provider() {
        return new FlowExecutorProvider();
    }

    @Override
    public Limits limits() {
        return new Limits(128, Duration.ofSeconds(30), 6 << 20, Map.of("steps", 1_000_000_000L));
    }

    @Override
    public Path sample(Sample which) {
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".yaml");
    }

    /** A document does nothing while it is loaded, so it has no line to write then; it is read, and that is all. */
    @Test
    @Override
    public void inspectRunsNoCode(Executor executor, Context context) throws Exception {
        Lines lines = new Lines();
        var launch = launch(context, Sample.PRINT, limits(), Map.of(), lines);
        Assertions.assertEquals(List.of(), executor.inspect(launch));
        executor.start(launch).close();
        Assertions.assertEquals(List.of(), lines.texts());
    }
}
