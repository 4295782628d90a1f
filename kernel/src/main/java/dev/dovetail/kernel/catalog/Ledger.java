package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The catalog's entries: in memory for reading, in the store for keeping. Every change is one commit that also moves the
 * epoch on by one, so that no node can change on top of what it has not seen.
 */
final class Ledger {
    private static final int TRIES = 10;
    /** So many versions are taken out in one commit. */
    private static final int CLEARED = 10;

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final Pages pages;
    private final ConcurrentNavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>();
    /** The ids of entries by tenant and stem of their GTS id. */
    private final Map<String, String> stems = new ConcurrentHashMap<>();

    private Epoch seen = Epoch.NONE;

    Ledger(Slot<StateStore> state, Schemas schemas) {
        this.state = state;
        this.schemas = schemas;
        this.pages = new Pages(state, schemas);
    }

    /** How many changes the catalog has had, and the version of the key that says so; 0 before the first. */
    record Epoch(long count, long version) {
        static final Epoch NONE = new Epoch(0, 0);
    }

    Stored stored() {
        return new Stored(state, this, new Documents(schemas));
    }

    Optional<Entry> find(Name tenant, Name function) {
        return Optional.ofNullable(entries.get(Pages.id(tenant, function)));
    }

    /** The version of this number, also one that was taken out. */
    Optional<Deployed> pinned(Name tenant, Name function, int number) throws InterruptedException {
        Optional<Deployed> there = find(tenant, function).flatMap(entry -> entry.find(number));
        return there.isPresent() ? there : pages.removed(tenant, function, number);
    }

    Collection<Entry> all() {
        return entries.values();
    }

    /** The tenant's entries that are not deleted and fit, in the order of their names, those after this name; empty text for all. */
    Catalog.Listed list(Name tenant, Predicate<Entry> fits, String after, int limit) {
        String prefix = tenant.text() + "/";
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.subMap(prefix + after, after.isEmpty(), tenant.text() + "0", false)
                .values()) {
            if (!entry.deleted() && fits.test(entry)) {
                if (found.size() == limit) {
                    return new Catalog.Listed(
                            found, Optional.of(found.getLast().function().name().text()));
                }
                found.add(entry);
            }
        }
        return new Catalog.Listed(found, Optional.empty());
    }

    int size() {
        return entries.size();
    }

    /** Reads everything anew. */
    synchronized void load() throws InterruptedException {
        Epoch epoch = pages.epoch();
        var all = pages.all();
        all.forEach(this::put);
        List.copyOf(entries.keySet()).stream()
                .filter(id -> !all.containsKey(id))
                .forEach(this::remove);
        seen = epoch;
    }

    /** Takes up what other nodes changed, if anything. */
    synchronized void follow() throws InterruptedException {
        Epoch now = pages.epoch();
        if (now.equals(seen)) {
            return;
        }
        Optional<java.util.Set<String>> changed = pages.changedBetween(seen, now.count());
        if (changed.isEmpty()) {
            load();
            return;
        }
        for (String id : changed.get()) {
            pages.one(id).ifPresentOrElse(entry -> put(id, entry), () -> remove(id));
        }
        seen = now;
    }

    /** Adds a function, or takes the place of a deleted one, whose numbers are not used again. */
    synchronized Entry add(Name tenant, Name name, UnaryOperator<Draft> edit, Entry empty) throws InterruptedException {
        return commit(name, () -> {
            Optional<Entry> there = find(tenant, name);
            if (there.isPresent() && !there.get().deleted()) {
                throw Refusal.of(
                        ErrorType.CONFLICT,
                        "There is a function \"" + name + "\" already; add a version to it with POST /api/v1/functions/"
                                + name + "/versions");
            }
            refuseTaken(empty.function());
            Draft draft = new Draft(there.map(old -> new Entry(
                            empty.function()
                                    .touched(
                                            old.function().newest(),
                                            empty.function().createdAt()),
                            old.stored(),
                            old.versions(),
                            old.aliases()))
                    .orElse(empty));
            there.ifPresent(old -> old.versions()
                    .forEach(each -> draft.removeVersion(each.version().number())));
            there.ifPresent(old -> old.aliases().keySet().forEach(draft::removeAlias));
            return edit.apply(draft);
        });
    }

    /**
     * Changes a function. The edit may run more than once, each time on what is there now.
     *
     * @param dryRun to answer what it would be, and write nothing
     */
    synchronized Entry change(Name tenant, Name name, boolean dryRun, UnaryOperator<Draft> edit)
            throws InterruptedException {
        Drafting drafting = () -> {
            Entry before = find(tenant, name)
                    .filter(entry -> !entry.deleted())
                    .orElseThrow(() -> Resolver.noFunction(name.text()));
            return edit.apply(new Draft(before));
        };
        return dryRun ? drafting.draft().after(0, schemas) : commit(name, drafting);
    }

    /** Takes the versions of a function out that was deleted and is retained no longer, some at a time; its numbers are never used again. */
    synchronized void clear(Name tenant, Name name, Instant now) throws InterruptedException {
        while (find(tenant, name).filter(entry -> isOver(entry, now)).isPresent()) {
            commit(name, () -> {
                Entry before = entries.get(Pages.id(tenant, name));
                Draft draft = new Draft(before);
                if (isOver(before, now)) {
                    draft.put(before.function().touched(before.function().newest(), now));
                    before.aliases().keySet().forEach(draft::removeAlias);
                    before.versions().stream()
                            .limit(CLEARED)
                            .forEach(each -> draft.removeVersion(each.version().number()));
                }
                return draft;
            });
        }
    }

    private static boolean isOver(Entry entry, Instant now) {
        return !entry.versions().isEmpty()
                && entry.function()
                        .deleted()
                        .filter(deleted -> deleted.retainedUntil().isBefore(now))
                        .isPresent();
    }

    /** @throws Refusal if another function has this one's GTS id */
    void refuseTaken(Function function) {
        findByStem(
                        function.tenant(),
                        GtsName.find(function.gtsId()).orElseThrow().stem())
                .filter(entry -> !entry.deleted() && !entry.function().name().equals(function.name()))
                .ifPresent(other -> {
                    throw Refusal.of(
                            ErrorType.CONFLICT,
                            "The function \"" + other.function().name() + "\" has the GTS id \""
                                    + other.function().gtsId() + "\" already");
                });
    }

    /** The function whose GTS id begins so, whatever its version. */
    Optional<Entry> findByStem(Name tenant, String stem) {
        return Optional.ofNullable(stems.get(tenant.text() + "/" + stem)).map(entries::get);
    }

    private void put(String id, Entry entry) {
        Entry old = entries.put(id, entry);
        String stem = stem(entry);
        stems.put(stem, id);
        if (old != null && !stem(old).equals(stem)) {
            stems.remove(stem(old), id);
        }
    }

    private void remove(String id) {
        Entry old = entries.remove(id);
        if (old != null) {
            stems.remove(stem(old), id);
        }
    }

    private static String stem(Entry entry) {
        String gtsId = entry.function().gtsId();
        return entry.function().tenant().text() + "/"
                + GtsName.find(gtsId).map(GtsName::stem).orElse(gtsId);
    }

    private interface Drafting {
        Draft draft() throws InterruptedException;
    }

    private Entry commit(Name name, Drafting drafting) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            Draft draft = drafting.draft();
            draft.check();
            CommitId id = CommitId.fresh();
            var changes = pages.changes(draft, seen);
            Committed answer = state.use(store -> store.commit(id, changes));
            if (answer instanceof Committed.Done done) {
                Entry entry = draft.after(done.version(), schemas);
                put(Pages.id(entry.function().tenant(), name), entry);
                seen = new Epoch(seen.count() + 1, done.version());
                return entry;
            }
            if (draft.claim().isPresent()) {
                draft.claim().get().renew(answer);
            }
            follow();
        }
        throw Refusal.of(ErrorType.UNAVAILABLE, "The catalog is being changed by other nodes all the time; try again");
    }
}
