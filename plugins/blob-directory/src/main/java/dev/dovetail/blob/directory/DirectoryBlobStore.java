package dev.dovetail.blob.directory;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps each blob in a file {@code <directory>/<tenant>/ab/cdef...}, named by its digest.
 *
 * <p>A blob is written under a temporary name, forced to the disk and renamed, so that a file with a digest's name is
 * always whole; its time of change is when it was last put. Nothing is locked: several stores may use one directory. A
 * deletion first renames the blob to a name of the doomed, then looks once more whether it was put again; a reader who
 * does not find the blob looks among the doomed.
 */
final class DirectoryBlobStore implements BlobStore {
    private static final int CHUNK = 1 << 16;

    private final BlobFolder folder;
    private final InstantSource clock;
    private volatile boolean closed;

    DirectoryBlobStore(BlobFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public Digest put(Name tenant, InputStream source) throws IOException {
        checkOpen();
        Path temporary = folder.temporary(tenant);
        try {
            Digest digest = received(source, temporary);
            folder.keep(temporary, tenant, digest, clock.instant());
            return digest;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Digest received(InputStream source, Path temporary) throws IOException {
        MessageDigest digest = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        try (FileChannel file = folder.create(temporary)) {
            for (int n = source.read(chunk); n >= 0; n = source.read(chunk)) {
                digest.update(chunk, 0, n);
                folder.write(file, ByteBuffer.wrap(chunk, 0, n));
            }
        }
        return Digest.of(digest);
    }

    @Override
    public boolean copy(Name tenant, Digest digest, OutputStream target) throws IOException {
        checkOpen();
        Optional<FileChannel> found = folder.find(tenant, digest);
        if (found.isEmpty()) {
            return false;
        }
        MessageDigest actual = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        try (FileChannel file = found.get()) {
            for (int n = folder.read(file, chunk); n >= 0; n = folder.read(file, chunk)) {
                actual.update(chunk, 0, n);
                target.write(chunk, 0, n);
            }
        }
        Digest now = Digest.of(actual);
        if (!now.equals(digest)) {
            throw new IOException("The blob " + digest + " of " + tenant + " is damaged: the digest of "
                    + folder.file(tenant, digest) + " is now " + now);
        }
        return true;
    }

    @Override
    public boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) throws IOException {
        checkOpen();
        return folder.delete(tenant, digest, ifNotPutSince);
    }

    @Override
    public void scan(Name tenant, Consumer<Digest> visitor) throws IOException {
        checkOpen();
        folder.scan(tenant, visitor, clock.instant());
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The blob store in " + folder + " is closed");
        }
    }
}
