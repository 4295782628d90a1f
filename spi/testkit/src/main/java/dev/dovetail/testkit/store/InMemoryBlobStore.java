package dev.dovetail.testkit.store;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** A blob store that keeps everything in memory, for tests. */
public final class InMemoryBlobStore implements BlobStore {
    private final BlobMemory memory;
    private final InstantSource clock;
    private volatile boolean closed;

    /** A store with nothing in it. */
    public InMemoryBlobStore() {
        this(InstantSource.system());
    }

    /** A store with nothing in it, which dates what is put by this clock. */
    public InMemoryBlobStore(InstantSource clock) {
        this(new BlobMemory(), clock);
    }

    InMemoryBlobStore(BlobMemory memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public Digest put(Name tenant, InputStream source) throws IOException {
        checkOpen();
        byte[] bytes = source.readAllBytes();
        Digest digest = Digest.of(bytes);
        memory.put(tenant, digest, bytes, clock.instant());
        return digest;
    }

    @Override
    public boolean copy(Name tenant, Digest digest, OutputStream target) throws IOException {
        checkOpen();
        Optional<byte[]> found = memory.find(tenant, digest);
        if (found.isEmpty()) {
            return false;
        }
        Digest actual = Digest.of(found.get());
        if (!actual.equals(digest)) {
            throw new IOException("The blob " + digest + " of " + tenant + " is damaged: its digest is now " + actual);
        }
        target.write(found.get());
        return true;
    }

    @Override
    public boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) {
        checkOpen();
        return memory.delete(tenant, digest, ifNotPutSince);
    }

    @Override
    public void scan(Name tenant, Consumer<Digest> visitor) {
        checkOpen();
        memory.all(tenant).forEach(visitor);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The in-memory blob store is closed");
        }
    }
}
