package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Plugins that leave something behind: it is taken from them, or they are said to linger. */
@Isolated("it looks at the threads and registries of the whole JVM")
final class LeakTest {
    @TempDir
    Path folder;

    @Test
    @Tag("NM-03")
    void threadsOfTheContextAreInterruptedAndJoinedAtUnload() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.named(
                    "secrets-sample",
                    "1.0.0",
                    "for (var factory : java.util.List.of(context.threads(), context.threads(0)))"
                            + " factory.newThread(() -> { try { Thread.sleep(1_000_000); }"
                            + " catch (InterruptedException e) { } }).start();",
                    "",
                    ""));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            assertTrue(site.gone(1));
        }
    }

    @Test
    @Tag("NM-03")
    void oneThatLeaksThreadsLingersWithTheirNamesAndIsStoppedAfterThreeTimes() throws Exception {
        String leak = "new Thread(() -> { try { Thread.sleep(1_000_000); } catch (InterruptedException e) { } },"
                + " \"leaked-in-test\").start();";
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.named("secrets-sample", "1.0.0", leak, "", ""));
            site.taken(Fixtures.named("secrets-sample", "2.0.0", leak, "", ""));
            site.serving("2.0.0");
            site.serving("1.0.0");
            site.serving("2.0.0");
            for (long number = 1; number <= 3; number++) {
                long each = number;
                Eventually.holds(number + " is said to linger", () -> {
                    System.gc();
                    return site.generation(each).state() == VersionState.LINGERING;
                });
            }
            assertEquals(VersionState.LINGERING, site.version("1.0.0").state());
            String why = site.version("1.0.0").reason().orElseThrow();
            assertTrue(why.contains("leaked-in-test"), why);
            String reason = site.refusal("1.0.0");
            assertTrue(reason.contains("3 generations of secrets-sample are unloaded and still in memory"), reason);
            assertEquals("2.0.0", site.answer());
            assertInstanceOf(Activation.Serving.class, site.plugins.activate(Site.ID, "1.0.0", true));
            assertEquals("1.0.0", site.answer());
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("leaked-in-test"))
                    .forEach(Thread::interrupt);
            assertTrue(site.gone(1) && site.gone(2) && site.gone(3));
        }
    }

    @Test
    @Tag("NM-03")
    void oneThatLeavesItselfInARegistryOfTheJdkLingers() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.named(
                    "secrets-sample", "1.0.0", "Thread.setDefaultUncaughtExceptionHandler((t, e) -> { });", "", ""));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            Eventually.holds("it is said to linger", () -> {
                System.gc();
                return site.version("1.0.0").state() == VersionState.LINGERING;
            });
            assertEquals("2.0.0", site.answer());
            Thread.setDefaultUncaughtExceptionHandler(null);
            assertTrue(site.gone(1));
            assertEquals(VersionState.SHELVED, site.version("1.0.0").state());
        }
    }

    @Test
    @Tag("NM-03")
    void oneThatLeavesDescriptorsOpenLosesThemWithItsLoader() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.with(
                            "secrets-sample",
                            "1.0.0",
                            "static java.io.InputStream own; static java.io.InputStream file;",
                            """
                            try {
                                own = SampleProvider.class.getResource("/data").openStream();
                                file = java.nio.file.Files.newInputStream(
                                        java.nio.file.Files.createFile(context.scratch().resolve("f")));
                            } catch (java.io.IOException e) {
                                throw new IllegalStateException(e);
                            }
                            """,
                            "",
                            "")
                    .entry("data", new byte[10_000]));
            Path run = site.folder.resolve("run");
            assertTrue(CoreSwapTest.openDescriptors(run) >= 2, "its own jar, and the file");
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            assertTrue(site.gone(1));
            Eventually.holds("the descriptors are closed", () -> {
                System.gc();
                try {
                    return CoreSwapTest.openDescriptors(run) == 1;
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
    }
}
