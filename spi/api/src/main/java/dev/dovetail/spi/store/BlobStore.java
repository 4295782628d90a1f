package dev.dovetail.spi.store;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Immutable bytes of a tenant, named by their SHA-256. Streams are the caller's: the store neither keeps nor closes
 * them, and an {@link IOException} of theirs passes through. Thread-safe. Rules: {@code docs/spi/blob.md}.
 */
public interface BlobStore extends AutoCloseable {
    /** Keeps what the stream has, durable when it returns; the same bytes twice are stored once. */
    Digest put(Name tenant, InputStream source) throws IOException;

    /**
     * Writes the blob to the target, having checked it against its digest on the way.
     *
     * @return false, and nothing written, if there is none
     * @throws IOException also if what is stored is not what was put
     */
    boolean copy(Name tenant, Digest digest, OutputStream target) throws IOException;

    /**
     * Forgets a blob, unless it was put again since the given time.
     *
     * @return whether it is gone because of this call
     */
    boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) throws IOException;

    /** Shows every blob of the tenant, in no particular order. */
    void scan(Name tenant, Consumer<Digest> visitor) throws IOException;

    @Override
    void close();
}
