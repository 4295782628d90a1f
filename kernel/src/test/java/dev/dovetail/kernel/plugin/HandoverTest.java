package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Swaps of services that must close before their successors open, and what is done when it goes wrong. */
final class HandoverTest {
    /** Fails to open while another holds the lock file. */
    private static final String LOCK = """
            try {
                java.nio.file.Files.createFile(context.home().resolve("lock"));
            } catch (java.io.IOException e) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "locked", e);
            }
            """;

    private static final String UNLOCK = """
            try {
                java.nio.file.Files.delete(context.home().resolve("lock"));
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
            """;

    @TempDir
    Path folder;

    @Test
    @Tag("NM-02")
    void theOldOneClosesBeforeTheNewOneOpensAndCallersWait() throws Exception {
        try (Site site = new Site(folder).started();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            site.taken(Fixtures.handover("1.0.0", LOCK, "", UNLOCK));
            site.taken(Fixtures.handover("2.0.0", LOCK, "", UNLOCK));
            var callers = java.util.stream.Stream.generate(() -> threads.submit(() -> {
                        int calls = 0;
                        while (!site.answer().equals("2.0.0")) {
                            calls++;
                            Thread.sleep(0, 1_000);
                        }
                        return calls;
                    }))
                    .limit(50)
                    .toList();
            long second = site.serving("2.0.0").generation();
            for (var caller : callers) {
                caller.get();
            }
            site.serving("1.0.0");
            assertTrue(site.gone(second));
        }
        assertTrue(Files.notExists(folder.resolve("data/lock")));
    }

    @Test
    void theOldOneOpensAgainWhenTheNewOneDoesNot() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.handover("1.0.0", LOCK, "", UNLOCK));
            site.taken(Fixtures.handover("2.0.0", "if (true) throw new IllegalStateException(\"no luck\");", "", ""));
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("no luck"), reason);
            assertEquals("1.0.0", site.answer());
            assertEquals(VersionState.ACTIVE, site.version("1.0.0").state());
        }
    }

    @Test
    void theSlotIsEmptyWhenNeitherOpensAndTheOldOneComesBackWhenItCan() throws Exception {
        String once = """
                var mark = context.home().resolve("mark");
                if (java.nio.file.Files.exists(mark)) {
                    throw new PluginException(PluginException.Kind.UNAVAILABLE, "the disk is gone");
                }
                """;
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.handover("1.0.0", once, "", ""));
            site.taken(Fixtures.handover("2.0.0", "if (true) throw new IllegalStateException(\"no luck\");", "", ""));
            Path mark = Files.createFile(site.folder.resolve("mark"));
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("no luck") && reason.contains("the disk is gone"), reason);
            var failure = assertThrows(PluginFailure.class, () -> site.slot().lease(Site.ROUTE, Duration.ofMillis(20)));
            assertEquals(PluginException.Kind.UNAVAILABLE, failure.kind());
            assertTrue(failure.getMessage().contains("the disk is gone"), failure.getMessage());
            Files.delete(mark);
            Eventually.holds("it is tried again", () -> site.slot().state().startsWith("sample of"));
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void aHeldLeaseRefusesTheHandoverUnlessItIsForcedAndThenItIsCutOff() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.handover("1.0.0", LOCK, "", UNLOCK));
            site.taken(Fixtures.handover("2.0.0", LOCK, "", UNLOCK));
            try (Lease<SecretStore> lease = site.slot().lease()) {
                String reason = site.refusal("2.0.0");
                assertTrue(reason.contains("1 leases on it are still held"), reason);
                assertEquals("1.0.0", site.answer());
                assertInstanceOf(Activation.Serving.class, site.plugins.activate(Site.ID, "2.0.0", true));
                assertEquals("2.0.0", site.answer());
                var failure = assertThrows(PluginFailure.class, () -> lease.use(Site::answer));
                assertEquals(PluginException.Kind.BROKEN, failure.kind());
                assertEquals(1, site.generation(1).cutOff());
                assertTrue(site.gone(1), "a lease that was cut off keeps nothing loaded");
            }
        }
    }

    @Test
    void aNestedUseDoesNotWaitForItself() throws Exception {
        try (Site site = new Site(folder).started();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            site.taken(Fixtures.handover("1.0.0", LOCK, "", UNLOCK));
            site.taken(Fixtures.handover("2.0.0", LOCK, "", UNLOCK));
            Slot<SecretStore> slot = site.slot();
            Future<Activation> swap;
            try (Lease<SecretStore> lease = slot.lease()) {
                swap = lease.use(outer -> {
                    var started = threads.submit(() -> site.plugins.activate(Site.ID, "2.0.0", false));
                    Eventually.holds("the gate is shut", lease::retiring);
                    assertEquals("1.0.0", Site.answer(slot));
                    return started;
                });
            }
            assertInstanceOf(Activation.Serving.class, swap.get());
            assertEquals("2.0.0", site.answer());
        }
    }

    @Test
    void aProviderThatHandsOverIsTheOnlyOneOfItsPlugin() throws Exception {
        try (Site site = new Site(folder).started()) {
            String reason = site.refused(Fixtures.handover("1.0.0", "", "", "").provider("sample.Other", """
                            package sample;
                            import dev.dovetail.spi.*;
                            import dev.dovetail.spi.plugin.*;
                            import dev.dovetail.spi.rollout.*;
                            public final class Other implements DeploymentStrategyProvider {
                                @Override public Name type() { return Name.of("other"); }
                                @Override public DeploymentStrategy open(Config config, Context context) {
                                    return (rollout, c) -> new Step.RollBack("always");
                                }
                            }
                            """));
            assertTrue(reason.contains("must be the only one"), reason);
        }
    }
}
