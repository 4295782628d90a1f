package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same function on every version that this machine has. */
@Needs(Need.NODE)
@Tag("TE-08")
final class EveryVersionTest {
    static List<String> runtimes() {
        return Installed.all().stream().map(Runtime::name).toList();
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void everyInstalledVersionRunsAFunction(String runtime) throws Exception {
        String source = """
                exports.handler = async (event, context) => {
                  const [now, random] = await Promise.all([context.now(), context.random('a')]);
                  return { runtime: 'node' + process.versions.node.split('.')[0], now, random, event };
                };
                """;
        try (TestBench bench = Benches.open()) {
            Launch plain = bench.launch(Map.of("index.js", source), List.of(), Map.of(), Samples.LIMITS, 1);
            Launch launch = Samples.launch(runtime, plain.code(), "index.handler");
            assertEquals(List.of(), bench.executor().inspect(launch));
            try (Instance instance = bench.executor().start(launch)) {
                FakeHost host = new FakeHost(call -> FakeHost.json("\"x\""));
                assertEquals(
                        "{\"runtime\":\"" + runtime + "\",\"now\":\"x\",\"random\":\"x\",\"event\":{\"a\":[1,\"ü\"]}}",
                        TestBench.text(instance.invoke(Samples.invocation("{\"a\":[1,\"ü\"]}"), host)));
            }
        }
    }
}
