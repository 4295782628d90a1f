package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose jars are taken. */
@Tag("NM-22")
final class SignatureTest {
    @TempDir
    Path folder;

    private final KeyPair trusted = pair();
    private final KeyPair stranger = pair();
    private final byte[] jar = Fixtures.good("1.0.0").bytes();

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(byte[] content, KeyPair pair) throws Exception {
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initSign(pair.getPrivate());
        ed25519.update(content);
        return Base64.getEncoder().encodeToString(ed25519.sign());
    }

    private Site site(List<String> keys) throws InterruptedException {
        return new Site(new PluginSettings(
                        folder.resolve("shipped"),
                        folder.resolve("data"),
                        "0.1.0",
                        List.of(),
                        keys,
                        true,
                        InstantSource.system(),
                        Site.TIMES))
                .started();
    }

    private Site site() throws InterruptedException {
        return site(
                List.of(Base64.getEncoder().encodeToString(trusted.getPublic().getEncoded())));
    }

    private static String refused(Site site, byte[] jar, Optional<String> signature) throws Exception {
        return assertInstanceOf(Uploaded.Refused.class, site.plugins.take(new ByteArrayInputStream(jar), signature))
                .reason();
    }

    @Test
    void aJarSignedByATrustedKeyIsTaken() throws Exception {
        try (Site site = site()) {
            assertInstanceOf(
                    Uploaded.Taken.class,
                    site.plugins.take(new ByteArrayInputStream(jar), Optional.of(signed(jar, trusted))));
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void aKeyMayBeWrittenAsPem() throws Exception {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(trusted.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        try (Site site = site(List.of(pem))) {
            assertInstanceOf(
                    Uploaded.Taken.class,
                    site.plugins.take(new ByteArrayInputStream(jar), Optional.of(signed(jar, trusted) + "\n")));
        }
    }

    @Test
    void aJarThatWasChangedAfterItWasSignedIsRefused() throws Exception {
        byte[] changed = jar.clone();
        changed[changed.length - 1] ^= 1;
        try (Site site = site()) {
            assertTrue(refused(site, changed, Optional.of(signed(jar, trusted))).contains("the file was changed"));
            assertTrue(refused(site, jar, Optional.of(signed(jar, stranger))).contains("somebody else signed it"));
            assertTrue(refused(site, jar, Optional.of("AAAA")).contains("not one of this file"));
            assertTrue(refused(site, jar, Optional.of("%%%")).contains("not one of this file"));
            assertTrue(refused(site, jar, Optional.empty()).contains("needs a detached Ed25519 signature"));
            assertTrue(site.plugins.list().isEmpty());
        }
    }

    @Test
    void aFolderThatOthersCanWriteToNeedsSignatures() throws Exception {
        try (Site site = site()) {
            Path plugins = site.folder.resolve("plugins");
            Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxrwx"));
            site.drop("a.jar", jar);
            Eventually.holds("it is refused", () -> !site.plugins.refusedFiles().isEmpty());
            site.drop("a.jar.sig", signed(jar, stranger).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Eventually.holds(
                    "the wrong signature is refused",
                    () -> site.plugins.refusedFiles().stream()
                            .anyMatch(each -> each.reason().contains("somebody else signed it")));
            Thread.sleep(5); // so that the next one has another time
            site.drop("a.jar.sig", signed(jar, trusted).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Eventually.holds("it is taken", () -> site.plugins.secrets().containsKey(Site.SAMPLE));
            assertEquals("1.0.0", site.answer());
        }
    }

    @Test
    void whatIsNoKeyIsSaidSo() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> site(List.of("c3RyYW5nZQ==")));
        assertTrue(thrown.getMessage().contains("plugins.trusted-keys"), thrown.getMessage());
    }
}
