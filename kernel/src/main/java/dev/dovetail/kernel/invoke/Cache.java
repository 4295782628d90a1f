package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.VersionId;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Answers that may be given again: only successes, only of idempotent versions that allow it, only under the same key, and
 * never across tenants. Bounded; what was not asked for longest goes first.
 */
final class Cache {
    private static final long LARGEST = 64L * 1024 * 1024;

    private final BiConsumer<VersionId, Boolean> seen;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    /** @param seen is told of each call whose answer may be given again, and whether it was there */
    Cache(BiConsumer<VersionId, Boolean> seen) {
        this.seen = seen;
    }

    private record Key(VersionId version, String owner, String key) {}

    private record Kept(Execution execution, Bytes body, Instant until) {}

    /** An answer with the record of the call that it was made in. */
    record Hit(Execution execution, Bytes body) {}

    static boolean applies(Request request, Deployed version) {
        return request.idempotencyKey().isPresent()
                && version.traits().idempotent()
                && version.traits().cacheSeconds() > 0;
    }

    private static Key key(Request request, Deployed version) {
        // what a version answers may depend on who asks, so that is part of the key even within a tenant
        String asks = request.principal().type() + "/" + request.principal().id();
        return new Key(version.id(), asks, request.idempotencyKey().orElse(""));
    }

    synchronized Optional<Hit> find(Request request, Deployed version, Instant now) {
        Kept found = kept.get(key(request, version));
        if (found == null || now.isAfter(found.until)) {
            return Optional.empty();
        }
        seen.accept(version.id(), true);
        return Optional.of(new Hit(found.execution, found.body));
    }

    synchronized void keep(Request request, Deployed version, Execution execution, Bytes body, Instant now) {
        seen.accept(version.id(), false);
        Kept old = kept.put(
                key(request, version),
                new Kept(execution, body, now.plusSeconds(version.traits().cacheSeconds())));
        size += body.size() - (old == null ? 0 : old.body.size());
        Iterator<Kept> oldest = kept.values().iterator();
        while (size > LARGEST && oldest.hasNext()) {
            size -= oldest.next().body.size();
            oldest.remove();
        }
    }
}
