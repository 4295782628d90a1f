package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.PluginException;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad plugins, one misdeed each: refused or contained, with words, while the version before serves on. */
@Tag("NM-04")
final class GalleryTest {
    private static final PluginSettings.Times IMPATIENT = new PluginSettings.Times(
            Duration.ofMillis(400),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
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
            assertTrue(reason.contains("took longer than 400 ms and was interrupted"), reason);
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
            Site.await("the old one is given up", () -> site.generation(1).state() == VersionState.SHELVED);
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
                Site.await(number + " is said to linger", () -> {
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
            Site.await("it is said to linger", () -> {
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
            Site.await("the descriptors are closed", () -> {
                System.gc();
                try {
                    return CoreSwapTest.openDescriptors(run) == 1;
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Plugin-Id       |                  | The manifest has no Plugin-Id
                    Plugin-Version  |                  | The manifest has no Plugin-Version
                    Plugin-Requires |                  | The manifest has no Plugin-Requires
                    Plugin-Id       | ../../etc        | Plugin-Id is "../../etc"
                    Plugin-Version  | one              | expected a semantic version
                    Plugin-Requires | ~~nonsense~~     | Plugin-Requires is "~~nonsense~~"
                    Plugin-Requires | >=0.2.0 & <0.3.0 | requires the SPI >=0.2.0 & <0.3.0, and this kernel offers 0.1.0
                    """)
    void oneWithoutAProperManifestIsNotTaken(String key, String value, String words) throws Exception {
        try (Site site = new Site(folder).started()) {
            SourceJar jar = Fixtures.good("1.0.0");
            String reason = site.refused(value == null ? jar.without(key) : jar.manifest(key, value));
            assertTrue(reason.contains(words), reason);
            assertTrue(site.plugins.list().isEmpty());
        }
    }

    @Test
    void oneThatIsNoJarOrNamesNoProviderIsNotTaken() throws Exception {
        try (Site site = new Site(folder).started()) {
            byte[] text = "Hello".getBytes(StandardCharsets.UTF_8);
            var none = assertInstanceOf(
                    Uploaded.Refused.class, site.plugins.take(new ByteArrayInputStream(text), Optional.empty()));
            assertTrue(none.reason().contains("Not a jar"), none.reason());
            String reason = site.refused(SourceJar.of("secrets-sample", "1.0.0"));
            assertTrue(reason.contains("names no provider"), reason);
            try (var shelf = Files.list(site.folder.resolve("shelf"))) {
                assertEquals(0, shelf.count(), "nothing is left of what was not taken");
            }
        }
    }

    @Test
    void oneThatBringsTheSpiOrTheKernelIsNotTaken() throws Exception {
        try (Site site = new Site(folder).started()) {
            for (String entry : new String[] {
                "dev/dovetail/spi/Name.class",
                "META-INF/versions/21/dev/dovetail/kernel/Kernel.class",
                "java/lang/X.class"
            }) {
                String reason = site.refused(Fixtures.good("1.0.0").entry(entry, new byte[] {1}));
                assertTrue(reason.contains(entry), reason);
            }
        }
    }

    @Test
    @Tag("NM-22")
    void oneThatWasChangedOnTheShelfIsRefused() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            var second = site.taken(Fixtures.good("2.0.0"));
            Files.write(
                    site.folder.resolve("shelf/" + second.sha256() + ".jar"),
                    opening("Runtime.getRuntime().halt(1);").bytes());
            String reason = site.refusal("2.0.0");
            assertTrue(reason.contains("it was changed on the disk"), reason);
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    @Tag("NM-22")
    void oneThatOthersCouldHaveWrittenIsNotTakenFromTheFolder() throws Exception {
        try (Site site = new Site(folder).started()) {
            Path jar = folder.resolve("a.jar");
            Files.write(jar, Fixtures.good("1.0.0").bytes());
            Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.move(jar, site.folder.resolve("plugins/a.jar"));
            Site.await("it is refused", () -> !site.plugins.refusedFiles().isEmpty());
            String reason = site.plugins.refusedFiles().getFirst().reason();
            assertTrue(reason.contains("can be written to by others") && reason.contains("a.jar.sig"), reason);
            assertTrue(site.plugins.list().isEmpty());
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
            Site.await("the call is inside", () -> site.generation(1).leases() == 1);
            assertInstanceOf(Activation.Serving.class, site.plugins.activate(Site.ID, "2.0.0", true));
            assertEquals("2.0.0", site.answer());
            Site.await("it is cut off", () -> site.generation(1).cutOff() == 1);
            assertTrue(caller.isAlive());
        }
    }
}
