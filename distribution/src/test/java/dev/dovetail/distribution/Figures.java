package dev.dovetail.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What the tests measured: in the build's log, and in {@code target/figures.txt}. */
final class Figures {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.figures");
    private static final Path FILE = Path.of("target", "figures.txt");

    private Figures() {}

    static void tell(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        LOG.log(System.Logger.Level.WARNING, line); // the tests' log shows nothing lower
        try {
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
