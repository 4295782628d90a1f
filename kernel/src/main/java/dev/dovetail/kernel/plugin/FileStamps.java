package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which digest a file had when it was last read whole, for as long as the file system says that nobody wrote to it: its size, the
 * times at which its content and its inode were changed, and the inode are as they were. Computing digests of all jars is a
 * tenth of a start. What is kept on disk is kept there only after the files themselves. Thread-safe.
 */
final class FileStamps {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private record Stamp(Digest digest, String seen) {}

    private final Path file;
    private final Map<Path, Stamp> stamps = new ConcurrentHashMap<>();
    private final Map<Path, Stamp> saved = new ConcurrentHashMap<>();

    /** @param file where they are kept; need not be there yet */
    FileStamps(Path file) {
        this.file = file;
        read();
    }

    private void read() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", 3);
                saved.put(Path.of(parts[2]), new Stamp(new Digest(parts[0]), parts[1]));
            }
            stamps.putAll(saved);
        } catch (IOException | RuntimeException e) { // only costs time: all is computed again
            saved.clear();
            LOG.log(System.Logger.Level.DEBUG, file + " is not readable", e);
        }
    }

    /** The digest of a file, computed only if the file may have changed since it was. */
    Digest of(Path path) throws IOException {
        Optional<Digest> known = known(path);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<String> seen = seen(path); // before it is read: what is written meanwhile shows
        Digest digest = Generation.digestOf(path);
        seen.ifPresent(now -> stamps.put(path, new Stamp(digest, now)));
        return digest;
    }

    /** The file of a jar. @throws Refusal if it is no longer what was taken in */
    Path checked(Shelf.Jar jar) throws IOException {
        Digest found = of(jar.file());
        if (!found.equals(jar.digest())) {
            throw new Refusal("The file " + jar.file().getFileName() + " has the digest " + found
                    + " and was taken in with " + jar.digest() + ": it was changed on the disk");
        }
        return jar.file();
    }

    /** The digest of a file, if it is known and the file is as it was then. */
    Optional<Digest> known(Path path) throws IOException {
        Stamp known = stamps.get(path);
        return known != null && seen(path).filter(known.seen()::equals).isPresent()
                ? Optional.of(known.digest())
                : Optional.empty();
    }

    /** A file that only this process can have written has this digest. */
    void put(Path path, Digest digest) throws IOException {
        seen(path).ifPresent(now -> stamps.put(path, new Stamp(digest, now)));
    }

    /** What changes with the file, if this file system tells enough. */
    private static Optional<String> seen(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Optional.empty();
        }
        Map<String, Object> all = Files.readAttributes(path, "unix:size,lastModifiedTime,ctime,ino");
        return Optional.of(all.get("size") + " " + nanos(all.get("lastModifiedTime")) + " " + nanos(all.get("ctime"))
                + " " + all.get("ino"));
    }

    private static long nanos(Object time) {
        return ((FileTime) time).to(TimeUnit.NANOSECONDS);
    }

    /** Makes the files durable of which something new is known, and then what is known of them. Takes as long as a disk does. */
    void save() throws IOException {
        Map<Path, Stamp> now = Map.copyOf(stamps);
        if (now.equals(saved)) {
            return;
        }
        Map<Path, Stamp> there = new HashMap<>(now);
        List<String> lines = new ArrayList<>();
        for (Map.Entry<Path, Stamp> each : now.entrySet()) {
            Path path = each.getKey();
            if (!Files.exists(path)) {
                stamps.remove(path, each.getValue());
                there.remove(path);
                continue;
            }
            if (!each.getValue().equals(saved.get(path))) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
            lines.add(each.getValue().digest() + "\t" + each.getValue().seen() + "\t" + path);
        }
        Path next = file.resolveSibling(file.getFileName() + ".part");
        Files.write(next, lines);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        saved.clear();
        saved.putAll(there);
    }
}
