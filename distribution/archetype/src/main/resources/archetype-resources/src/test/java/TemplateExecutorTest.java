package ${package};

import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.testkit.executor.ExecutorContract;
import dev.dovetail.testkit.executor.Sample;
import java.nio.file.Path;
import java.util.Locale;

/** The rules for executors, on this one: all the tests come with the interface. */
final class TemplateExecutorTest implements ExecutorContract {
    @Override
    public ExecutorProvider provider() {
        return new TemplateExecutorProvider();
    }

    @Override
    public Path sample(Sample which) {
        return Path.of("src/test/samples", which.name().toLowerCase(Locale.ROOT) + ".tmpl");
    }
}
