package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad plugins, one misdeed each: refused or contained, with words, while the version before serves on. */
@Tag("NM-04")
final class GalleryTest {
    private static final PluginSettings.Times IMPATIENT = new PluginSettings.Times(
            Duration.ofMillis(2500),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            Duration.ZERO,
            Duration.ofMillis(500),
            Duration.ofMillis(50));

    private static final String HANG =
            "while (true) { try { Thread.sleep(1000); } catch (InterruptedException e) { } }";

    @TempDir
    Path folder;

    /** The bad version is refused with these words, leaves no loader, and the good one answers. */
    private void refusedBesideAGoodOne(SourceJar bad, String words) throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(bad);
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains(words), reason);
            assertEquals("1.0.0", site.answer());
            assertEquals(VersionState.REFUSED, site.version("2.0.0").state());
            assertEquals(Optional.of(reason), site.version("2.0.0").reason());
            assertTrue(site.gone(2), "the loader of what was refused");
        }
    }

    private static SourceJar opening(String code) {
        return Fixtures.named("secrets-sample", "2.0.0", code, "", "");
    }

    @Test
    void oneThatThrowsInOpenIsRefused() throws Exception {
        refusedBesideAGoodOne(
                opening("if (true) throw new IllegalStateException(\"no such host, password=hunter2\");"),
                "The open of sample of secrets-sample 2.0.0 failed: java.lang.IllegalStateException: no such host,"
                        + " password=***");
    }

    @Test
    void oneWhoseExceptionThrowsWhenAskedForWordsIsRefused() throws Exception {
        refusedBesideAGoodOne(
                opening("if (true) throw new IllegalStateException() {"
                        + " @Override public String toString() { throw new Error(); } };"),
                "whose toString throws java.lang.Error");
    }

    @Test
    void oneThatOpensNothingIsRefused() throws Exception {
        refusedBesideAGoodOne(opening("if (true) return null;"), "open answered null");
    }

    @Test
    void oneThatOverflowsTheStackInOpenIsRefused() throws Exception {
        refusedBesideAGoodOne(
                Fixtures.with(
                        "secrets-sample",
                        "2.0.0",
                        "static int deep(int n) { return deep(n + 1) + 1; }",
                        "deep(0);",
                        "",
                        ""),
                "StackOverflowError");
    }

    @Test
    void oneWhoseProviderCannotBeMadeIsRefused() throws Exception {
        refusedBesideAGoodOne(
                Fixtures.with(
                        "secrets-sample",
                        "2.0.0",
                        "public SampleProvider() { throw new IllegalStateException(\"not today\"); }",
                        "",
                        "",
                        ""),
                "not today");
    }

    @Test
    void oneThatListsAProviderItDoesNotHaveIsRefused() throws Exception {
        refusedBesideAGoodOne(SourceJar.of("secrets-sample", "2.0.0").listed("sample.Missing"), "sample.Missing");
    }

    @Test
    void oneThatHangsInOpenIsInterruptedAndRefused() throws Exception {
        try (Site site = new Site(folder, IMPATIENT).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(opening("Thread.sleep(100_000);"));
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("took longer than 2500 ms and was interrupted"), reason);
            assertEquals("1.0.0", site.answer());
            assertTrue(site.gone(2));
        }
    }

    @Test
    void oneThatHangsInOpenAndHeedsNothingIsRefusedAllTheSame() throws Exception {
        try (Site site = new Site(folder, IMPATIENT).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(opening("while (!context.home().resolve(\"go\").toFile().exists()) {"
                    + " try { Thread.sleep(10); } catch (InterruptedException e) { } }"));
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("does not heed being interrupted"), reason);
            assertEquals("1.0.0", site.answer());
            Files.createFile(site.folder.resolve("go"));
            assertTrue(site.gone(2), "what opened too late was closed");
        }
    }

    @Test
    void oneThatHangsInCloseIsGivenItsTimeAndUnloadedAllTheSame() throws Exception {
        try (Site site = new Site(folder, IMPATIENT).started()) {
            site.taken(Fixtures.named(
                    "secrets-sample",
                    "1.0.0",
                    "",
                    "",
                    "while (!context.home().resolve(\"go\").toFile().exists()) {"
                            + " try { Thread.sleep(10); } catch (InterruptedException e) { } }"));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            Eventually.holds("the old one is given up", () -> site.generation(1).state() == VersionState.SHELVED);
            assertEquals("2.0.0", site.answer());
            Files.createFile(site.folder.resolve("go"));
            assertTrue(site.gone(1));
        }
    }

    @Test
    void oneThatThrowsInCloseIsUnloadedAllTheSame() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.named("secrets-sample", "1.0.0", "", "", "throw new IllegalStateException();"));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            assertTrue(site.gone(1));
        }
    }

    @Test
    void oneThatOverflowsTheStackInACallFailsThatCallOnly() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.with(
                    "secrets-sample",
                    "1.0.0",
                    "static int deep(int n) { return deep(n + 1) + 1; }",
                    "",
                    "if (name.text().equals(\"deep\")) deep(0);",
                    ""));
            var failure = assertThrows(
                    PluginFailure.class,
                    () -> site.slot()
                            .use(store -> store.find(Site.TENANT, dev.dovetail.spi.Name.of("deep"), Optional.empty())));
            assertEquals(PluginException.Kind.BROKEN, failure.kind());
            assertTrue(failure.getMessage().contains("StackOverflowError"), failure.getMessage());
            assertEquals(0, failure.getStackTrace().length, "a failure keeps no frames");
            assertEquals("1.0.0", site.answer());
            assertEquals(1, site.generation(1).failures());
            assertEquals(2, site.generation(1).calls());
        }
    }

    @Test
    void aPluginSeesNothingOfTheKernel() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.with("secrets-sample", "1.0.0", """
                    static String seen(String name) {
                        try { return Class.forName(name).getName(); } catch (ClassNotFoundException e) { return ""; }
                    }
                    """, """
                    for (String each : new String[] {"dev.dovetail.kernel.plugin.Plugins", "org.pf4j.Plugin",
                            "org.slf4j.Logger", "com.google.inject.Guice", "tools.jackson.databind.JsonNode",
                            "org.junit.jupiter.api.Test"}) {
                        if (!seen(each).isEmpty()) throw new IllegalStateException("I see " + each);
                    }
                    if (SampleProvider.class.getResource("/META-INF/services/org.junit.platform.engine.TestEngine") != null)
                        throw new IllegalStateException("I see resources");
                    if (Thread.currentThread().getContextClassLoader() != SampleProvider.class.getClassLoader())
                        throw new IllegalStateException("I run with another loader");
                    """, "", ""));
            assertEquals("1.0.0", site.answer());
            assertFalse(site.slot().state().isEmpty());
        }
    }

    @Test
    void aServiceThatNeverReturnsIsCutOffByForceOnly() throws Exception {
        try (Site site = new Site(folder, IMPATIENT).started()) {
            site.taken(Fixtures.named("secrets-sample", "1.0.0", "", "if (name.text().equals(\"hang\"))" + HANG, ""));
            site.taken(Fixtures.good("2.0.0"));
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    site.slot()
                            .use(store -> store.find(Site.TENANT, dev.dovetail.spi.Name.of("hang"), Optional.empty()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Eventually.holds("the call is inside", () -> site.generation(1).leases() == 1);
            assertInstanceOf(Activation.Serving.class, site.plugins.activate(Site.ID, "2.0.0", true));
            assertEquals("2.0.0", site.answer());
            Eventually.holds("it is cut off", () -> site.generation(1).cutOff() == 1);
            assertTrue(caller.isAlive());
        }
    }
}
