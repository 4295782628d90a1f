package dev.dovetail.kernel.sweep;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Since when nothing refers to a blob, in the state store at {@code c/blobs/unused/<owner>/<digest>}. If they are lost, each blob's
 * time begins anew.
 */
record Marks(Slot<StateStore> state, Schemas schemas) {
    private static final String ROOT = "c/blobs/unused/";
    private static final int PAGE = 1000;
    private static final int AT_ONCE = 500;

    /** This node is not the one that sweeps any more. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Fence fence;

        Lost(Fence fence) {
            super("another node sweeps now", null, false, false);
            this.fence = fence;
        }

        Fence fence() {
            return fence;
        }
    }

    Map<Blob, Instant> all() throws InterruptedException {
        Map<Blob, Instant> all = new HashMap<>();
        Range range = Range.prefix(Key.Space.STATE, ROOT);
        while (true) {
            Range from = range;
            List<Entry> page = state.use(store -> List.copyOf(store.list(from, PAGE)));
            for (Entry each : page) {
                String[] path = each.key().path().substring(ROOT.length()).split("/");
                JsonNode json = schemas.parse(each.value());
                all.put(
                        new Blob(Name.of(path[0]), new Digest(path[1])),
                        Instant.parse(json.get("since").stringValue()));
            }
            if (page.size() < PAGE) {
                return all;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    void put(Fence fence, Collection<Blob> blobs, Instant since) throws InterruptedException {
        Bytes document = schemas.bytes(schemas.object().put("schema", 1).put("since", since.toString()));
        commit(
                fence,
                blobs.stream()
                        .map(each -> (Change) new Change.Put(key(each), document, Expectation.anything()))
                        .toList());
    }

    void remove(Fence fence, Collection<Blob> blobs) throws InterruptedException {
        commit(
                fence,
                blobs.stream()
                        .map(each -> (Change) new Change.Delete(key(each), Expectation.anything()))
                        .toList());
    }

    private static Key key(Blob blob) {
        return Key.state(ROOT + blob.owner() + "/" + blob.digest().hex());
    }

    /** @throws Lost if the fence does not hold */
    void commit(Fence fence, List<Change> changes) throws InterruptedException {
        for (int i = 0; i < changes.size(); i += AT_ONCE) {
            List<Change> some = new ArrayList<>(List.of(fence.check()));
            some.addAll(changes.subList(i, Math.min(i + AT_ONCE, changes.size())));
            CommitId id = CommitId.fresh();
            if (state.use(store -> store.commit(id, some)) instanceof Committed.Conflict) {
                throw new Lost(fence);
            }
        }
    }
}
