package dev.dovetail.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Files with a key and a certificate of its own, as the JDK's tool makes them. */
public final class Keystores {
    private Keystores() {}

    /** PKCS#12 with one entry, {@code server}, for this machine; the subject is {@code CN=<name>}. */
    public static Path make(Path folder, String name, String password) throws IOException, InterruptedException {
        return make(folder, name, password, "-0d");
    }

    /** The same, valid for ninety days from this time on, as the tool takes it. */
    public static Path make(Path folder, String name, String password, String from)
            throws IOException, InterruptedException {
        Path file = folder.resolve(name + ".p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-startdate",
                        from,
                        "-validity",
                        "90",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!made.waitFor(60, TimeUnit.SECONDS) || made.exitValue() != 0) {
            throw new AssertionError("keytool did not make " + file);
        }
        return file;
    }
}
