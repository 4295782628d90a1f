package dev.dovetail.executor.starlark;

import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.executor.DurableGuestContract;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.StreamGuestContract;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;

@Tag("RT-01")
@Tag("RT-03")
final class StarlarkExecutorTest implements ExecutorContract, DurableGuestContract, StreamGuestContract {
    @Override
    public ExecutorProvider provider() {
        return new OnBackend(new StarlarkExecutorProvider());
    }

    @Override
    public Limits limits() {
        return Scripts.limits(1_000_000_000, 128);
    }

    @Override
    public Path sample(Sample which) {
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".star");
    }
}
