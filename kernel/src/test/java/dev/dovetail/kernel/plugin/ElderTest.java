package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old versions of an executor that are loaded for what only they carry on. */
final class ElderTest {
    private static final Name SLOT = ExecutorFixture.SLOT;
    private static final Name ID = ExecutorFixture.ID;

    @TempDir
    Path folder;

    private static Route route(int dialect) {
        return new Route(Site.TENANT, Name.of("f"), "", OptionalInt.of(dialect));
    }

    /** Version 1.0.0 reads dialect 1, and 2.0.0, which serves, dialect 2. */
    private Site site(String succession) throws Exception {
        Site site = new Site(folder).started();
        site.taken(ExecutorFixture.jar("1.0.0", succession, "1", "return List.of();"));
        site.taken(ExecutorFixture.jar("2.0.0", succession, "2", "return List.of();"));
        assertInstanceOf(Activation.Serving.class, site.plugins.activate(ID, "2.0.0", false));
        return site;
    }

    private static String plugin(Site site, int dialect) throws InterruptedException {
        try (Lease<Executor> lease = site.plugins.leaseReading(SLOT, route(dialect))) {
            return lease.plugin();
        }
    }

    @Test
    @Tag("NM-03")
    void anOldVersionIsLoadedForItsDialectAndGoneWhenNobodyNeedsIt() throws Exception {
        try (Site site = site("OVERLAP")) {
            assertTrue(site.gone(ID, 1), "what was replaced is gone");
            assertEquals("executor-fake 2.0.0", plugin(site, 2));
            assertEquals(2, site.plugins.generations(ID).size(), "nothing was loaded for what serves");
            long generation;
            try (Lease<Executor> lease = site.plugins.leaseReading(SLOT, route(1))) {
                generation = lease.generation();
                assertEquals("executor-fake 1.0.0", lease.plugin());
                assertEquals("1.0.0", ExecutorFixture.call(lease));
                assertEquals(
                        "2.0.0",
                        ExecutorFixture.call(site.plugins.findExecutor(SLOT).orElseThrow()));
            }
            assertEquals(3, generation);
            assertTrue(site.gone(ID, generation), "its loader");
            assertEquals(1, CoreSwapTest.openDescriptors(site.folder.resolve("run")), "the jar in use and no other");
            assertEquals("executor-fake 1.0.0", plugin(site, 1));
            assertTrue(site.gone(ID, 4), "and once more");
        }
    }

    @Test
    void whoHoldsAnOldVersionKeepsItAndAllShareOne() throws Exception {
        try (Site site = site("OVERLAP")) {
            Lease<Executor> held = site.plugins.leaseReading(SLOT, route(1));
            try (Callers callers = new Callers(20, () -> {
                try (Lease<Executor> lease = site.plugins.leaseReading(SLOT, route(1))) {
                    return ExecutorFixture.call(lease);
                }
            })) {
                callers.awaitAnswer("1.0.0");
                long until = System.nanoTime() + 3 * Site.TIMES.idle().toNanos();
                while (System.nanoTime() < until) {
                    assertEquals("1.0.0", ExecutorFixture.call(held), "longer than it stays without anybody");
                }
                callers.stop();
            }
            assertEquals(3, site.plugins.generations(ID).size(), "loaded once");
            held.close();
            assertTrue(site.gone(ID, 3));
            assertEquals(
                    0,
                    site.plugins.generations(ID).stream()
                            .mapToLong(each -> each.failures() + each.cutOff() + each.leases())
                            .sum());
        }
    }

    @Test
    void aDialectThatNothingReadsIsToldInWordsUntilAVersionThatDoesIsInstalled() throws Exception {
        try (Site site = site("OVERLAP")) {
            assertEquals(
                    Optional.of("needs a version of plugin executor-fake that reads dialect 3"),
                    site.plugins.lacking(SLOT, 3));
            PluginFailure failure = assertThrows(PluginFailure.class, () -> site.plugins.leaseReading(SLOT, route(3)));
            assertTrue(failure.getMessage().contains("reads dialect 3"), failure.getMessage());
            assertEquals(Optional.empty(), site.plugins.lacking(SLOT, 1));
            assertEquals(Optional.empty(), site.plugins.lacking(SLOT, 2));
            site.taken(ExecutorFixture.jar("1.5.0", "OVERLAP", "3, 1", "return List.of();"));
            assertEquals(Optional.empty(), site.plugins.lacking(SLOT, 3));
            assertEquals("executor-fake 1.5.0", plugin(site, 3));
            assertEquals("executor-fake 1.5.0", plugin(site, 1), "the newest that reads it");
        }
    }

    @Test
    void oneVersionIsLeasedWhetherItServesOrNot() throws Exception {
        try (Site site = site("OVERLAP")) {
            try (Lease<Executor> lease = site.plugins.leaseVersion(SLOT, ID, "2.0.0")) {
                assertEquals(2, lease.generation());
            }
            try (Lease<Executor> lease = site.plugins.leaseVersion(SLOT, ID, "1.0.0")) {
                assertEquals(3, lease.generation());
            }
            assertThrows(PluginFailure.class, () -> site.plugins.leaseVersion(SLOT, ID, "9.0.0"));
            assertThrows(PluginFailure.class, () -> site.plugins.leaseVersion(Name.of("other"), ID, "1.0.0"));
        }
    }

    @Test
    void whatHandsOverCannotBeLoadedBesideWhatServes() throws Exception {
        try (Site site = site("HANDOVER")) {
            assertThrows(PluginFailure.class, () -> site.plugins.leaseReading(SLOT, route(1)));
            assertEquals("executor-fake 2.0.0", plugin(site, 2));
        }
    }

    @Test
    void whoStopsWaitingForAnOldVersionLeavesNothingHalfLoaded() throws Exception {
        try (Site site = site("OVERLAP")) {
            Thread impatient = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedException.class, () -> plugin(site, 1));
            });
            impatient.join();
            Thread late = Thread.ofVirtual().unstarted(() -> {
                try {
                    plugin(site, 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            late.start();
            Eventually.holds(
                    "it is being loaded", () -> site.plugins.generations(ID).size() == 3);
            late.interrupt();
            late.join();
            assertEquals("executor-fake 1.0.0", plugin(site, 1));
            assertEquals(3, site.plugins.generations(ID).size(), "loaded once");
            assertTrue(site.gone(ID, 3));
        }
    }

    @Test
    void aPluginThatIsRemovedTakesItsOldVersionsAlong() throws Exception {
        try (Site site = site("OVERLAP")) {
            assertEquals("executor-fake 1.0.0", plugin(site, 1));
            assertInstanceOf(Removal.Removed.class, site.plugins.remove(ID));
            assertTrue(site.gone(ID, 3));
            assertThrows(PluginFailure.class, () -> site.plugins.leaseReading(SLOT, route(1)));
        }
    }

    @Test
    void whatIsStillHeldWhenTheSystemStopsIsClosedAllTheSame() throws Exception {
        Site site = site("OVERLAP");
        Lease<Executor> held = site.plugins.leaseReading(SLOT, route(1));
        site.close();
        assertThrows(PluginFailure.class, () -> ExecutorFixture.call(held));
        held.close();
        assertTrue(site.gone(ID, 3));
    }
}
