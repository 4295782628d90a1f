package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What comes to executions from outside. Anybody puts a message there, unfenced and once for each of its ids, and rings the bell of
 * the shard; only the owner takes it out.
 */
final class Inbox {
    private static final int PAGE = 1000;

    private final Slot<StateStore> state;
    private final Schemas schemas;

    Inbox(Slot<StateStore> state, Schemas schemas) {
        this.state = state;
        this.schemas = schemas;
    }

    /** What puts a message there; once, however often it is done. */
    static List<Change> put(Schemas schemas, Name tenant, String id, int shard, String message, ObjectNode json) {
        return put(schemas, tenant, id, shard, message, json, Expectation.anything());
    }

    static List<Change> put(
            Schemas schemas, Name tenant, String id, int shard, String message, ObjectNode json, Expectation expected) {
        return List.of(
                new Change.Put(Keys.message(tenant, id, message), schemas.bytes(json), expected),
                new Change.Put(Keys.bell(shard, id), Bytes.utf8(tenant.text()), Expectation.anything()));
    }

    /** What lists an execution as one of those that wait for events of this type. */
    static Change waits(Order order, String type) {
        return new Change.Put(Keys.waiting(order.tenant(), type, order.id()), Bytes.utf8("{}"), Expectation.anything());
    }

    static Change waitsNoMore(Order order, String type) {
        return new Change.Delete(Keys.waiting(order.tenant(), type, order.id()), Expectation.anything());
    }

    /** What cancels an execution that another one started, and says why. */
    static List<Change> cancel(Schemas schemas, Name tenant, String child, int shard, String reason) {
        return stop(Message.CANCEL, schemas, tenant, child, shard, reason);
    }

    /** The same of what is called at the end of another that ends as it is. */
    static List<Change> terminate(Schemas schemas, Name tenant, String child, int shard, String reason) {
        return stop(Message.TERMINATE, schemas, tenant, child, shard, reason);
    }

    private static List<Change> stop(
            String kind, Schemas schemas, Name tenant, String child, int shard, String reason) {
        ObjectNode json = schemas.object().put("kind", kind).put("reason", reason);
        return put(schemas, tenant, child, shard, kind + "-by-parent", json);
    }

    /** All that waits for this execution, the oldest first. */
    List<Message> read(Name tenant, String id) throws InterruptedException {
        return all(Keys.inbox(tenant, id)).stream()
                .map(each -> {
                    JsonNode json = schemas.parse(each.value());
                    return new Message(each.key(), json.path("kind").stringValue(""), json);
                })
                .sorted(Comparator.comparingLong(
                        message -> message.body().path("sent").longValue(0)))
                .toList();
    }

    private List<Entry> all(Range first) throws InterruptedException {
        List<Entry> found = new ArrayList<>();
        Range range = first;
        while (true) {
            List<Entry> page = page(range);
            found.addAll(page);
            if (page.size() < PAGE) {
                return found;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    /** A bell that was rung. */
    record Rung(String id, Name tenant, int shard, Entry entry) {}

    /**
     * The bells of these shards that were rung; of too many some of each shard, and the others the next time. What rang for shards
     * of others, of whom one may have gone a while ago, is not read again and again.
     */
    List<Rung> rung(Set<Integer> shards) throws InterruptedException {
        if (shards.isEmpty()) {
            return List.of();
        }
        List<Entry> bells = page(Keys.bells());
        if (bells.size() == PAGE) {
            bells = new ArrayList<>();
            for (int shard : shards) {
                bells.addAll(page(Keys.bells(shard)));
            }
        }
        List<Rung> found = new ArrayList<>();
        for (Entry each : bells) {
            String[] parts = each.key().path().split("/");
            int shard = Integer.parseInt(parts[2]);
            if (shards.contains(shard)) {
                found.add(new Rung(parts[3], Name.of(each.value().text()), shard, each));
            }
        }
        return found;
    }

    private List<Entry> page(Range range) throws InterruptedException {
        return state.use(store -> store.list(range, PAGE));
    }
}
