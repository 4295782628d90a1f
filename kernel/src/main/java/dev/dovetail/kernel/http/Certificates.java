package dev.dovetail.kernel.http;

import dev.dovetail.spi.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The key and certificates that the listener shows, from a PKCS#12 file. */
final class Certificates {
    private Certificates() {}

    /**
     * @param config the section {@code http.tls}
     * @param data against which a relative path is resolved
     * @throws IllegalArgumentException that says what to do
     */
    static SSLContext of(Config config, Path data) {
        Path file = data.resolve(config.text("keystore"));
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("http.tls.keystore: there is no readable file " + file
                    + "; expected PKCS#12 with a private key and its certificates, as openssl pkcs12 -export makes it");
        }
        char[] password = config.text("password").toCharArray();
        try {
            KeyStore store = KeyStore.getInstance(file.toFile(), password);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "http.tls.keystore: " + file + " cannot be used: " + e.getMessage()
                            + "; expected PKCS#12 under the password of http.tls.password",
                    e);
        }
    }
}
