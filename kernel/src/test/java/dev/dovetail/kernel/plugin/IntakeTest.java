package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.plugin.SourceJar;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jars that are not taken, or not loaded, for what they are. */
@Tag("NM-04")
final class IntakeTest {
    @TempDir
    Path folder;

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
                    Fixtures.named("secrets-sample", "2.0.0", "Runtime.getRuntime().halt(1);", "", "")
                            .bytes());
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
            Eventually.holds("it is refused", () -> !site.plugins.refusedFiles().isEmpty());
            String reason = site.plugins.refusedFiles().getFirst().reason();
            assertTrue(reason.contains("can be written to by others") && reason.contains("a.jar.sig"), reason);
            assertTrue(site.plugins.list().isEmpty());
        }
    }
}
