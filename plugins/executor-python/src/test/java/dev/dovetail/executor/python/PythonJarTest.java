package dev.dovetail.executor.python;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Path;
import java.util.Map;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
@Needs(Need.PYTHON)
final class PythonJarTest implements PluginJarContract {
    /** Walls are the sandbox's; what is to be unloaded is the same without. */
    @Override
    public Map<String, Object> config(Name type) {
        return Map.of("isolation-at-most", "process");
    }

    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Path code = Path.of("src/test/samples").toAbsolutePath();
        try (Instance instance =
                ((Executor) service).start(Samples.launch(Installed.newest().name(), code, "echo.handler"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        }
    }
}
