package dev.dovetail.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders for a moment. */
public final class Scratch {
    private Scratch() {}

    /** Deletes a folder and all that is in it; what cannot be deleted is left to the system. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException _) {
            // a temporary folder: the system empties it in the end
        }
    }
}
