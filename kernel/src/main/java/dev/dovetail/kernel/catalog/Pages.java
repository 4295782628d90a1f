package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the catalog lies in the store.
 *
 * <pre>
 * t/&lt;tenant&gt;/fn/&lt;function&gt;              the function
 * t/&lt;tenant&gt;/fv/&lt;function&gt;/&lt;number&gt;     a version
 * t/&lt;tenant&gt;/fr/&lt;function&gt;/&lt;number&gt;     a version that was taken out, for what began on it
 * t/&lt;tenant&gt;/fa/&lt;function&gt;/&lt;alias&gt;      an alias
 * c/tenants/&lt;tenant&gt;                   that there is such a tenant
 * c/catalog/epoch                     how many changes there were
 * c/catalog/log/&lt;count mod 1024&gt;       which function the change of this count was
 * </pre>
 */
final class Pages {
    private static final int LOG = 1024;
    private static final int PAGE = 1000;
    /** Of versions that are taken out at once no more is kept, the newest first, so that it fits into one commit. */
    private static final int LARGEST = 4 * 1024 * 1024;

    /** Of a function's versions that were taken out no more are kept: what began on an older one has ended long since. */
    private static final int MOST_REMOVED = 1000;

    private static final Key EPOCH = Key.state("c/catalog/epoch");
    private static final String TENANTS = "c/tenants/";

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final Documents documents;

    Pages(Slot<StateStore> state, Schemas schemas) {
        this.state = state;
        this.schemas = schemas;
        this.documents = new Documents(schemas);
    }

    static String id(Name tenant, Name function) {
        return tenant.text() + "/" + function.text();
    }

    Ledger.Epoch epoch() throws InterruptedException {
        return state.use(store -> store.find(EPOCH))
                .map(entry -> new Ledger.Epoch(
                        schemas.parse(entry.value()).get("count").longValue(), entry.version()))
                .orElse(Ledger.Epoch.NONE);
    }

    /**
     * The functions that the changes after this up to a count were of; empty if the log does not reach back, or what was seen is not
     * in it any more: the store may have gone back, and others have changed something else since.
     */
    Optional<Set<String>> changedBetween(Ledger.Epoch seen, long last) throws InterruptedException {
        if (last - seen.count() > LOG / 2 || last <= seen.count() || seen.count() == 0) {
            return Optional.empty();
        }
        List<Key> keys = new ArrayList<>();
        for (long count = seen.count(); count <= last; count++) {
            keys.add(log(count));
        }
        var found = state.use(store -> store.findAll(keys));
        if (found.getFirst().filter(entry -> entry.version() == seen.version()).isEmpty()) {
            return Optional.empty();
        }
        Set<String> changed = new HashSet<>();
        for (var entry : found.subList(1, found.size())) {
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            changed.add(schemas.parse(entry.get().value()).get("function").stringValue());
        }
        return Optional.of(changed);
    }

    Map<String, Entry> all() throws InterruptedException {
        Set<String> tenants = new HashSet<>(Set.of(dev.dovetail.kernel.identity.Principal.DEFAULT_TENANT.text()));
        scan(TENANTS, (path, entry) -> tenants.add(path));
        Map<String, Entry> all = new HashMap<>();
        for (String tenant : tenants) {
            tenant(tenant, "", all);
        }
        return all;
    }

    Optional<Entry> one(String id) throws InterruptedException {
        int slash = id.indexOf('/');
        Map<String, Entry> found = new HashMap<>();
        tenant(id.substring(0, slash), id.substring(slash + 1), found);
        return Optional.ofNullable(found.get(id));
    }

    /** Reads a tenant's functions, or only one of them. */
    private void tenant(String tenant, String only, Map<String, Entry> into) throws InterruptedException {
        String root = "t/" + tenant + "/";
        Map<String, Long> stored = new HashMap<>();
        Map<String, Function> functions = new HashMap<>();
        Row function = (name, entry) -> {
            stored.put(name, entry.version());
            functions.put(name, documents.function(entry.value()));
        };
        if (only.isEmpty()) {
            scan(root + "fn/", function);
        } else {
            state.use(store -> store.find(Key.state(root + "fn/" + only))).ifPresent(it -> function.read(only, it));
        }
        String below = only.isEmpty() ? "" : only + "/";
        Map<String, List<Deployed>> versions = new HashMap<>();
        scan(root + "fv/" + below, (path, entry) -> {
            String name = only.isEmpty() ? path.substring(0, path.indexOf('/')) : only;
            if (functions.containsKey(name)) {
                versions.computeIfAbsent(name, any -> new ArrayList<>(1))
                        .add(new Deployed(functions.get(name), documents.version(entry.value()), schemas));
            }
        });
        Map<String, Map<String, Alias>> aliases = new HashMap<>();
        scan(root + "fa/" + below, (path, entry) -> {
            String name = only.isEmpty() ? path.substring(0, path.indexOf('/')) : only;
            Alias alias = documents.alias(entry.value());
            aliases.computeIfAbsent(name, any -> new HashMap<>()).put(alias.name(), alias);
        });
        functions.forEach((name, its) -> into.put(
                tenant + "/" + name,
                new Entry(
                        its,
                        stored.get(name),
                        versions.getOrDefault(name, List.of()),
                        aliases.getOrDefault(name, Map.of()))));
    }

    /** A version that is in no entry any more. */
    Optional<Deployed> removed(Name tenant, Name function, int number) throws InterruptedException {
        return state.use(store -> store.find(removedKey(tenant, function, number)))
                .map(entry -> documents.removed(entry.value()));
    }

    private interface Row {
        void read(String rest, dev.dovetail.spi.store.Entry entry);
    }

    /** Shows every entry whose path begins so, with the rest of its path. */
    private void scan(String prefix, Row row) throws InterruptedException {
        Range range = Range.prefix(Space.STATE, prefix);
        while (true) {
            Range from = range;
            List<dev.dovetail.spi.store.Entry> page = state.use(store -> store.list(from, PAGE));
            page.forEach(entry -> row.read(entry.key().path().substring(prefix.length()), entry));
            if (page.size() < PAGE) {
                return;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** The commit that a draft is, on top of this epoch. */
    List<Change> changes(Draft draft, Ledger.Epoch seen) {
        Function function = draft.function();
        String tenant = function.tenant().text();
        String root = "t/" + tenant + "/";
        String name = function.name().text();
        Expectation any = Expectation.anything();
        List<Change> changes = new ArrayList<>();
        draft.claim().map(Claim::check).ifPresent(changes::add);
        changes.add(new Change.Put(Key.state(root + "fn/" + name), documents.of(function), any));
        for (Version version : draft.changedVersions.values()) {
            changes.add(new Change.Put(versionKey(root, "fv", name, version.number()), documents.of(version), any));
        }
        int room = LARGEST;
        for (int number : draft.removedVersions.reversed()) {
            if (!draft.changedVersions.containsKey(number)) {
                changes.add(new Change.Delete(versionKey(root, "fv", name, number), any));
                Optional<Bytes> kept =
                        draft.before().find(number).map(each -> documents.removed(each, function.updatedAt()));
                room -= kept.map(Bytes::size).orElse(0);
                if (kept.isPresent() && room >= 0) {
                    changes.add(
                            new Change.Put(removedKey(function.tenant(), function.name(), number), kept.get(), any));
                }
                if (number > MOST_REMOVED) {
                    changes.add(new Change.Delete(
                            removedKey(function.tenant(), function.name(), number - MOST_REMOVED), any));
                }
            }
        }
        for (Alias alias : draft.changedAliases.values()) {
            changes.add(new Change.Put(aliasKey(root, name, alias.name()), documents.of(alias), any));
        }
        for (String alias : draft.removedAliases) {
            if (!draft.changedAliases.containsKey(alias)) {
                changes.add(new Change.Delete(aliasKey(root, name, alias), any));
            }
        }
        changes.add(new Change.Put(Key.state(TENANTS + tenant), Bytes.utf8("{\"schema\":1}"), any));
        long count = seen.count() + 1;
        changes.add(new Change.Put(
                log(count),
                Bytes.utf8("{\"schema\":1,\"count\":" + count + ",\"function\":\"" + tenant + "/" + name + "\"}"),
                any));
        changes.add(new Change.Put(
                EPOCH,
                Bytes.utf8("{\"schema\":1,\"count\":" + count + "}"),
                seen.version() == 0 ? Expectation.absent() : Expectation.version(seen.version())));
        return changes;
    }

    private static Key log(long count) {
        return Key.state("c/catalog/log/" + String.format(Locale.ROOT, "%04d", count % LOG));
    }

    private static Key versionKey(String root, String kind, String name, int number) {
        return Key.state(root + kind + "/" + name + "/" + String.format(Locale.ROOT, "%09d", number));
    }

    private static Key removedKey(Name tenant, Name function, int number) {
        return versionKey("t/" + tenant.text() + "/", "fr", function.text(), number);
    }

    private static Key aliasKey(String root, String name, String alias) {
        return Key.state(root + "fa/" + name + "/" + alias);
    }
}
