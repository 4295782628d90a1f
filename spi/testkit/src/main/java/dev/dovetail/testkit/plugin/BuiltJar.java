package dev.dovetail.testkit.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds what a build has packed. */
final class BuiltJar {
    private BuiltJar() {}

    /** The only jar in the folder that is a plugin's. */
    static Path in(Path folder) {
        List<Path> jars = jars(folder);
        if (jars.isEmpty()) {
            throw new AssertionError("There is no jar in " + folder
                    + " yet: let this test run after packaging (mvn verify), and not with the others");
        }
        if (jars.size() > 1) {
            throw new AssertionError("There are " + jars.size() + " jars in " + folder + ", and one of them is meant: "
                    + jars + "; build with mvn clean verify, or say with jar() which one it is");
        }
        return jars.getFirst();
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.toString().endsWith(".jar")
                            && !each.getFileName().toString().startsWith("original-")
                            && !each.toString().matches(".*-(sources|tests|javadoc)\\.jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
