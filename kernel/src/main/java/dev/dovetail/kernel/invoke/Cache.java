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

/**
 * Answers that may be given again: only successes, only of idempotent versions that allow it, only under the same key, and
 * never across tenants. Bounded; what was not asked for longest goes first.
 */
final class Cache {
    private static final long LARGEST = 64L * 1024 * 1024;

    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

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
        return new Key(
                version.id(), request.principal().id(), request.idempotencyKey().orElse(""));
    }

    synchronized Optional<Hit> find(Request request, Deployed version, Instant now) {
        Kept found = kept.get(key(request, version));
        return found == null || now.isAfter(found.until)
                ? Optional.empty()
                : Optional.of(new Hit(found.execution, found.body));
    }

    synchronized void keep(Request request, Deployed version, Execution execution, Bytes body, Instant now) {
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
