package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions and whole tenants whose work is taken on but neither started nor gone on with. Kept in the store; each node follows it
 * within a fraction of a second, and asks only its memory. Thread-safe.
 */
public final class Pauses {
    private static final String ALL = "c/paused/";
    private static final String WHOLE = "~";
    private static final int PAGE = 1000;

    private final Slot<StateStore> state;
    private final Commits commits;
    private final Schemas schemas;
    private final InstantSource clock;
    private final AtomicBoolean lifted = new AtomicBoolean();
    private volatile Map<String, Pause> now = Map.of();

    Pauses(Slot<StateStore> state, Commits commits, Schemas schemas, InstantSource clock) {
        this.state = state;
        this.commits = commits;
        this.schemas = schemas;
        this.clock = clock;
    }

    /**
     * @param function which one; empty if it is all of the tenant's
     * @param by who paused it
     * @param reason in their words
     */
    public record Pause(Name tenant, Optional<Name> function, Instant since, String by, Optional<String> reason) {
        /** For people: what is paused, since when, by whom and why. */
        public String told() {
            return (function.isPresent()
                            ? "the function \"" + function.get() + "\" is paused"
                            : "all executions of the tenant \"" + tenant + "\" are paused")
                    + " since " + since + " by " + by
                    + reason.map(text -> " (" + text + ")").orElse("");
        }
    }

    private static String name(Name tenant, Optional<Name> function) {
        return tenant + "/" + function.map(Name::text).orElse(WHOLE);
    }

    /** Why this function's work waits, if it does. */
    public Optional<Pause> find(Name tenant, Name function) {
        Map<String, Pause> all = now;
        return all.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(all.get(name(tenant, Optional.empty())))
                        .or(() -> Optional.ofNullable(all.get(name(tenant, Optional.of(function)))));
    }

    /** What of a tenant's is paused, by name; the whole of it last. */
    public List<Pause> list(Name tenant) {
        return now.values().stream()
                .filter(each -> each.tenant().equals(tenant))
                .toList();
    }

    /** Pauses it, from when this returns on this node, and on others soon; false if it is paused already. */
    public boolean pause(Name tenant, Optional<Name> function, String by, Optional<String> reason)
            throws InterruptedException {
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("since", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("by", by);
        reason.ifPresent(text -> json.put("reason", text));
        Key key = Key.state(ALL + name(tenant, function));
        Change put = new Change.Put(key, schemas.bytes(json), Expectation.absent());
        boolean made = commits.once(List.of(put)) instanceof Committed.Done;
        refresh();
        return made;
    }

    /** Lets it go on; false if it is not paused. */
    public boolean resume(Name tenant, Optional<Name> function) throws InterruptedException {
        Key key = Key.state(ALL + name(tenant, function));
        Optional<Entry> there = state.use(store -> store.find(key));
        if (there.isEmpty()) {
            refresh();
            return false;
        }
        Change delete = new Change.Delete(key, Expectation.version(there.get().version()));
        boolean made = commits.once(List.of(delete)) instanceof Committed.Done;
        refresh();
        return made;
    }

    /** Learns what is paused now. */
    synchronized void refresh() throws InterruptedException {
        Map<String, Pause> found = new TreeMap<>();
        Range range = Range.prefix(Key.Space.STATE, ALL);
        for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
            page.forEach(each -> found.put(each.key().path().substring(ALL.length()), read(each)));
            range = range.after(page.getLast().key().path());
        }
        if (!found.keySet().containsAll(now.keySet())) {
            lifted.set(true);
        }
        now = Collections.unmodifiableMap(found);
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }

    private Pause read(Entry entry) {
        String[] names = entry.key().path().substring(ALL.length()).split("/");
        JsonNode json = schemas.parse(entry.value());
        return new Pause(
                Name.of(names[0]),
                names[1].equals(WHOLE) ? Optional.empty() : Optional.of(Name.of(names[1])),
                Instant.parse(json.get("since").stringValue()),
                json.get("by").stringValue(),
                Optional.ofNullable(json.path("reason").stringValue(null)));
    }

    /** Whether something may go on since this was last asked. */
    boolean lifted() {
        return lifted.getAndSet(false);
    }
}
