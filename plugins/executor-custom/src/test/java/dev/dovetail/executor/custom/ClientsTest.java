package dev.dovetail.executor.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.custom.guest.Greeter;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.TestBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs that were written for AWS Lambda run as they are. */
@Tag("RT-26")
final class ClientsTest {
    private static final long PATIENCE_SECONDS = 120;

    private static void run(Path log, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it takes too long: " + List.of(command));
        assertEquals(0, process.exitValue(), Files.readString(log));
    }

    @Test
    @Needs(Need.GO)
    @Tag("RT-20")
    void aProgramInGoRunsAlsoIfItsArchiveDidNotSayThatItIsOne() throws Exception {
        Path built = Files.createDirectories(Path.of("target", "go")).resolve("bootstrap");
        run(
                built.resolveSibling("go.log"),
                Map.of("CGO_ENABLED", "0", "GO111MODULE", "off"),
                "go",
                "build",
                "-o",
                built.toString(),
                "src/test/guests/bootstrap.go");
        try (TestBench bench = Benches.walled()) {
            Path code = bench.folder();
            Files.write(code.resolve("bootstrap"), Files.readAllBytes(built));
            var launch = Benches.launch(bench, code, "does.not.matter", Map.of());
            assertEquals(List.of(), bench.executor().inspect(launch));
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals(
                        "{\"function\":\"sample\",\"greeting\":\"hello ada\",\"twice\":6}",
                        TestBench.call(instance, "{\"name\":\"ada\",\"count\":3}"));
                assertEquals("code FUNCTION a count of -1", TestBench.call(instance, "{\"count\":-1}"));
                assertTrue(instance.usable());
            }
        }
    }

    @Test
    @Needs(Need.SHELL)
    void theRuntimeInterfaceClientForJavaRuns() throws Exception {
        boolean seen = System.getProperty("java.home").startsWith("/usr/");
        try (TestBench bench = seen ? Benches.walled() : Benches.bare()) {
            Path code = bench.folder();
            for (String library : List.of(
                    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                    "com.amazonaws.services.lambda.runtime.RequestHandler",
                    "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
                    "software.amazon.awssdk.utilslite.SdkInternalThreadLocal")) {
                Path jar = Path.of(Class.forName(library)
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
                Files.createDirectories(code.resolve("lib"));
                Files.copy(jar, code.resolve("lib").resolve(jar.getFileName()));
            }
            Path compiled = Path.of(Greeter.class.getName().replace('.', '/') + ".class");
            Files.createDirectories(code.resolve(compiled).getParent());
            Files.copy(Path.of("target", "test-classes").resolve(compiled), code.resolve(compiled));
            Benches.plain(
                    code.resolve("bootstrap"),
                    "#!/bin/sh\nexec " + System.getProperty("java.home") + "/bin/java -XX:+UseSerialGC -Xmx128m"
                            + " -cp \"$LAMBDA_TASK_ROOT:$LAMBDA_TASK_ROOT/lib/*\""
                            + " com.amazonaws.services.lambda.runtime.api.client.AWSLambda \"$_HANDLER\"\n");
            var launch = Benches.launch(bench, code, Greeter.class.getName() + "::handleRequest", Map.of());
            try (Instance instance = bench.executor().start(launch)) {
                String said = TestBench.call(instance, "{\"name\":\"ada\"}");
                assertTrue(said.contains("\"greeting\":\"hello ada\"") && said.contains("\"of\":\"sample\""), said);
                assertEquals("code FUNCTION nobody to greet", TestBench.call(instance, "{}"));
            }
            assertTrue(bench.lines().texts().stream().anyMatch(line -> line.contains("greeting ada")));
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "nowhere.Nothing", Map.of()))) {
                String said = TestBench.call(instance, "{}"); // this client tells of a missing class when it is called
                assertTrue(said.startsWith("code FUNCTION") && said.contains("nowhere.Nothing"), said);
            }
        }
    }

    /** The client's native part is built from source, so that a folder with it is named by whoever has built one. */
    @Test
    @Needs(Need.LAMBDA_NODE)
    void theRuntimeInterfaceClientForNodeRuns() throws Exception {
        Path modules = Path.of(System.getenv("DOVETAIL_LAMBDA_RIC"), "node_modules");
        try (TestBench bench = Benches.walled()) {
            Path code = bench.folder();
            run(
                    Files.createTempFile("copy", ".log"),
                    Map.of(),
                    "cp",
                    "-r",
                    modules.toString(),
                    code.resolve("node_modules").toString());
            Files.writeString(code.resolve("app.js"), """
                    exports.handler = async (event, context) => {
                      if (!event.name) throw new TypeError("nobody to greet");
                      return {greeting: "hello " + event.name, of: context.functionName};
                    };
                    """);
            Benches.plain(
                    code.resolve("bootstrap"),
                    "#!/bin/sh\ncd \"$LAMBDA_TASK_ROOT\"\n"
                            + "exec node node_modules/aws-lambda-ric/bin/index.mjs \"$_HANDLER\"\n");
            try (Instance instance = bench.executor().start(Benches.launch(bench, code, "app.handler", Map.of()))) {
                assertEquals(
                        "{\"greeting\":\"hello ada\",\"of\":\"sample\"}",
                        TestBench.call(instance, "{\"name\":\"ada\"}"));
                assertEquals("code FUNCTION nobody to greet", TestBench.call(instance, "{}"));
            }
        }
    }
}
