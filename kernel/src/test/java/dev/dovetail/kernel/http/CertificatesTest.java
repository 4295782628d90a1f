package dev.dovetail.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.dovetail.kernel.Keystores;
import dev.dovetail.testkit.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connections are shown while the file of the certificates changes. */
final class CertificatesTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    private static Path stores;

    private static Path one;
    private static Path two;
    private static Path expired;

    @TempDir
    private Path folder;

    private Path live;
    private long now;
    private Certificates certificates;

    @BeforeAll
    static void make() throws Exception {
        one = Keystores.make(stores, "one", PASSWORD);
        two = Keystores.make(stores, "two", PASSWORD);
        expired = Keystores.make(stores, "expired", PASSWORD, "-100d");
    }

    @BeforeEach
    void open() throws Exception {
        live = folder.resolve("live.p12");
        Files.copy(one, live);
        certificates = new Certificates(
                Settings.of("{}", Map.of("keystore", "live.p12", "password", PASSWORD)), folder, () -> now);
    }

    private String chosen() {
        return certificates.chooseEngineServerAlias("EC", null, null);
    }

    private String subject(String alias) {
        assertNotNull(certificates.getPrivateKey(alias));
        return certificates
                .getCertificateChain(alias)[0]
                .getSubjectX500Principal()
                .getName();
    }

    private void later() {
        now += Certificates.LOOK.toNanos();
    }

    @Test
    void aFileThatCannotBeReadChangesNothingUntilItCan() throws Exception {
        Files.writeString(live, "half a file");
        later();
        assertEquals("CN=one", subject(chosen()));
        later();
        assertEquals("CN=one", subject(chosen()));
        Files.copy(two, live, StandardCopyOption.REPLACE_EXISTING);
        later();
        assertEquals("CN=two", subject(chosen()));
        Files.delete(live);
        later();
        assertEquals("CN=two", subject(chosen()), "what there was is shown on");
    }

    @Test
    void whatHasExpiredDoesNotTakeThePlaceOfWhatIsShown() throws Exception {
        Files.copy(expired, live, StandardCopyOption.REPLACE_EXISTING);
        later();
        assertEquals("CN=one", subject(chosen()));
        Files.copy(two, live, StandardCopyOption.REPLACE_EXISTING);
        later();
        assertEquals("CN=two", subject(chosen()));
    }

    @Test
    void whoChoseBeforeTheChangeIsShownWhatItChose() throws Exception {
        String before = chosen();
        Files.copy(two, live, StandardCopyOption.REPLACE_EXISTING);
        later();
        String after = chosen();
        assertEquals("CN=two", subject(after));
        assertEquals("CN=one", subject(before));
    }

    @Test
    void theFileIsLookedAtOnceInAWhile() throws Exception {
        Files.copy(two, live, StandardCopyOption.REPLACE_EXISTING);
        now += Certificates.LOOK.toNanos() - 1;
        assertEquals("CN=one", subject(chosen()));
        now++;
        assertEquals("CN=two", subject(chosen()));
    }
}
