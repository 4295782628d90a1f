package dev.dovetail.executor.starlark;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Path;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class StarlarkJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        try (Instance instance =
                ((Executor) service).start(Samples.launch("starlark", Path.of("src/test/samples"), "echo.main"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        }
    }
}
