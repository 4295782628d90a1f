package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The product as it was packaged, and its command. */
final class House {
    /** The folder that the build assembled. */
    static final Path HOME = Path.of("target", "dovetail").toAbsolutePath();

    /** The folder of the sources, with the documents. */
    static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();

    /** Whether the long runs are wanted. */
    static final boolean ALL = "all".equals(System.getenv("DOVETAIL_PROVE"));

    private static final int PATIENCE_SECONDS = 120;

    /** What a command said and how it ended. */
    record Said(int status, String out, String err) {
        Said expecting(int wanted) {
            assertEquals(wanted, status, () -> "status\n" + out + err);
            return this;
        }
    }

    private House() {}

    static Path command() {
        return HOME.resolve("bin").resolve("dovetail");
    }

    /** The packaged jar of a plugin. */
    static Path plugin(String id) {
        try (Stream<Path> all = Files.list(HOME.resolve("plugins"))) {
            return all.filter(file -> file.getFileName().toString().startsWith(id + "-"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No plugin " + id + " in " + HOME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of the command, on the JDK that runs the tests, with nothing of this process's settings. */
    static ProcessBuilder process(Path data, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command().toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("DOVETAIL_") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("DOVETAIL_DATA", data.toString());
        builder.directory(data.toAbsolutePath().getParent().toFile());
        return builder;
    }

    /** Runs the command to its end. */
    static Said run(Path data, String... arguments) throws IOException, InterruptedException {
        return run(process(data, arguments));
    }

    static Said run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path out = Files.createTempFile("said", ".out");
        Path err = Files.createTempFile("said", ".err");
        try {
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(builder.command() + " did not end within " + PATIENCE_SECONDS + " s; it said\n"
                        + Files.readString(out) + Files.readString(err));
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
