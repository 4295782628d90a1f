package dev.dovetail.kernel.record;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder of the operator's into which is written what retention is about to delete: files of lines of JSON, compressed with gzip, for
 * each day and tenant. A file is whole and on the disk when it has its name, and is never changed. Thread-safe.
 */
public final class Archive {
    private static final System.Logger LOG = System.getLogger(Archive.class.getName());
    private static final String PART = ".part";

    private final Optional<Path> folder;
    private final Schemas schemas;
    private final UnaryOperator<Bytes> unpacking;
    private final Map<String, String> troubles = new ConcurrentSkipListMap<>();

    /**
     * @param folder which must be there: one that is made where another disk should be is none; empty if nothing is archived
     * @param unpacking makes text of a journal as the store has it
     */
    public Archive(Optional<Path> folder, Schemas schemas, UnaryOperator<Bytes> unpacking) {
        this.folder = folder;
        this.schemas = schemas;
        this.unpacking = unpacking;
    }

    /** Where nothing is archived. */
    public static Archive none(Schemas schemas) {
        return new Archive(Optional.empty(), schemas, UnaryOperator.identity());
    }

    boolean isWanted() {
        return folder.isPresent();
    }

    Schemas schemas() {
        return schemas;
    }

    JsonNode unpacked(Bytes journal) {
        return schemas.parse(unpacking.apply(journal));
    }

    /** Why something is not deleted though it is old, in words. */
    public Optional<String> trouble() {
        return troubles.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", troubles.values()));
    }

    /** Archives something, and then deletes it. */
    interface Keeping {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Does it, if anything can be archived now.
     *
     * @param what names it in messages
     */
    void keep(String what, Keeping keeping) throws InterruptedException {
        try {
            Path there = folder.orElseThrow();
            if (!Files.isDirectory(there) || !Files.isWritable(there)) {
                throw new IOException(there + " is no folder that can be written to");
            }
            keeping.run();
            troubles.remove(what);
        } catch (IOException | UncheckedIOException e) {
            troubles.put(what, "old " + what + " are kept, because they cannot be archived: " + e.getMessage());
            LOG.log(
                    Level.WARNING,
                    "Old {0} cannot be archived, so none are deleted, and it is tried again: {1}",
                    what,
                    e.toString());
        }
    }

    /** Begins a file. */
    Volume volume(String kind, String day, String tenant) throws IOException {
        Path place = folder.orElseThrow().resolve(kind).resolve(day);
        make(place);
        String name = tenant + "-" + UUID.randomUUID().toString().substring(0, 13) + ".ndjson.gz";
        return new Volume(place.resolve(name));
    }

    private void make(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            if (!place.getParent().equals(folder.orElseThrow())) {
                make(place.getParent());
            }
            Files.createDirectories(place, ownersOnly("rwx------"));
            sync(place.getParent());
        }
    }

    private FileAttribute<?>[] ownersOnly(String rights) {
        boolean posix = folder.orElseThrow()
                .getFileSystem()
                .supportedFileAttributeViews()
                .contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }

    /** One file, as it is written; gone if it is closed before it is finished. */
    final class Volume implements AutoCloseable {
        private final Path file;
        private final Path part;
        private final FileChannel channel;
        private final OutputStream out;
        private boolean finished;

        private Volume(Path file) throws IOException {
            this.file = file;
            this.part = file.resolveSibling(file.getFileName() + PART);
            this.channel = FileChannel.open(
                    part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownersOnly("rw-------"));
            this.out = new GZIPOutputStream(Channels.newOutputStream(channel), 64 << 10);
        }

        /** @param json without line breaks */
        void line(Bytes json) throws IOException {
            json.writeTo(out);
            out.write('\n');
        }

        void line(ObjectNode json) throws IOException {
            line(schemas.bytes(json));
        }

        /** Returns when it is on the disk under its name. */
        void finish() throws IOException {
            ((GZIPOutputStream) out).finish();
            channel.force(true);
            channel.close();
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
            sync(file.getParent());
        }

        @Override
        public void close() throws IOException {
            if (!finished) {
                channel.close();
                Files.deleteIfExists(part);
            }
        }
    }
}
