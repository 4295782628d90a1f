package dev.dovetail.executor.custom;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Sample;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
@Needs({Need.BASH, Need.CURL, Need.RUBY})
final class CustomJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        boolean ruby = type.equals(Name.of("ruby"));
        Path code = Files.createTempDirectory("code");
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path sample = ruby ? Path.of("src/test/samples/echo.rb") : BashSamples.of(Sample.ECHO);
        Path program = Files.copy(sample, code.resolve(ruby ? "main.rb" : "bootstrap"));
        String runtime = ruby ? RubyExecutorTest.installed().name() : Custom.RUNTIME;
        try (Instance instance = ((Executor) service).start(Samples.launch(runtime, code, "main.handler"))) {
            instance.invoke(Samples.invocation("{}"), new FakeHost());
        } finally {
            Files.delete(program);
            Files.delete(code);
        }
    }
}
