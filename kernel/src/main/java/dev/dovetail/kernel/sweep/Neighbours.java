package dev.dovetail.kernel.sweep;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which state stores refer to the blobs: each has an id of its own, and puts a blob with it again and again. What another one refers
 * to cannot be known here: it may be a second system that was given the same folder, or the one whose place an empty state
 * store has taken by mistake.
 */
record Neighbours(Slot<StateStore> state, Slot<BlobStore> blobs, Schemas schemas) {
    private static final Name OWNER = Name.of("state-stores");
    private static final Key ID = Key.state("c/blobs/state-store");

    /**
     * Says that this one is there, and forgets others that have not said so since.
     *
     * @return whether there is another one
     */
    boolean any(Instant since) throws InterruptedException {
        byte[] mine = ("state store " + id()).getBytes(StandardCharsets.UTF_8);
        Digest me = blobs.use(store -> store.put(OWNER, new ByteArrayInputStream(mine)));
        Set<Digest> all = new HashSet<>();
        blobs.use(store -> {
            store.scan(OWNER, all::add);
            return all;
        });
        all.remove(me);
        boolean there = false;
        for (Digest each : all) {
            there |= !blobs.use(store -> store.delete(OWNER, each, since));
        }
        return there;
    }

    /** Whose blobs these are; no tenant's code may be among them. */
    static boolean isOwner(Name name) {
        return OWNER.equals(name);
    }

    private String id() throws InterruptedException {
        Optional<Entry> there = state.use(store -> store.find(ID));
        if (there.isEmpty()) {
            Bytes fresh = schemas.bytes(schemas.object()
                    .put("schema", 1)
                    .put("id", UUID.randomUUID().toString()));
            CommitId commit = CommitId.fresh();
            state.use(
                    store -> store.commit(commit, java.util.List.of(new Change.Put(ID, fresh, Expectation.absent()))));
            there = state.use(store -> store.find(ID)); // another node may have been quicker
        }
        return schemas.parse(there.orElseThrow().value()).get("id").stringValue();
    }
}
