package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Path;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class WasmJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Path code = Wat.sample("echo").getParent();
        try (Instance instance = ((Executor) service).start(Samples.launch("wasm", code, "echo.handler"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        }
    }
}
