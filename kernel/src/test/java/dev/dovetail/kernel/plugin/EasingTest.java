package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Executor;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long-held leases on a replaced executor come to retire: at once, or one after the other while it is called often. */
final class EasingTest {
    private static final int HELD = 200;

    @TempDir
    Path folder;

    private static Site site(Path folder, Duration ease) throws Exception {
        PluginSettings.Times usual = Site.TIMES;
        Site site = new Site(
                        folder,
                        new PluginSettings.Times(
                                usual.open(),
                                usual.close(),
                                usual.drain(),
                                usual.handover(),
                                usual.forced(),
                                usual.inspect(),
                                usual.trial(),
                                ease,
                                Duration.ofMillis(500),
                                usual.poll()))
                .started();
        site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP"));
        site.taken(ExecutorFixture.jar("2.0.0", "OVERLAP"));
        return site;
    }

    private static Slot<Executor> slot(Site site) {
        return site.plugins.findExecutor(ExecutorFixture.SLOT).orElseThrow();
    }

    private static List<Lease<Executor>> held(Site site) throws InterruptedException {
        List<Lease<Executor>> held = new ArrayList<>();
        for (int i = 0; i < HELD; i++) {
            held.add(slot(site).lease());
        }
        return held;
    }

    private static long retiring(List<Lease<Executor>> held) {
        return held.stream().filter(Lease::retiring).count();
    }

    private static void activate(Site site, boolean force) throws InterruptedException {
        assertInstanceOf(Activation.Serving.class, site.plugins.activate(ExecutorFixture.ID, "2.0.0", force));
    }

    @Test
    @Tag("NM-02")
    void underLoadLeasesRetireOneAfterTheOtherWhileNewOnesAreOfTheNewVersion() throws Exception {
        try (Site site = site(folder, Duration.ofSeconds(2))) {
            List<Lease<Executor>> held = held(site);
            try (Callers callers = new Callers(20, () -> ExecutorFixture.call(slot(site)))) {
                callers.awaitAnswer("1.0.0");
                activate(site, false);
                long first = retiring(held);
                assertTrue(first < HELD, "all at once");
                callers.awaitAnswer("2.0.0");
                Eventually.holds("some have gone over, and not all", () -> retiring(held) > first);
                Eventually.holds("all have gone over", () -> retiring(held) == HELD);
                callers.stop();
            }
            held.forEach(EasingTest::close);
            assertTrue(site.gone(ExecutorFixture.ID, 1));
            assertEquals(
                    0, site.plugins.generations(ExecutorFixture.ID).getLast().cutOff());
        }
    }

    @Test
    void withoutLoadAllRetireAtOnce() throws Exception {
        try (Site site = site(folder, Duration.ofMinutes(5))) {
            List<Lease<Executor>> held = held(site);
            activate(site, false);
            assertEquals(HELD, retiring(held));
            held.forEach(EasingTest::close);
            assertTrue(site.gone(ExecutorFixture.ID, 1));
        }
    }

    @Test
    void byForceAllRetireAtOnceThoughThereIsLoad() throws Exception {
        try (Site site = site(folder, Duration.ofMinutes(5))) {
            List<Lease<Executor>> held = held(site);
            try (Callers callers = new Callers(20, () -> ExecutorFixture.call(slot(site)))) {
                callers.awaitAnswer("1.0.0");
                activate(site, true);
                assertEquals(HELD, retiring(held));
                held.forEach(EasingTest::close);
                callers.stop();
            }
        }
    }

    @Test
    void aStopDoesNotWaitForIt() throws Exception {
        long began = System.nanoTime();
        try (Site site = site(folder, Duration.ofMinutes(5))) {
            Lease<Executor> held = slot(site).lease();
            try (Callers callers = new Callers(20, () -> ExecutorFixture.call(slot(site)))) {
                callers.awaitAnswer("1.0.0");
                activate(site, false);
                callers.stop();
            }
            assertEquals(1, held.generation());
        }
        assertTrue(System.nanoTime() - began < Duration.ofMinutes(4).toNanos());
    }

    private static void close(Lease<?> lease) {
        lease.close();
    }
}
