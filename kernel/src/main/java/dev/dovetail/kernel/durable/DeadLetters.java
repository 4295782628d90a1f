package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.identity.Tenants;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Executions that used up their attempts, with why, ready to be driven again; kept for a while, or until somebody deletes them. Thread-safe. */
public final class DeadLetters {
    private static final int PAGE = 200;

    private final Slot<StateStore> state;
    private final Commits commits;
    private final Papers papers;
    private final Schemas schemas;

    DeadLetters(Slot<StateStore> state, Commits commits, Papers papers, Schemas schemas) {
        this.state = state;
        this.commits = commits;
        this.papers = papers;
        this.schemas = schemas;
    }

    /** What keeps it; with all that is needed to drive it again, as it may be kept longer than its execution. */
    Change put(Shown ended, Instant now) {
        Order order = ended.order();
        ObjectNode json = schemas.object()
                .put("schema", 1)
                .put("id", order.id())
                .put("executionId", order.id())
                .put("function", order.function().text())
                .put("version", order.version())
                .put("attempts", ended.attempt())
                .put("correlationId", order.correlationId())
                .put("createdAt", order.createdAt().toString())
                .put("deadSince", now.toString());
        ended.error().ifPresent(fault -> json.set("error", Faulted.write(schemas, fault)));
        json.set("order", papers.json(order));
        return new Change.Put(Keys.deadLetter(order.tenant(), order.id()), schemas.bytes(json), Expectation.anything());
    }

    /** The tenant's, oldest first, from after this id on. */
    public List<JsonNode> list(Name tenant, Optional<Name> function, String after, int limit)
            throws InterruptedException {
        return found(tenant, function, after, limit, letter -> letter);
    }

    /** The ids of the oldest. */
    public List<String> ids(Name tenant, Optional<Name> function, int limit) throws InterruptedException {
        return found(tenant, function, "", limit, letter -> letter.path("id").stringValue(""));
    }

    /** Page by page: each has an input, and all together may be more than there is room for. */
    private <T> List<T> found(Name tenant, Optional<Name> function, String after, int limit, Function<JsonNode, T> as)
            throws InterruptedException {
        List<T> found = new ArrayList<>();
        Range all = Keys.deadLetters(tenant);
        Range range =
                after.isEmpty() ? all : all.after(Keys.deadLetter(tenant, after).path());
        for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
            for (Entry each : page) {
                JsonNode letter = letter(each);
                String of = letter.path("function").stringValue("");
                if (function.isEmpty() || of.equals(function.get().text())) {
                    found.add(as.apply(letter));
                }
                if (found.size() >= limit) {
                    return found;
                }
            }
            range = range.after(page.getLast().key().path());
        }
        return found;
    }

    /** Lets all go that were dead before this moment. */
    void keepSince(Instant first) throws InterruptedException {
        for (Name tenant : Tenants.in(state)) {
            Range range = Keys.deadLetters(tenant);
            for (List<Entry> page = page(range); !page.isEmpty(); page = page(range)) {
                for (Entry each : page) {
                    String since = schemas.parse(each.value()).path("deadSince").stringValue("");
                    if (!since.isEmpty() && Instant.parse(since).isBefore(first)) {
                        commits.once(List.of(new Change.Delete(each.key(), Expectation.version(each.version()))));
                    }
                }
                range = range.after(page.getLast().key().path());
            }
        }
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }

    public Optional<JsonNode> find(Name tenant, String id) throws InterruptedException {
        return state.use(store -> store.find(Keys.deadLetter(tenant, id))).map(this::letter);
    }

    /** What was asked for, to ask for it again. */
    public Optional<Order> order(Name tenant, String id) throws InterruptedException {
        return state.use(store -> store.find(Keys.deadLetter(tenant, id)))
                .map(each ->
                        papers.order(schemas.bytes(schemas.parse(each.value()).get("order"))));
    }

    /** As people see it: with the input, of all that was asked for. */
    private JsonNode letter(Entry entry) {
        ObjectNode json = (ObjectNode) schemas.parse(entry.value());
        json.set("input", json.remove("order").get("input"));
        return json;
    }

    /** Whether it was there. */
    public boolean delete(Name tenant, String id) throws InterruptedException {
        Optional<Entry> there = state.use(store -> store.find(Keys.deadLetter(tenant, id)));
        if (there.isEmpty()) {
            return false;
        }
        Change delete = new Change.Delete(
                there.get().key(), Expectation.version(there.get().version()));
        return commits.once(List.of(delete)) instanceof Committed.Done;
    }
}
