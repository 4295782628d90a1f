package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What code is told of its environment, secrets among it. */
final class EnvironmentTest {
    @Test
    @Tag("SC-13")
    void itIsThereBeforeTheCallAndCannotBeChanged(@TempDir Path folder) throws Exception {
        Map<String, String> environment = Map.of("KEY", "Bearer ${SECRET:TOKEN}", "COLOUR", "blue");
        FakeHost host = new FakeHost();
        String seen = Scripts.answer(run(folder, environment, host, "None"));
        assertEquals("[true,\"blue\",\"default\"]", seen);
        Fault fault =
                Scripts.failure(run(folder, environment, host, "put(ctx.env)")).fault();
        assertEquals(Fault.CODE, fault.id(), fault::toString);
        assertEquals(List.of(), host.asked(), "nothing is asked of the host, so nothing is waited for");
    }

    private static Outcome run(Path folder, Map<String, String> environment, FakeHost host, String change)
            throws Exception {
        Files.writeString(folder.resolve("main.star"), """
                def put(view):
                    view["KEY"] = "mine"
                def main(ctx, input):
                    %s
                    return [ctx.env.get("KEY") == "Bearer swordfish", ctx.env.get("COLOUR"), r_env_v1("NONE", "default")]
                """.formatted(change));
        Secret token = new Secret("swordfish", "1", Optional.empty(), List.of());
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(Samples.launch(
                        "starlark", folder, "main.main", Samples.LIMITS, environment, (execution, line) -> {}))) {
            return instance.invoke(Samples.invocation("{}", token), host);
        }
    }
}
