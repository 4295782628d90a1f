package dev.dovetail.blob.directory;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The files of a blob store, and what is said when the disk is full or says no. */
final class BlobFolder {
    private static final String TEMPORARY = ".tmp";
    private static final String DOOMED = ".doomed";

    /** What a crash left behind is younger than this only while somebody may still be writing it. */
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);

    /** Tells the directory that was opened from an empty one in its place, such as the point of a mount that is gone. */
    private static final String MARK = ".dovetail-blobs";

    private final Path root;

    private BlobFolder(Path root) {
        this.root = root;
    }

    /** Makes the directory if there is none, and tries whether it can be written to. */
    static BlobFolder open(Path root) {
        try {
            Files.createDirectories(root);
            Path probe = root.resolve(UUID.randomUUID() + TEMPORARY);
            Files.createFile(probe);
            Files.delete(probe);
            mark(root);
        } catch (IOException e) {
            throw new PluginException(
                    isFull(e) ? Kind.EXHAUSTED : Kind.REJECTED,
                    "Cannot keep blobs in " + root + " as user " + user() + ": " + reason(e)
                            + "; expected a directory that can be written to",
                    e);
        }
        return new BlobFolder(root);
    }

    private static void mark(Path root) throws IOException {
        try {
            Files.createFile(root.resolve(MARK));
        } catch (FileAlreadyExistsException e) {
            // it was opened before, by this node or another
        }
    }

    Path file(Name tenant, Digest digest) {
        String hex = digest.hex();
        return root.resolve(tenant.text()).resolve(hex.substring(0, 2)).resolve(hex.substring(2));
    }

    private static Path doomed(Path file) {
        return file.resolveSibling(file.getFileName() + DOOMED);
    }

    Path temporary(Name tenant) {
        return root.resolve(tenant.text()).resolve(UUID.randomUUID() + TEMPORARY);
    }

    /** What is not in a directory that is not there is not lost, and what were put there would be. */
    private void checkThere() {
        if (!Files.exists(root.resolve(MARK))) {
            throw new PluginException(
                    Kind.UNAVAILABLE,
                    "The directory " + root + " is not the one that was opened: the file " + MARK
                            + " is not there. Is what was mounted there gone?");
        }
    }

    FileChannel create(Path temporary) {
        checkThere();
        return disk("create " + temporary, () -> {
            makeDirectory(temporary.getParent());
            return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        });
    }

    void write(FileChannel file, ByteBuffer bytes) {
        disk("write a blob in " + root, () -> {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            return file;
        });
    }

    int read(FileChannel file, byte[] chunk) throws IOException {
        return file.read(ByteBuffer.wrap(chunk));
    }

    /** Gives the temporary file its name, all of it on the disk when this returns. */
    void keep(Path temporary, Name tenant, Digest digest, Instant now) {
        Path file = file(tenant, digest);
        disk("keep " + file, () -> {
            Files.setLastModifiedTime(temporary, FileTime.from(now));
            force(temporary, StandardOpenOption.WRITE);
            makeDirectory(file.getParent());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(file.getParent(), StandardOpenOption.READ);
            return file;
        });
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    /** A directory is only there after a crash when the one above it was forced to the disk too. */
    private void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            makeDirectory(directory.getParent());
            try {
                Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            }
            force(directory.getParent(), StandardOpenOption.READ);
        }
    }

    Optional<FileChannel> find(Name tenant, Digest digest) {
        Path file = file(tenant, digest);
        // a deletion that changes its mind puts the blob back, hence the last look
        for (Path place : List.of(file, doomed(file), file)) {
            Optional<FileChannel> found = disk("read " + file, () -> {
                try {
                    return Optional.of(FileChannel.open(place, StandardOpenOption.READ));
                } catch (NoSuchFileException e) {
                    return Optional.empty();
                }
            });
            if (found.isPresent()) {
                return found;
            }
        }
        checkThere();
        return Optional.empty();
    }

    boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) {
        Path file = file(tenant, digest);
        Path doomed = doomed(file);
        return disk("delete " + file, () -> {
            try {
                if (wasPutSince(file, ifNotPutSince)) {
                    return false;
                }
                Files.move(file, doomed, StandardCopyOption.ATOMIC_MOVE);
                if (wasPutSince(doomed, ifNotPutSince)) {
                    Files.move(doomed, file, StandardCopyOption.ATOMIC_MOVE);
                    return false;
                }
                Files.delete(doomed);
                return true;
            } catch (NoSuchFileException goneAlready) {
                return false;
            }
        });
    }

    private static boolean wasPutSince(Path file, Instant time) throws IOException {
        return !Files.getLastModifiedTime(file).toInstant().isBefore(time);
    }

    void scan(Name tenant, Consumer<Digest> visitor, Instant now) {
        Path home = root.resolve(tenant.text());
        for (Path folder : children(home)) {
            if (isLeftBehind(folder, now)) {
                continue;
            }
            for (Path file : children(folder)) {
                String name = file.getFileName().toString();
                if (!isLeftBehind(file, now) && name.length() == 62) {
                    visitor.accept(new Digest(folder.getFileName() + name));
                }
            }
        }
    }

    /** Whether the path is no blob but what a put or a deletion works on; if that was long ago, it is removed. */
    private boolean isLeftBehind(Path path, Instant now) {
        String name = path.getFileName().toString();
        if (!name.endsWith(TEMPORARY) && !name.endsWith(DOOMED)) {
            return false;
        }
        return disk("clean up " + path, () -> {
            try {
                if (!wasPutSince(path, now.minus(LEFT_BEHIND))) {
                    Files.deleteIfExists(path);
                }
            } catch (NoSuchFileException goneAlready) {
                // whoever worked on it has finished
            }
            return true;
        });
    }

    private List<Path> children(Path directory) {
        return disk("read " + directory, () -> {
            try (Stream<Path> children = Files.list(directory)) {
                return children.toList();
            } catch (NoSuchFileException e) {
                return List.of();
            }
        });
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Runs what only the disk can make fail. */
    private <T> T disk(String what, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new PluginException(
                    isFull(e) ? Kind.EXHAUSTED : Kind.UNAVAILABLE,
                    "Cannot " + what + " as user " + user() + ": " + reason(e),
                    e);
        }
    }

    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException file -> file.getFile() + " is there, and is no directory";
            case FileSystemException other
            when other.getReason() != null -> other.getReason() + " (" + other.getFile() + ")";
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
