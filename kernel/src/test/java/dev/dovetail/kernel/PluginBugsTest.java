package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in an executor is told so that its author finds it: in which plugin, by which method, at which line. */
class PluginBugsTest {
    /** An executor with this code at the beginning of each method. */
    private static byte[] jar(String onInspect, String onStart, String onInvoke) {
        return SourceJar.of("executor-buggy", "1.0.0")
                .provider("buggy.Buggy", """
                package buggy;
                import dev.dovetail.spi.*;
                import dev.dovetail.spi.executor.*;
                import dev.dovetail.spi.host.Host;
                import dev.dovetail.spi.plugin.*;
                import java.util.*;
                public final class Buggy implements ExecutorProvider, Executor, Instance {
                    @Override public Name type() { return Name.of("buggy"); }
                    @Override public List<ExecutorProvider.Runtime> runtimes() {
                        return List.of(new ExecutorProvider.Runtime("buggy", ".bug", "main.main", Optional.empty()));
                    }
                    @Override public Trust trust() { return Trust.IN_PROCESS; }
                    @Override public Set<Ability> abilities() { return Set.of(); }
                    @Override public Executor open(Config config, Context context) { return this; }
                    @Override public List<Problem> inspect(Launch launch) { %s return List.of(); }
                    @Override public Instance start(Launch launch) { %s return this; }
                    @Override public Outcome invoke(Invocation invocation, Host host) {
                        %s
                        return new Outcome.Returned(invocation.input(), Map.of(), Outcome.Usage.NONE);
                    }
                    @Override public boolean usable() { return true; }
                    @Override public void close() {}
                }
                """.formatted(onInspect, onStart, onInvoke))
                .bytes();
    }

    private static Reply called(Path folder, byte[] jar) throws Exception {
        try (House house =
                House.at(folder).with("plugins.require-signature", "false").open()) {
            house.send("POST", "/api/v1/plugins", jar).is(201);
            Reply deployed = house.post("/api/v1/functions", House.function("bug", "code", "\"runtime\":\"buggy\""));
            return deployed.status() == 201 ? house.invoke("bug", "{}") : deployed;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "if (true) return null;,'','','The inspect of the executor \"buggy\" answered null'",
        "'',if (true) return null;,'','The start of executor-buggy 1.0.0 answered null'",
        "'','',if (true) return null;,'The invoke of executor-buggy 1.0.0 answered null'"
    })
    void whoeverAnswersNullIsNamed(
            String onInspect, String onStart, String onInvoke, String words, @TempDir Path folder) throws Exception {
        Reply reply = called(folder, jar(onInspect, onStart, onInvoke)).isProblem(503, "platform");
        assertTrue(reply.at("/detail").contains(words), reply.body());
    }

    @Test
    void whatIsThrownIsToldWithThePluginsLine(@TempDir Path folder) throws Exception {
        // the exception is made in the JDK, and the plugin's line is the first below it
        Reply reply = called(folder, jar("", "", "Objects.requireNonNull(null, \"no seat\");"))
                .isProblem(503, "platform");
        assertTrue(
                reply.at("/detail").contains("NullPointerException: no seat, at buggy.Buggy.invoke(Buggy.java:18)"),
                reply.body());
    }
}
