package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Served by HTTPS: with the certificates of a file, also when that is renewed, and whatever comes before a handshake. */
@Timeout(180)
final class TlsTest {
    private static final String PASSWORD = "correct horse";
    private static final int READ_MILLIS = 30_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path stores;

    private static Path one;
    private static Path two;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() throws Exception {
        one = Keystores.make(stores, "one", PASSWORD);
        two = Keystores.make(stores, "two", PASSWORD);
    }

    /** A client that trusts nobody else. */
    private static SSLContext trusting(Path... stores) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Path each : stores) {
            KeyStore keys = KeyStore.getInstance(each.toFile(), PASSWORD.toCharArray());
            trusted.setCertificateEntry(each.getFileName().toString(), keys.getCertificate("server"));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static HttpResponse<String> ask(House house, Path trusted) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(trusted)).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + house.port() + "/api/v1/functions"))
                            .header("Authorization", "Bearer " + House.TOKEN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String shown(House house, String... protocols) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) trusting(one, two).getSocketFactory().createSocket("localhost", house.port())) {
            socket.setSoTimeout(READ_MILLIS);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            X509Certificate its = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return its.getSubjectX500Principal().getName() + " "
                    + socket.getSession().getProtocol();
        }
    }

    private static int untilTheEnd(Socket socket) throws IOException {
        int count = 0;
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                count++;
            }
        } catch (SocketException reset) {
            return count; // a reset is an end, too
        }
        return count;
    }

    private Path live() throws IOException {
        return Files.copy(one, folder.resolve("live.p12"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void whatIsRenewedIsShownToNewConnectionsAndAFileThatIsNoneChangesNothing() throws Exception {
        Path live = live();
        try (House house = House.at(folder).tls(live, PASSWORD).open()) {
            assertEquals(200, ask(house, one).statusCode());
            assertEquals("CN=one TLSv1.3", shown(house));
            assertEquals("CN=one TLSv1.2", shown(house, "TLSv1.2"));
            assertThrows(SSLException.class, () -> ask(house, two), "whoever trusts another");

            Files.writeString(live, "half a file");
            assertEquals("CN=one TLSv1.3", shown(house));
            assertEquals(200, ask(house, one).statusCode());

            Files.copy(two, live, StandardCopyOption.REPLACE_EXISTING);
            Eventually.holds(
                    "the new one is shown", PATIENCE, () -> shown(house).equals("CN=two TLSv1.3"));
            assertEquals(200, ask(house, two).statusCode());
        }
    }

    @Test
    void whoeverNeverEndsAHandshakeOrSpeaksPlainTextIsLetGo() throws Exception {
        try (House house = House.at(folder)
                .tls(live(), PASSWORD)
                .with("http.idle-timeout", "PT4S")
                .open()) {
            // nothing, the beginning of a ClientHello, and a request in the clear
            String hello = new String(new byte[] {22, 3, 1, 0, (byte) 200, 1, 0}, StandardCharsets.ISO_8859_1);
            for (String sent : new String[] {"", hello, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
                try (Socket socket = new Socket("127.0.0.1", house.port())) {
                    socket.setSoTimeout(READ_MILLIS);
                    socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
                    assertTrue(untilTheEnd(socket) < 100, "at the most an alert");
                }
            }
            try (SSLSocket silent =
                    (SSLSocket) trusting(one).getSocketFactory().createSocket("localhost", house.port())) {
                silent.setSoTimeout(READ_MILLIS);
                silent.startHandshake();
                assertEquals(0, untilTheEnd(silent));
            }
            assertEquals(200, ask(house, one).statusCode());
        }
    }

    @Test
    void aFileThatCannotBeUsedIsToldAtTheStart() throws Exception {
        Path live = live();
        assertTold(live, "wrong", "cannot be used");
        Files.writeString(live, "none");
        assertTold(live, PASSWORD, "cannot be used");
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        try (var out = Files.newOutputStream(live)) {
            empty.store(out, PASSWORD.toCharArray());
        }
        assertTold(live, PASSWORD, "no private key");
        Files.delete(live);
        assertTold(live, PASSWORD, "no readable file");
    }

    private void assertTold(Path store, String password, String expected) {
        RuntimeException told = assertThrows(
                RuntimeException.class,
                () -> House.at(folder).tls(store, password).open().close());
        assertTrue(told.getMessage().contains("http.tls.keystore"), told.getMessage());
        assertTrue(told.getMessage().contains(expected), told.getMessage());
    }
}
