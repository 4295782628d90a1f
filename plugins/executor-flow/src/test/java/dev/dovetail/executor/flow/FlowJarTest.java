package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.nio.file.Path;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
final class FlowJarTest implements PluginJarContract {
    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        Executor executor = (Executor) service;
        for (String sample : new String[] {"echo", "ask_both", "remember", "throw", "deep"}) {
            var launch = Samples.launch("serverless-workflow", Path.of("src/test/samples"), sample + ".main");
            try (Instance instance = executor.start(launch)) {
                Outcome outcome =
                        instance.invoke(Samples.invocation("{\"a\":[1,2.5]}"), new FakeHost(FlowJarTest::reply));
                Class<? extends Outcome> expected =
                        sample.equals("throw") ? Outcome.Failed.class : Outcome.Returned.class;
                assertEquals(expected, outcome.getClass(), outcome.toString());
            }
        }
    }

    private static HostReply reply(HostCall call) {
        return switch (call) {
            case HostCall.Http _ -> FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"1\"}");
            default -> FakeHost.json("null");
        };
    }
}
