package dev.dovetail.executor.custom;

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;

@Needs(Need.RUBY)
@Tag("RT-22")
class RubyExecutorTest implements ExecutorContract {
    @Override
    public ExecutorProvider provider() {
        return new RubyExecutorProvider();
    }

    @Override
    public Map<String, Object> config() {
        return Map.of("isolation-at-most", "process");
    }

    @Override
    public ExecutorProvider.Runtime runtime() {
        return installed();
    }

    static ExecutorProvider.Runtime installed() {
        return new RubyExecutorProvider()
                .runtimes().stream()
                        .filter(runtime -> runtime.missing().isEmpty())
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    public Path sample(Sample which) {
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".rb");
    }
}
