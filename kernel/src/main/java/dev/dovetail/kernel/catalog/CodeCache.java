package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Code unpacked on this machine, one directory for each digest of a tenant. A directory appears complete or not at all;
 * all of them may be deleted while nothing runs, and come back from the blob store.
 */
final class CodeCache {
    private final Path root;
    private final Slot<BlobStore> blobs;

    CodeCache(Path root, Slot<BlobStore> blobs) {
        this.root = root;
        this.blobs = blobs;
    }

    /** Keeps an archive: unpacked here and, once that worked, in the blob store. */
    Digest put(Name tenant, byte[] archive) throws InterruptedException {
        Digest digest = Digest.of(archive);
        unpacked(tenant, digest, archive);
        return blobs.use(store -> store.put(tenant, new ByteArrayInputStream(archive)));
    }

    /** The directory with a version's files, fetched and checked against its digest if it is not there. */
    Path directory(Name tenant, Digest digest) throws InterruptedException {
        Path directory = place(tenant, digest);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean there = blobs.use(store -> store.copy(tenant, digest, bytes));
        byte[] archive = bytes.toByteArray();
        if (!there || !Digest.of(archive).equals(digest)) {
            throw Refusal.of(
                    ErrorType.PLATFORM,
                    "The code " + digest + (there ? " is damaged in the blob store" : " is not in the blob store"));
        }
        return unpacked(tenant, digest, archive);
    }

    private Path place(Name tenant, Digest digest) {
        return root.resolve(tenant.text()).resolve(digest.hex());
    }

    private Path unpacked(Name tenant, Digest digest, byte[] archive) {
        Path directory = place(tenant, digest);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        try {
            Files.createDirectories(directory.getParent());
            Path draft = Files.createTempDirectory(directory.getParent(), ".unpacking-");
            try {
                Archive.unpack(archive, draft);
                Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                throw new UncheckedIOException(e);
            } catch (IOException e) {
                if (!Files.isDirectory(directory)) { // else somebody else was quicker
                    throw new UncheckedIOException(e);
                }
            } finally {
                delete(draft);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("The code cannot be unpacked to " + directory, e);
        }
    }

    private static void delete(Path directory) throws IOException {
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
