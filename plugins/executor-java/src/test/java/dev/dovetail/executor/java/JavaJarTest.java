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

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class JavaJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Path code = Files.createTempDirectory("code");
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path source = Files.copy(Path.of("src/test/samples/echo.java"), code.resolve("Handler.java"));
        try (Instance instance =
                ((Executor) service).start(Samples.launch(Installed.newest().name(), code, "Handler.handleRequest"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        } finally {
            Files.delete(source);
            Files.delete(code);
        }
    }
}
