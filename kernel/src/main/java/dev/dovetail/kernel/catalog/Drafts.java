package dev.dovetail.kernel.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Folders in which code is unpacked before anybody decides what becomes of it. One process has them all; what is there and
 * is none of its own was left by one that was killed. Thread-safe.
 */
final class Drafts {
    private final Path root;
    private final Set<Path> own = ConcurrentHashMap.newKeySet();

    Drafts(Path root) {
        this.root = root;
    }

    /** An empty folder, which is there until it is {@linkplain #drop dropped} or moved away. */
    Path make() throws IOException {
        Path draft = root.resolve(UUID.randomUUID().toString());
        own.add(draft); // before it is there, so that nobody takes it for another's
        return Files.createDirectories(draft);
    }

    /** Takes it away, if it is still there. */
    void drop(Path draft) throws IOException {
        try {
            delete(draft);
        } finally {
            own.remove(draft); // what could not be taken away is tried again
        }
    }

    /**
     * Takes away what others have left.
     *
     * @throws UncheckedIOException if they cannot be looked through
     */
    void tidy() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> all = Files.list(root)) {
            for (Path each : all.toList()) {
                if (!own.contains(each)) {
                    delete(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
