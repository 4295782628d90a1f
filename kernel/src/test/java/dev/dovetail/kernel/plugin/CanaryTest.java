package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a plugin in one slot. */
final class CanaryTest {
    private static final Route FIRST = new Route(Name.of("first"), Name.of("f"), "", OptionalInt.empty());
    private static final Route OTHER = new Route(Name.of("other"), Name.of("f"), "", OptionalInt.empty());

    @TempDir
    Path folder;

    private static long generation(Site site, Route route) throws InterruptedException {
        Slot<Executor> slot = site.plugins.findExecutor(ExecutorFixture.SLOT).orElseThrow();
        try (Lease<Executor> lease = slot.lease(route)) {
            return lease.generation();
        }
    }

    private static String serving(Site site) {
        return site.plugins.find(ExecutorFixture.ID).orElseThrow().active().orElseThrow();
    }

    private static Activation canary(Site site) throws InterruptedException {
        return site.plugins.canary(
                ExecutorFixture.ID, "2.0.0", route -> route.tenant().equals(FIRST.tenant()));
    }

    private static Site site(Path folder, String succession) throws Exception {
        Site site = new Site(folder).started();
        site.taken(ExecutorFixture.jar("1.0.0", succession, "1", "return List.of();"));
        site.taken(ExecutorFixture.jar("2.0.0", succession, "1, 2", "return List.of();"));
        return site;
    }

    @Test
    void aVersionIsGivenToOneTenantAndTakenBack() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            assertEquals(
                    2, assertInstanceOf(Activation.Serving.class, canary(site)).generation());
            assertEquals(2, generation(site, FIRST));
            assertEquals(1, generation(site, OTHER));
            assertEquals("1.0.0", serving(site));
            site.plugins.endCanary(ExecutorFixture.ID);
            assertEquals(1, generation(site, FIRST));
            assertTrue(site.gone(ExecutorFixture.ID, 2));
        }
    }

    @Test
    void whoGoesToTheCandidateIsChangedWithoutOpeningItAgain() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            canary(site);
            site.plugins.canary(ExecutorFixture.ID, "2.0.0", route -> true);
            assertEquals(2, generation(site, OTHER));
            assertEquals(2, site.plugins.generations(ExecutorFixture.ID).size());
        }
    }

    @Test
    void anExecutionGoesToTheVersionThatReadsItsDialect() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            canary(site);
            assertEquals(2, generation(site, new Route(OTHER.tenant(), OTHER.function(), "", OptionalInt.of(2))));
        }
    }

    @Test
    void theCandidateIsPutInUseByActivatingIt() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            canary(site);
            assertInstanceOf(Activation.Serving.class, site.plugins.activate(ExecutorFixture.ID, "2.0.0", false));
            assertEquals(3, generation(site, OTHER));
            assertTrue(site.gone(ExecutorFixture.ID, 1) && site.gone(ExecutorFixture.ID, 2));
        }
    }

    @Test
    void whatHandsOverCannotServeBesideAnother() throws Exception {
        try (Site site = site(folder, "HANDOVER")) {
            String reason =
                    assertInstanceOf(Activation.Refused.class, canary(site)).reason();
            assertTrue(reason.contains("one must close before the other opens"), reason);
            assertEquals(1, generation(site, FIRST));
        }
    }

    @Test
    void aRollbackTakesTheCandidateBackAndDoesNotGiveItToAll() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            canary(site); // nothing was ever in use before 1.0.0
            assertInstanceOf(Activation.Serving.class, site.plugins.rollBack(ExecutorFixture.ID));
            assertEquals(1, generation(site, FIRST));
            site.plugins.activate(ExecutorFixture.ID, "2.0.0", false);
            site.plugins.rollBack(ExecutorFixture.ID); // from here on 2.0.0 is what was before
            canary(site);
            site.plugins.rollBack(ExecutorFixture.ID);
            assertEquals("1.0.0", serving(site));
            assertEquals(generation(site, OTHER), generation(site, FIRST));
        }
    }

    @Test
    void toActivateWhatServesTakesTheCandidateBack() throws Exception {
        try (Site site = site(folder, "OVERLAP")) {
            canary(site);
            site.plugins.activate(ExecutorFixture.ID, "1.0.0", false);
            assertEquals(1, generation(site, FIRST));
        }
    }
}
