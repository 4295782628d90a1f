package dev.dovetail.executor.java;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class JavaJarTest implements PluginJarContract {
    /**
     * What is kept for later starts is made anew for each opening, which twenty would do for nothing; and that walls go with a
     * plugin is proved by the jars of the languages that start sooner.
     */
    @Override
    public Map<String, Object> config(Name type) {
        return Map.of("archives", false, "isolation-at-most", "process");
    }

    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Path code = Files.createTempDirectory("code");
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        Brought.compiled(code, Map.of("Handler.java", Files.readString(Path.of("src/test/samples/echo.java"))));
        try (Instance instance =
                ((Executor) service).start(Samples.launch(Installed.newest().name(), code, "Handler.handleRequest"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        } finally {
            Files.delete(code.resolve("Handler.class"));
            Files.delete(code);
        }
    }
}
