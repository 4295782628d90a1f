package dev.dovetail.kernel.fleet;

import dev.dovetail.kernel.cluster.Swept;
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
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How what was agreed on about plugins lies in the state store.
 *
 * <pre>
 * c/plugins/epoch              changes with every agreement: {schema, at}
 * c/plugins/agreed/&lt;id&gt;        {schema, revision, use, active, versions: {version: digest}, removed, candidate, at}
 * c/plugins/node/&lt;id&gt;/&lt;node&gt;   what a node made of it: {schema, revision, version, reason, at}
 * </pre>
 *
 * The times are for people. Thread-safe.
 */
final class Agreements {
    private static final System.Logger LOG = System.getLogger(Agreements.class.getName());
    private static final Key EPOCH = Key.state("c/plugins/epoch");
    private static final String AGREED = "c/plugins/agreed/";
    private static final String NODES = "c/plugins/node/";
    private static final int PAGE = 1000;
    private static final int SCHEMA = 1;

    private final Slot<StateStore> state;
    private final Schemas schemas;
    private final InstantSource clock;

    /** What a node made of an agreement. */
    record Done(long revision, Optional<String> version, Optional<String> reason) {
        static final Done NOTHING = new Done(0, Optional.empty(), Optional.empty());
    }

    Agreements(Slot<StateStore> state, Schemas schemas, InstantSource clock) {
        this.state = state;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** Another number after each agreement; 0 before the first. */
    long epoch() throws InterruptedException {
        return state.use(store -> store.find(EPOCH)).map(Entry::version).orElse(0L);
    }

    /** Those that can be read; a newer kernel may have written others, which are passed over. */
    Map<Name, Agreement> all() throws InterruptedException {
        Map<Name, Agreement> all = new TreeMap<>();
        for (Entry entry : list(AGREED)) {
            try {
                all.put(
                        Name.of(entry.key().path().substring(AGREED.length())),
                        agreement(schemas.parse(entry.value())));
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "{0} cannot be read and is passed over: {1}", entry.key(), e.getMessage());
            }
        }
        return all;
    }

    /** The jars that all refer to, those too that cannot be read: what they need cannot be known. */
    Set<Digest> jars() throws InterruptedException {
        Set<Digest> all = new HashSet<>();
        for (Entry entry : list(AGREED)) {
            JsonNode json = schemas.parse(entry.value());
            if (json.path("schema").intValue(0) != SCHEMA) {
                throw new IllegalStateException(entry.key() + " was written by a newer version, and cannot be read");
            }
            all.addAll(agreement(json).versions().values());
        }
        return all;
    }

    private List<Entry> list(String prefix) throws InterruptedException {
        List<Entry> all = new ArrayList<>();
        Range range = Range.prefix(Key.Space.STATE, prefix);
        while (true) {
            Range next = range;
            List<Entry> page = state.use(store -> store.list(next, PAGE));
            all.addAll(page);
            if (page.size() < PAGE) {
                return all;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** What was agreed on about the plugin, as it is when this is asked. */
    Agreement find(Name id) throws InterruptedException {
        return state.use(store -> store.find(agreed(id)))
                .map(entry -> agreement(schemas.parse(entry.value())))
                .orElse(Agreement.NONE);
    }

    /**
     * Changes what was agreed on, over whatever others agreed on meanwhile; durable, and seen by all, when it returns. The jars
     * are where others find them before.
     */
    Agreement change(Name id, Jars jars, UnaryOperator<Agreement> edit) throws IOException, InterruptedException {
        while (true) {
            Swept swept = Swept.now(state);
            jars.keep(id, edit.apply(find(id)).versions());
            Optional<Entry> there = state.use(store -> store.find(agreed(id)));
            Agreement next = edit.apply(
                    there.map(entry -> agreement(schemas.parse(entry.value()))).orElse(Agreement.NONE));
            List<Change> changes = List.of(
                    swept.check(),
                    new Change.Put(
                            agreed(id),
                            schemas.bytes(json(next)),
                            there.map(entry -> Expectation.version(entry.version()))
                                    .orElseGet(Expectation::absent)),
                    new Change.Put(EPOCH, schemas.bytes(stamped()), Expectation.anything()));
            CommitId commit = CommitId.fresh();
            if (state.use(store -> store.commit(commit, changes)) instanceof Committed.Done) {
                return next;
            }
        }
    }

    Map<String, Done> nodes(Name id) throws InterruptedException {
        String prefix = NODES + id + "/";
        Map<String, Done> nodes = new TreeMap<>();
        for (Entry entry : list(prefix)) {
            nodes.put(entry.key().path().substring(prefix.length()), done(schemas.parse(entry.value())));
        }
        return nodes;
    }

    /** What this node made of all. */
    Map<Name, Done> of(String node, Set<Name> ids) throws InterruptedException {
        List<Name> asked = List.copyOf(ids);
        List<Optional<Entry>> found = state.use(
                store -> store.findAll(asked.stream().map(id -> node(id, node)).toList()));
        Map<Name, Done> all = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            Name id = asked.get(i);
            found.get(i).ifPresent(entry -> all.put(id, done(schemas.parse(entry.value()))));
        }
        return all;
    }

    void put(Name id, String node, Done done) throws InterruptedException {
        ObjectNode json = stamped().put("revision", done.revision());
        done.version().ifPresent(version -> json.put("version", version));
        done.reason().ifPresent(reason -> json.put("reason", reason));
        Bytes bytes = schemas.bytes(json);
        CommitId commit = CommitId.fresh();
        state.use(store ->
                store.commit(commit, List.of(new Change.Put(node(id, node), bytes, Expectation.anything()))));
    }

    private static Key agreed(Name id) {
        return Key.state(AGREED + id);
    }

    private static Key node(Name id, String node) {
        return Key.state(NODES + id + "/" + node);
    }

    private ObjectNode stamped() {
        return schemas.object().put("schema", SCHEMA).put("at", clock.instant().toString());
    }

    private ObjectNode json(Agreement agreement) {
        ObjectNode json = stamped().put("revision", agreement.revision()).put("use", agreement.use());
        agreement.active().ifPresent(version -> json.put("active", version));
        ObjectNode versions = json.putObject("versions");
        agreement.versions().forEach((version, digest) -> versions.put(version, digest.hex()));
        ArrayNode removed = json.putArray("removed");
        agreement.removed().forEach(removed::add);
        agreement.candidate().ifPresent(candidate -> {
            ObjectNode its = json.putObject("candidate")
                    .put("version", candidate.version())
                    .put("percent", candidate.share().percent());
            candidate.share().tenant().ifPresent(tenant -> its.put("tenant", tenant.text()));
        });
        return json;
    }

    private static Agreement agreement(JsonNode json) {
        Map<String, Digest> versions = new TreeMap<>();
        json.path("versions")
                .properties()
                .forEach(each ->
                        versions.put(each.getKey(), new Digest(each.getValue().stringValue())));
        Set<String> removed = new TreeSet<>();
        json.path("removed").forEach(each -> removed.add(each.stringValue()));
        JsonNode candidate = json.path("candidate");
        return new Agreement(
                json.required("revision").longValue(),
                json.required("use").booleanValue(),
                text(json, "active"),
                versions,
                removed,
                text(candidate, "version")
                        .map(version -> new Agreement.Candidate(
                                version,
                                new Share(
                                        text(candidate, "tenant").map(Name::of),
                                        candidate.required("percent").intValue()))));
    }

    private static Done done(JsonNode json) {
        return new Done(json.required("revision").longValue(), text(json, "version"), text(json, "reason"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.path(field).stringValue(null));
    }
}
