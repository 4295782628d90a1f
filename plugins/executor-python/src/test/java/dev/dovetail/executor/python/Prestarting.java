package dev.dovetail.executor.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What holds of blanks, behind whatever walls. */
final class Prestarting {
    private Prestarting() {}

    static void check(Stand stand, String source, Optional<Isolation> expected) throws Exception {
        Executor executor = stand.executor();
        expected.ifPresent(level -> assertEquals(Optional.of(level), executor.isolation()));
        Path layer = stand.folder(Map.of("python/cheese.py", "kind = \"brie\""));
        Launch launch = stand.launch(
                Map.of("main.py", source, "lib/more.py", "more = 1"),
                List.of(layer),
                Map.of("COLOUR", "blue"),
                Samples.LIMITS,
                1);
        Prestarts prestarts = (Prestarts) executor;
        Prestarts.Blank blank = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
        try (Instance instance = prestarts.start(launch, blank)) {
            assertEquals(
                    List.of("load"),
                    instance.stages().stream().map(Instance.Stage::name).toList());
            assertEquals("[1]", Stand.text(instance.invoke(Samples.invocation("[1]"), new FakeHost())));
            assertThrows(PluginException.class, () -> prestarts.start(launch, blank));
        }
        // of other limits, so that it does not fit: it is used up, and the version starts all the same
        Prestarts.Blank smaller = prestarts.prestart(launch.runtime(), Stand.limits(192, 1000), Isolation.PROCESS);
        try (Instance instance = prestarts.start(launch, smaller)) {
            assertEquals(
                    List.of("sandbox", "start", "load"),
                    instance.stages().stream().map(Instance.Stage::name).toList());
            assertEquals("2", Stand.text(instance.invoke(Samples.invocation("2"), new FakeHost())));
        }
        Prestarts.Blank unused = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
        unused.close();
        unused.close();
    }
}
