package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.plugin.ExecutorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Swaps of an executor while it is called without pause, and what the kernel does around them. */
final class SwapUnderLoadTest {
    private static final int CALLERS = 200;
    private static final int SWAPS = 10;

    @TempDir
    Path folder;

    private Slot<Executor> slot(Site site) {
        return site.plugins.findExecutor(ExecutorFixture.SLOT).orElseThrow();
    }

    private Activation.Serving serving(Site site, String version) throws InterruptedException {
        return assertInstanceOf(Activation.Serving.class, site.plugins.activate(ExecutorFixture.ID, version, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OVERLAP", "HANDOVER"})
    @Tag("NM-02")
    @Tag("NM-03")
    @Tag("NM-05")
    @Tag("PL-13")
    void twoHundredCallersLoseNothing(String succession) throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(ExecutorFixture.jar("1.0.0", succession));
            site.taken(ExecutorFixture.jar("2.0.0", succession));
            Slot<Executor> slot = slot(site);
            long calls;
            try (Callers callers = new Callers(CALLERS, () -> ExecutorFixture.call(slot))) {
                for (int swap = 0; swap < SWAPS; swap++) {
                    String version = swap % 2 == 0 ? "2.0.0" : "1.0.0";
                    serving(site, version);
                    callers.awaitAnswer(version);
                }
                calls = callers.stop();
            }
            for (long old = 1; old <= SWAPS; old++) {
                assertTrue(site.gone(ExecutorFixture.ID, old), "the loader of generation " + old);
            }
            long counted = site.plugins.generations(ExecutorFixture.ID).stream()
                    .mapToLong(GenerationView::calls)
                    .sum();
            assertEquals(3 * calls, counted, "start, invoke and close of each call, and no other");
            assertEquals(
                    0,
                    site.plugins.generations(ExecutorFixture.ID).stream()
                            .mapToLong(each -> each.failures() + each.cutOff() + each.leases())
                            .sum());
            assertEquals(1, CoreSwapTest.openDescriptors(site.folder.resolve("run")), "the jar in use and no other");
        }
    }

    @Test
    @Tag("PL-03")
    void whatAnExecutorRunsIsToldInValuesOfTheKernelsOwn() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP", "1, 2", "return List.of();"));
            RuntimeOffer offer = site.plugins.runtimes().getFirst();
            assertEquals("fake1", offer.runtime());
            assertEquals(ExecutorFixture.SLOT, offer.slot());
            assertEquals("executor-fake 1.0.0", offer.plugin());
            assertEquals(ExecutorProvider.Trust.IN_PROCESS, offer.trust());
            for (Object each : List.of(offer.abilities(), offer.dialects().reads())) {
                assertEquals("java.util", each.getClass().getPackageName());
            }
        }
    }

    @Test
    void aRouteIsLedToWhatReadsItsDialectOrToldThatNothingDoes() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP", "1, 2", "return List.of();"));
            Route two = new Route(Site.TENANT, Name.of("f"), "", OptionalInt.of(2));
            Route three = new Route(Site.TENANT, Name.of("f"), "", OptionalInt.of(3));
            try (Lease<Executor> lease = slot(site).lease(two)) {
                assertEquals(1, lease.generation());
            }
            var failure = assertThrows(PluginFailure.class, () -> slot(site).lease(three));
            assertEquals(PluginException.Kind.UNAVAILABLE, failure.kind());
            assertTrue(failure.getMessage().contains("does not read dialect 3"), failure.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OVERLAP", "HANDOVER"})
    @Tag("NM-04")
    void aVersionInUseThatTheNewExecutorCannotStartKeepsTheOldOne(String succession) throws Exception {
        try (Site site = new Site(folder).started()) {
            site.plugins.watch(new SlotWatcher() {
                @Override
                public List<Launch> inUse(Name slot) {
                    return slot.equals(ExecutorFixture.SLOT) ? List.of(ExecutorFixture.LAUNCH) : List.of();
                }
            });
            site.taken(ExecutorFixture.jar("1.0.0", succession));
            site.taken(ExecutorFixture.jar(
                    "2.0.0", succession, "1", "return List.of(Problem.error(\"GONE\", \"no more tabs\"));"));
            var refused = assertInstanceOf(
                    Activation.Refused.class, site.plugins.activate(ExecutorFixture.ID, "2.0.0", false));
            assertEquals(
                    "fake of executor-fake 2.0.0 cannot start default/hello/v3, which is in use: no more tabs",
                    refused.reason());
            assertEquals("1.0.0", ExecutorFixture.call(slot(site)));
            assertInstanceOf(Activation.Serving.class, site.plugins.activate(ExecutorFixture.ID, "2.0.0", true));
            assertEquals("2.0.0", ExecutorFixture.call(slot(site)));
        }
    }

    @Test
    void watchersHearInOrderWhoServesAndWhoRetires() throws Exception {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        try (Site site = new Site(folder).started()) {
            site.plugins.watch(new SlotWatcher() {
                @Override
                public void serving(Kind kind, Name slot, long generation) {
                    heard.add(kind + " " + slot + " serving " + generation);
                }

                @Override
                public void retiring(Kind kind, Name slot, long generation) {
                    heard.add(kind + " " + slot + " retiring " + generation);
                }
            });
            site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP"));
            site.taken(ExecutorFixture.jar("2.0.0", "OVERLAP"));
            serving(site, "2.0.0");
            assertEquals(
                    List.of("EXECUTOR fake serving 1", "EXECUTOR fake serving 2", "EXECUTOR fake retiring 1"),
                    List.copyOf(heard));
        }
    }

    @Test
    @Tag("NM-02")
    void anActivationIsAnsweredThoughTheVersionBeforeIsHeldAsLongAsOneLikes() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP"));
            site.taken(ExecutorFixture.jar("2.0.0", "OVERLAP"));
            try (Lease<Executor> held = slot(site).lease()) {
                // by the thread that holds the lease: waiting for the drain, it would wait for itself
                serving(site, "2.0.0");
                assertEquals("2.0.0", ExecutorFixture.call(slot(site)));
                GenerationView first =
                        site.plugins.generations(ExecutorFixture.ID).getLast();
                assertEquals(VersionState.DRAINING, first.state());
                assertEquals(1, first.leases());
                assertTrue(held.retiring());
            }
            assertTrue(site.gone(ExecutorFixture.ID, 1));
            assertEquals(
                    0, site.plugins.generations(ExecutorFixture.ID).getLast().cutOff());
        }
    }

    @Test
    @SuppressWarnings("try") // the first lease is closed in the middle, by hand
    void aThirdSwapWaitsUntilOneOfTwoHasDrainedAndIsNeverRefused() throws Exception {
        try (Site site = new Site(folder).started();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            site.taken(ExecutorFixture.jar("1.0.0", "OVERLAP"));
            site.taken(ExecutorFixture.jar("2.0.0", "OVERLAP"));
            Slot<Executor> slot = slot(site);
            Lease<Executor> first = slot.lease(Site.ROUTE, Duration.ofMinutes(5));
            serving(site, "2.0.0");
            try (Lease<Executor> second = slot.lease(Site.ROUTE, Duration.ofMinutes(5))) {
                serving(site, "1.0.0");
                assertEquals(2, second.generation());
                Future<Activation> third =
                        threads.submit(() -> site.plugins.activate(ExecutorFixture.ID, "2.0.0", false));
                assertThrows(
                        java.util.concurrent.TimeoutException.class,
                        () -> third.get(200, java.util.concurrent.TimeUnit.MILLISECONDS));
                assertEquals("1.0.0", ExecutorFixture.call(slot), "the one in use serves meanwhile");
                assertEquals(
                        VersionState.DRAINING,
                        site.plugins.generations(ExecutorFixture.ID).get(2).state());
                first.close();
                assertInstanceOf(Activation.Serving.class, third.get());
            }
            assertTrue(site.gone(ExecutorFixture.ID, 2));
        }
    }
}
