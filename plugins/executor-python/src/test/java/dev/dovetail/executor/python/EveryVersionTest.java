package dev.dovetail.executor.python;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same functions on every version that this machine has. */
@Needs(Need.PYTHON)
@Tag("TE-08")
final class EveryVersionTest {
    static List<String> runtimes() {
        return Installed.all().stream().map(Runtime::name).toList();
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void everyInstalledVersionRunsFunctionsOfBothKinds(String runtime) throws Exception {
        String tail = "\n    return {'runtime': 'python%d.%d' % sys.version_info[:2], 'now': now, 'event': event}";
        List<String> sources = List.of(
                "import sys\ndef work(c, n): return [c.now().result(), n]\ndef handler(event, context):\n"
                        + "    (now, _), _ = context.steps.parallel([('a', work, 1), ('b', work)])" + tail,
                "import sys\nasync def work(c, n): return await c.now()\nasync def handler(event, context):\n"
                        + "    now = await context.step('a', work)" + tail);
        try (TestBench bench = Benches.open()) {
            for (String source : sources) {
                Launch launch =
                        Samples.launch(runtime, bench.launch("main.py", source).code(), "main.handler");
                assertEquals(List.of(), bench.executor().inspect(launch));
                try (Instance instance = bench.executor().start(launch)) {
                    FakeHost host = new FakeHost(call -> FakeHost.json("\"x\""));
                    assertEquals(
                            "{\"runtime\":\"" + runtime + "\",\"now\":\"x\",\"event\":{\"a\":[1,\"ü\"]}}",
                            TestBench.text(instance.invoke(Samples.invocation("{\"a\":[1,\"ü\"]}"), host)));
                }
            }
        }
    }
}
