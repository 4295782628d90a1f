package dev.dovetail.executor.custom;

import dev.dovetail.testkit.executor.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** Programs in bash, each made of what they have in common and a handler of its own. */
final class BashSamples {
    private static final Path SAMPLES = Path.of("src/test/samples");

    private BashSamples() {}

    static Path of(Sample which) {
        Path own = SAMPLES.resolve(which.name().toLowerCase(Locale.ROOT) + ".bash");
        try {
            String handler = Files.readString(own);
            String whole = which == Sample.BROKEN
                    ? handler
                    : Files.readString(SAMPLES.resolve("common.bash")) + handler + "run\n";
            return program(own.getFileName().toString(), whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the test's that can be started. */
    static Path program(String name, String content) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "samples"));
        Path file = Files.writeString(Files.createTempFile(folder, name, ""), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }
}
