package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that takes the JVM down, in JVMs of its own. */
final class CrashTest {
    private static final int HALTED = 3;

    @TempDir
    Path folder;

    /** Starts on the folder, activates the version given, if any, asks once, and stops in good order. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            try (Site site = new Site(Path.of(args[0])).started()) {
                if (args.length > 1) {
                    site.serving(args[1]);
                }
                site.answer();
            }
        }
    }

    private int child(String... activate) throws Exception {
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString());
        child.command().addAll(java.util.List.of(activate));
        Process process = child.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertTrue(process.exitValue() == 0 || process.exitValue() == HALTED, said);
        return process.exitValue();
    }

    private void goesBackAfterTwoCrashes(SourceJar deadly) throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(deadly);
        }
        assertEquals(HALTED, child("2.0.0"), "the first crash");
        assertEquals(HALTED, child(), "tried once more");
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
            assertEquals(VersionState.REFUSED, site.version("2.0.0").state());
            assertEquals(
                    Optional.of("the kernel ended 2 times while it was on trial"),
                    site.version("2.0.0").reason());
        }
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void oneThatExitsTheJvmInOpenIsGoneBackFrom() throws Exception {
        goesBackAfterTwoCrashes(Fixtures.named("secrets-sample", "2.0.0", "Runtime.getRuntime().halt(3);", "", ""));
    }

    @Test
    void oneThatExitsTheJvmWhenUsedIsGoneBackFrom() throws Exception {
        goesBackAfterTwoCrashes(Fixtures.named("secrets-sample", "2.0.0", "", "Runtime.getRuntime().halt(3);", ""));
    }

    @Test
    void aHandoverThatExitsTheJvmIsGoneBackFrom() throws Exception {
        try (Site site = new Site(folder).started()) {
            site.taken(Fixtures.handover("1.0.0", "", "", ""));
            site.taken(Fixtures.handover("2.0.0", "System.exit(3);", "", ""));
        }
        assertEquals(HALTED, child("2.0.0"));
        assertEquals(HALTED, child());
        try (Site site = new Site(folder).started()) {
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void oneWithNothingToGoBackToIsGivenUpAfterThreeTimes() throws Exception {
        java.nio.file.Files.createDirectories(folder.resolve("shipped"));
        Fixtures.named("secrets-sample", "1.0.0", "Runtime.getRuntime().halt(3);", "", "")
                .in(folder.resolve("shipped"));
        assertEquals(HALTED, child());
        assertEquals(HALTED, child());
        assertEquals(HALTED, child());
        try (Site site = new Site(folder).started()) {
            assertEquals(VersionState.REFUSED, site.version("1.0.0").state());
        }
    }

    @Test
    void aVersionThatServedThroughItsTrialIsTrusted() throws Exception {
        var times = new PluginSettings.Times(
                Site.TIMES.open(),
                Site.TIMES.close(),
                Site.TIMES.drain(),
                Site.TIMES.handover(),
                Site.TIMES.forced(),
                Site.TIMES.inspect(),
                java.time.Duration.ofMillis(100),
                Site.TIMES.ease(),
                Site.TIMES.idle(),
                java.time.Duration.ofMillis(20));
        try (Site site = new Site(folder, times).started()) {
            site.taken(Fixtures.good("1.0.0"));
            site.taken(Fixtures.good("2.0.0"));
            site.serving("2.0.0");
            Desired desired = new FileDesired(site.folder.resolve("plugins.properties"));
            assertEquals(
                    Optional.of("2.0.0"), desired.find(Site.ID).orElseThrow().trying());
            Eventually.holds("it is trusted", () -> {
                try {
                    return new FileDesired(site.folder.resolve("plugins.properties"))
                            .find(Site.ID)
                            .orElseThrow()
                            .trying()
                            .isEmpty();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
    }
}
