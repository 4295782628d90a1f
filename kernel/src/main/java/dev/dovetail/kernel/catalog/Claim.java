package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.cluster.Swept;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Archives that are in the blob store, and will be when what refers to them is written. Used by one thread. */
final class Claim {
    private final Claims claims;
    private final Name tenant;
    private final List<byte[]> archives;
    private final Set<Digest> digests;
    private Swept swept;

    /** @param swept as it was before any of them was put */
    Claim(Claims claims, Name tenant, Collection<byte[]> archives, Swept swept) {
        this.claims = claims;
        this.tenant = tenant;
        this.archives = List.copyOf(archives);
        this.digests = archives.stream().map(Digest::of).collect(Collectors.toSet());
        this.swept = swept;
    }

    void put() throws InterruptedException {
        for (byte[] each : archives) {
            claims.code().put(tenant, each);
        }
    }

    boolean has(Digest digest) {
        return digests.contains(digest);
    }

    /** To be committed with what refers to them. */
    Change check() {
        return swept.check();
    }

    /** After a commit that failed: if that was because they may have been swept away since, they are kept again. */
    void renew(Committed answer) throws InterruptedException {
        if (swept.isOver(answer)) {
            swept = Swept.now(claims.state());
            put();
        }
    }
}
