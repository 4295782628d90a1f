package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Code unpacked on this machine, one directory for each digest of a tenant. A directory appears complete or not at all;
 * all of them may be deleted while nothing runs, and come back from the blob store. When it was used last is the time of the
 * directory, so that this is known after a restart too. Thread-safe.
 */
final class CodeCache {
    private static final System.Logger LOG = System.getLogger(CodeCache.class.getName());

    /** What was used lately stays, however much there is: whoever was given a directory may only be about to look into it. */
    private static final Duration LATELY = Duration.ofDays(1);

    private static final String GONE = ".gone-";

    private final Path root;
    private final Drafts drafts;
    private final Slot<BlobStore> blobs;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param drafts below which code is unpacked first; where files can be moved to the root from */
    CodeCache(Path root, Drafts drafts, Slot<BlobStore> blobs, InstantSource clock) {
        this.root = root;
        this.drafts = drafts;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** @throws IllegalStateException if there is nothing that code could be fetched from, or kept in */
    void open() throws InterruptedException {
        try {
            blobs.lease().close();
        } catch (PluginFailure e) {
            throw new IllegalStateException("The blob store does not serve, so no function can: " + e.getMessage(), e);
        }
    }

    /** Something that is in use: a version's code, or one of its layers. */
    record Used(Name tenant, Digest digest) {
        static Stream<Used> by(Deployed deployed) {
            Name tenant = deployed.id().tenant();
            return Stream.concat(
                            Stream.of(deployed.version().code()),
                            deployed.version().layers().stream().map(Version.Layer::digest))
                    .map(digest -> new Used(tenant, digest));
        }
    }

    private record Kept(Path directory, FileTime used, long bytes) {}

    /**
     * Takes away what was used least lately until the rest has no more than so many bytes; what is in use, or was within a day, stays.
     * What a process that was killed had not unpacked to its end goes however much there is.
     *
     * @throws UncheckedIOException if the directories cannot be looked through
     */
    void keepOnly(long most, Stream<Used> inUse) {
        drafts.tidy();
        inUse.map(each -> place(each.tenant(), each.digest())).forEach(this::isThere);
        try {
            List<Kept> all = new ArrayList<>(all());
            all.sort(Comparator.comparing(Kept::used));
            long total = all.stream().mapToLong(Kept::bytes).sum();
            FileTime lately = FileTime.from(clock.instant().minus(LATELY));
            for (Kept each : all) {
                if (total <= most || each.used().compareTo(lately) > 0) {
                    return;
                }
                if (takeAway(each)) {
                    total -= each.bytes();
                    LOG.log(
                            Level.DEBUG,
                            "{0} was not used since {1} and is gone from here",
                            each.directory(),
                            each.used());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Kept> all() throws IOException {
        List<Kept> found = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        try (Stream<Path> directories =
                Files.find(root, 2, (path, _) -> root.relativize(path).getNameCount() == 2)) {
            for (Path each : directories.toList()) {
                try {
                    found.add(new Kept(each, Files.getLastModifiedTime(each), bytes(each)));
                } catch (NoSuchFileException | UncheckedIOException e) {
                    LOG.log(Level.DEBUG, "{0} changes while it is looked at: {1}", each, e.getMessage());
                }
            }
        }
        return found;
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** Whole, under another name first, so that nobody finds half of it; false if it was used meanwhile. */
    private boolean takeAway(Kept it) throws IOException {
        Path gone = it.directory().resolveSibling(GONE + it.directory().getFileName());
        lock.lock();
        try {
            if (!Files.getLastModifiedTime(it.directory()).equals(it.used())) {
                return false;
            }
            Drafts.delete(gone); // of a process that was killed meanwhile
            Files.move(it.directory(), gone, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            lock.unlock();
        }
        Drafts.delete(gone);
        return true;
    }

    /** Whether there is a directory; then it is used now. */
    private boolean isThere(Path directory) {
        lock.lock();
        try {
            if (!Files.isDirectory(directory)) {
                return false;
            }
            Files.setLastModifiedTime(directory, FileTime.from(clock.instant()));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("That " + directory + " is used cannot be noted", e);
        } finally {
            lock.unlock();
        }
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
        if (isThere(directory)) {
            return directory;
        }
        return unpacked(tenant, digest, archive(tenant, digest));
    }

    /** An archive as it was put, checked against its digest. */
    byte[] archive(Name tenant, Digest digest) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean there = blobs.use(store -> store.copy(tenant, digest, bytes));
        byte[] archive = bytes.toByteArray();
        if (!there || !Digest.of(archive).equals(digest)) {
            throw Refusal.of(
                    ErrorType.PLATFORM,
                    "The code " + digest + (there ? " is damaged in the blob store" : " is not in the blob store"));
        }
        return archive;
    }

    private Path place(Name tenant, Digest digest) {
        return root.resolve(tenant.text()).resolve(digest.hex());
    }

    private Path unpacked(Name tenant, Digest digest, byte[] archive) {
        Path directory = place(tenant, digest);
        if (isThere(directory)) {
            return directory;
        }
        try {
            Files.createDirectories(directory.getParent());
            Path draft = drafts.make();
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
                drafts.drop(draft);
            }
            isThere(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("The code cannot be unpacked to " + directory, e);
        }
    }
}
