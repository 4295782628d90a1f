package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.identity.Tenants;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the catalog has in the blob store, and what of it may go. Thread-safe. */
public record Stored(Slot<StateStore> state, Ledger ledger, Documents documents) {
    private static final int PAGE = 500;

    /** That a version is needed is noted again after so long, so that it is no commit each time. */
    private static final Duration NOTED = Duration.ofDays(1);

    /** What began on a version. */
    public record Pin(Name tenant, Name function, int number) {}

    /** Tells what began on which versions and has not ended. */
    public interface Pins {
        Set<Pin> all() throws InterruptedException;
    }

    private interface Row {
        void read(String rest, Entry entry) throws InterruptedException;
    }

    private void scan(String prefix, Row row) throws InterruptedException {
        Range range = Range.prefix(Space.STATE, prefix);
        while (true) {
            Range from = range;
            List<Entry> page = state.use(store -> List.copyOf(store.list(from, PAGE)));
            for (Entry each : page) {
                row.read(each.key().path().substring(prefix.length()), each);
            }
            if (page.size() < PAGE) {
                return;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** Whose code there may be. */
    public Set<Name> tenants() throws InterruptedException {
        Set<Name> all = new TreeSet<>(Tenants.in(state));
        all.add(Principal.DEFAULT_TENANT);
        return all;
    }

    /**
     * What the catalog refers to, as the store has it now, and besides what this node has in memory, should the store have forgotten
     * it. A version that moves meanwhile from those that are there to those that were taken out is found at one of the places.
     *
     * @throws RuntimeException if a part of it cannot be read
     */
    public Map<Name, Set<Digest>> digests() throws InterruptedException {
        Map<Name, Set<Digest>> all = new HashMap<>();
        for (Name tenant : tenants()) {
            Set<Digest> found = all.computeIfAbsent(tenant, any -> new HashSet<>());
            String root = "t/" + tenant + "/";
            scan(root + "fv/", (_, entry) -> documents.digests(entry.value(), found::add));
            scan(root + "fr/", (_, entry) -> documents.digestsOfRemoved(entry.value(), found::add));
            scan(root + "layer/", (_, entry) -> found.add(documents.digestOfLayer(entry.value())));
        }
        ledger.all().stream()
                .flatMap(entry -> entry.versions().stream())
                .flatMap(CodeCache.Used::by)
                .forEach(used -> all.computeIfAbsent(used.tenant(), any -> new HashSet<>())
                        .add(used.digest()));
        return all;
    }

    /**
     * Lets the versions of functions go that were deleted and are retained no longer, and versions that were taken out and on which
     * nothing was open for so long.
     *
     * @param fence holds while this node is the one that does it
     */
    public void forget(Fence fence, Duration unneeded, Pins pins, Instant now) throws InterruptedException {
        for (dev.dovetail.kernel.catalog.Entry each : List.copyOf(ledger.all())) {
            ledger.clear(each.function().tenant(), each.function().name(), now);
        }
        Optional<Set<Pin>> open = Optional.empty();
        for (Name tenant : tenants()) {
            Map<Pin, Entry> removed = new HashMap<>();
            scan("t/" + tenant + "/fr/", (rest, entry) -> {
                int slash = rest.indexOf('/');
                int number = Integer.parseInt(rest.substring(slash + 1));
                removed.put(new Pin(tenant, Name.of(rest.substring(0, slash)), number), entry);
            });
            if (open.isEmpty() && !removed.isEmpty()) {
                open = Optional.of(pins.all());
            }
            for (Map.Entry<Pin, Entry> each : removed.entrySet()) {
                judge(fence, each.getValue(), open.orElseThrow().contains(each.getKey()), unneeded, now);
            }
        }
    }

    private void judge(Fence fence, Entry removed, boolean open, Duration unneeded, Instant now)
            throws InterruptedException {
        Optional<Instant> needed = documents.needed(removed.value());
        Expectation same = Expectation.version(removed.version());
        if (needed.isEmpty() || open && needed.get().plus(NOTED).isBefore(now)) {
            commit(fence, new Change.Put(removed.key(), documents.needed(removed.value(), now), same));
        } else if (!open && needed.get().plus(unneeded).isBefore(now)) {
            commit(fence, new Change.Delete(removed.key(), same));
        }
    }

    /** What another has changed meanwhile is looked at the next time. */
    private void commit(Fence fence, Change change) throws InterruptedException {
        CommitId id = CommitId.fresh();
        state.use(store -> store.commit(id, List.of(fence.check(), change)));
    }
}
