package ${package};

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Files;
import java.nio.file.Path;

/** The rules for a plugin's jar, on the jar in target: what is in it, and that it can be unloaded. */
final class PluginJarCheck implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Path code = Files.createTempDirectory("code");
        Path main = Files.writeString(code.resolve("main.tmpl"), "[{{input}}, \"{{input}}\"]");
        try (Instance instance = ((Executor) service).start(Samples.launch("template", code, "main.main"))) {
            instance.invoke(Samples.invocation("{\"a\": 1.5}"), new FakeHost());
        } finally {
            Files.delete(main);
            Files.delete(code);
        }
    }
}
