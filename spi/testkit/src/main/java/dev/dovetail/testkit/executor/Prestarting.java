package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Prestarts;
import java.util.List;
import java.util.Map;

/**
 * What holds of workers that were started before it was known for which version, behind whatever walls: for executors with
 * the ability {@code PRESTART} whose instances tell the stages of their start.
 */
public final class Prestarting {
    private static final int OTHER_MEMORY_MB = 192;

    private Prestarting() {}

    /**
     * Fails unless a version starts from a blank with its code alone to load, a blank is used up by that, one that was made
     * for other limits is used up too while the version starts from the beginning, and one may be closed unused, twice.
     *
     * @param launch a version that returns its input, with limits whose memory is not 192 MB; code in several files and
     *     layers shows that all of it gets through the walls
     */
    public static void check(Executor executor, Launch launch) throws InterruptedException {
        Prestarts prestarts = (Prestarts) executor;
        Prestarts.Blank blank = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
        try (Instance instance = prestarts.start(launch, blank)) {
            assertEquals(List.of("load"), stages(instance));
            assertEquals("[1]", TestBench.call(instance, "[1]"));
            assertThrows(PluginException.class, () -> prestarts.start(launch, blank));
        }
        Limits others = new Limits(OTHER_MEMORY_MB, Samples.LIMITS.timeout(), 1000, Map.of());
        Prestarts.Blank unfit = prestarts.prestart(launch.runtime(), others, Isolation.PROCESS);
        try (Instance instance = prestarts.start(launch, unfit)) {
            assertEquals(List.of("sandbox", "start", "load"), stages(instance));
            assertEquals("2", TestBench.call(instance, "2"));
        }
        Prestarts.Blank unused = prestarts.prestart(launch.runtime(), launch.limits(), Isolation.PROCESS);
        unused.close();
        unused.close();
    }

    private static List<String> stages(Instance instance) {
        return instance.stages().stream().map(Instance.Stage::name).toList();
    }
}
