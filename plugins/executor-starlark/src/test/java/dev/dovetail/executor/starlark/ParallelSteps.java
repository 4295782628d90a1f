package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Host;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** What tests of steps that run at once share. The workshop fails a test that leaves a thread behind. */
interface ParallelSteps {
    String WORK = """
            def work(ctx, n):
                ctx.rand("first " + str(n))
                ctx.rand("second " + str(n))
                return n * n

            def failing(ctx, n):
                ctx.rand("first " + str(n))
                fail("no " + str(n))

            def busy(ctx, n):
                ctx.progress(0)
                for _ in range(1 << 30):
                    for _ in range(1 << 30):
                        pass

            """;

    Path folder();

    /** Of this test alone. */
    Workshop workshop();

    @AfterEach
    default void nobodyIsLeft() {
        workshop().close();
    }

    default Launch launch(String body) {
        return Scripts.launch(
                folder(), WORK + "def main(ctx, input):\n    " + body + "\n", Scripts.limits(1_000_000_000, 128));
    }

    default Executor executor() {
        return new StarlarkExecutor(Scripts.BACKEND, workshop().threads(), new Room(2L << 30));
    }

    default Outcome run(String body, Host host) throws Exception {
        try (Executor executor = executor();
                Instance instance = executor.start(launch(body))) {
            return instance.invoke(Samples.invocation("{}"), host);
        }
    }

    static FakeHost digits() {
        return new FakeHost(_ -> FakeHost.json("\"5a\""));
    }
}
