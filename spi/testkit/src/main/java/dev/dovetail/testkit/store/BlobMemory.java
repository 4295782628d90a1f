package dev.dovetail.testkit.store;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What in-memory blob stores were given; it outlives each of them. Thread-safe. */
final class BlobMemory {
    private record Place(Name tenant, Digest digest) {}

    private record Kept(byte[] bytes, Instant put) {}

    private final ConcurrentMap<Place, Kept> blobs = new ConcurrentHashMap<>();

    void put(Name tenant, Digest digest, byte[] bytes, Instant now) {
        blobs.put(new Place(tenant, digest), new Kept(bytes, now));
    }

    Optional<byte[]> find(Name tenant, Digest digest) {
        return Optional.ofNullable(blobs.get(new Place(tenant, digest))).map(Kept::bytes);
    }

    boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) {
        AtomicBoolean gone = new AtomicBoolean();
        blobs.computeIfPresent(new Place(tenant, digest), (place, kept) -> {
            gone.set(kept.put.isBefore(ifNotPutSince));
            return gone.get() ? null : kept;
        });
        return gone.get();
    }

    Set<Digest> all(Name tenant) {
        Set<Digest> all = new TreeSet<>();
        blobs.forEach((place, kept) -> {
            if (place.tenant.equals(tenant)) {
                all.add(place.digest);
            }
        });
        return all;
    }

    void damage(Name tenant, Digest digest) {
        blobs.computeIfPresent(new Place(tenant, digest), (place, kept) -> {
            byte[] damaged = kept.bytes.clone();
            damaged[damaged.length / 2] ^= 1;
            return new Kept(damaged, kept.put);
        });
    }
}
