package dev.dovetail.kernel.http;

import dev.dovetail.spi.Config;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.Date;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The key and certificates that the listener shows, from a PKCS#12 file. When the file is another one - certificates are
 * renewed every few weeks - new connections are shown what it has now, without a restart; one that cannot be read, or whose
 * certificates have expired, is logged, and what there was is shown on. Looked at when somebody connects, once in a few seconds at the most. Thread-safe.
 */
final class Certificates extends X509ExtendedKeyManager {
    private static final System.Logger LOG = System.getLogger(Certificates.class.getName());
    static final Duration LOOK = Duration.ofSeconds(2);

    private final Path file;
    private final char[] password;
    private final LongSupplier nanos;
    private volatile Shown shown;
    /** A connection that chose before the last change is shown what it chose. */
    private volatile Shown before;

    private long lookedAt;
    private Stamp stamp;

    /** @param number tells one from another, at the beginning of each alias */
    private record Shown(int number, X509ExtendedKeyManager keys) {}

    /** By which a file is known to be another one. */
    private record Stamp(FileTime changed, long size) {
        static Stamp of(Path file) throws IOException {
            return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
        }
    }

    /**
     * @param config the section {@code http.tls}
     * @param data against which a relative path is resolved
     * @throws IllegalArgumentException that says what to do
     */
    Certificates(Config config, Path data) {
        this(config, data, System::nanoTime);
    }

    /** @param nanos the time, in nanoseconds since any moment */
    Certificates(Config config, Path data, LongSupplier nanos) {
        this.nanos = nanos;
        this.lookedAt = nanos.getAsLong();
        this.file = data.resolve(config.text("keystore"));
        this.password = config.text("password").toCharArray();
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("http.tls.keystore: there is no readable file " + file
                    + "; expected PKCS#12 with a private key and its certificates, as openssl pkcs12 -export makes it");
        }
        try {
            this.stamp = Stamp.of(file);
            this.shown = new Shown(0, read(false));
            this.before = shown;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "http.tls.keystore: " + file + " cannot be used: " + e.getMessage()
                            + "; expected PKCS#12 under the password of http.tls.password",
                    e);
        }
    }

    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no TLS: " + e.getMessage(), e);
        }
    }

    /** @param valid whether what has expired is not to be taken in the place of what there is; at a start there is nothing better */
    private X509ExtendedKeyManager read(boolean valid) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(file.toFile(), password);
        boolean key = false;
        for (String alias : Collections.list(store.aliases())) {
            key |= store.isKeyEntry(alias);
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate its) {
                refuseExpired(its, valid);
            }
        }
        if (!key) {
            throw new GeneralSecurityException("there is no private key in it");
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        for (KeyManager each : keys.getKeyManagers()) {
            if (each instanceof X509ExtendedKeyManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("there is no certificate of X.509 in it");
    }

    private void refuseExpired(X509Certificate its, boolean refuse) throws CertificateException {
        String told = "its certificate " + its.getSubjectX500Principal().getName() + " was valid until "
                + its.getNotAfter().toInstant();
        if (its.getNotAfter().before(new Date())) {
            if (refuse) {
                throw new CertificateExpiredException(told);
            }
            LOG.log(Level.WARNING, "{0}: {1}; clients will not trust it", file, told);
        }
    }

    private synchronized Shown now() {
        long now = nanos.getAsLong();
        if (now - lookedAt < LOOK.toNanos()) {
            return shown;
        }
        lookedAt = now;
        try {
            Stamp there = Stamp.of(file);
            if (!there.equals(stamp)) {
                stamp = there; // one that cannot be read is told of once
                Shown next = new Shown(shown.number + 1, read(true));
                before = shown;
                shown = next;
                LOG.log(Level.INFO, "New connections are shown the certificates that {0} has now", file);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} has changed and cannot be used: {1}; what there was is shown on",
                    file,
                    e.toString());
        }
        return shown;
    }

    private static String named(Shown from, String alias) {
        return alias == null ? null : from.number + ":" + alias;
    }

    private Shown whose(String alias) {
        Shown latest = shown;
        return alias.startsWith(latest.number + ":") ? latest : before;
    }

    private static String bare(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Shown from = now();
        return named(from, from.keys.chooseEngineServerAlias(keyType, issuers, engine));
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        Shown from = now();
        return named(from, from.keys.chooseServerAlias(keyType, issuers, socket));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return whose(alias).keys.getCertificateChain(bare(alias));
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return whose(alias).keys.getPrivateKey(bare(alias));
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        Shown from = now();
        String[] aliases = from.keys.getServerAliases(keyType, issuers);
        if (aliases == null) {
            return null;
        }
        for (int i = 0; i < aliases.length; i++) {
            aliases[i] = named(from, aliases[i]);
        }
        return aliases;
    }

    /** This is a server's. */
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return null;
    }
}
