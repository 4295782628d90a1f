package dev.dovetail.kernel;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Changes what a store has while nobody runs on it, as if more time had passed than a test has. */
final class Aged {
    private Aged() {}

    static List<String> keys(StateStore state, String prefix) {
        return entries(state, prefix).stream().map(each -> each.key().path()).toList();
    }

    private static List<Entry> entries(StateStore state, String prefix) {
        return state.list(Range.prefix(Key.Space.STATE, prefix), 10_000);
    }

    /** The execution's own time, as its order says, is over, and it is looked at now. */
    static void out(StateStore state, String id) {
        lookedAt(state, id, "until", System.currentTimeMillis() - 1000);
    }

    /** The execution was taken on so long ago, and is looked at now. */
    static void made(StateStore state, String id, Duration ago) {
        lookedAt(state, id, "created", System.currentTimeMillis() - ago.toMillis());
    }

    private static void lookedAt(StateStore state, String id, String field, long value) {
        long now = System.currentTimeMillis() - 1000;
        List<Change> changes = new ArrayList<>();
        change(state, "t/default/o/" + id, field, value, changes);
        change(state, "t/default/s/" + id, "due", now, changes);
        for (Entry each : entries(state, "c/shard/")) {
            String path = each.key().path();
            if (path.contains("/due/") && path.endsWith("/" + id)) {
                changes.add(new Change.Delete(each.key(), Expectation.anything()));
                String to = path.substring(0, path.indexOf("/due/") + 5)
                        + HexFormat.of().toHexDigits(now) + "/" + id;
                changes.add(new Change.Put(Key.state(to), each.value(), Expectation.anything()));
            }
        }
        commit(state, changes);
    }

    /** An execution that waits for something was made so long ago; its id tells that too, so it has another one from now on. */
    static String since(StateStore state, String id, Duration ago) {
        long made = Long.parseLong(id.substring(0, 8) + id.substring(9, 13), 16) - ago.toMillis();
        String hex = String.format("%012x", made);
        String older = hex.substring(0, 8) + "-" + hex.substring(8) + id.substring(13);
        List<Change> changes = new ArrayList<>();
        for (Entry each : entries(state, "")) {
            if (each.key().path().contains(id)) {
                changes.add(new Change.Delete(each.key(), Expectation.anything()));
                if (!each.key().path().contains("/due/")) { // it is in another shard; what it waits for finds it there
                    String to = each.key().path().replace(id, older);
                    Bytes value = Bytes.utf8(each.value().text().replace(id, older));
                    changes.add(new Change.Put(Key.state(to), value, Expectation.anything()));
                }
            }
        }
        commit(state, changes);
        changes.clear();
        change(state, "t/default/o/" + older, "created", made, changes);
        change(state, "t/default/s/" + older, "started", made, changes);
        commit(state, changes);
        return older;
    }

    /** So many more that were accepted as this one was, and that nobody has carried yet. */
    static void copied(StateStore state, String id, int times) {
        Entry order = state.find(Key.state("t/default/o/" + id)).orElseThrow();
        Entry due = entries(state, "c/shard/").stream()
                .filter(each ->
                        each.key().path().contains("/due/") && each.key().path().endsWith("/" + id))
                .findFirst()
                .orElseThrow();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String copy = id.substring(0, id.length() - 6) + String.format("%06x", i);
            String text = order.value().text().replace(id, copy);
            changes.add(new Change.Put(Key.state("t/default/o/" + copy), Bytes.utf8(text), Expectation.absent()));
            changes.add(
                    new Change.Put(Key.state(due.key().path().replace(id, copy)), due.value(), Expectation.absent()));
            if (changes.size() == 1000) {
                commit(state, changes);
                changes.clear();
            }
        }
        commit(state, changes);
    }

    /** Sets a time, in milliseconds since 1970, in a document. */
    private static void change(StateStore state, String path, String field, long to, List<Change> changes) {
        Entry there = state.find(Key.state(path)).orElseThrow();
        ObjectNode json = House.SCHEMAS.object(there.value().text()).put(field, to);
        changes.add(new Change.Put(there.key(), Bytes.utf8(json.toString()), Expectation.anything()));
    }

    /** Sets a text in a document. */
    static void set(StateStore state, String path, String field, String to) {
        Entry there = state.find(Key.state(path)).orElseThrow();
        ObjectNode json = House.SCHEMAS.object(there.value().text()).put(field, to);
        commit(state, List.of(new Change.Put(there.key(), Bytes.utf8(json.toString()), Expectation.anything())));
    }

    private static void commit(StateStore state, List<Change> changes) {
        if (state.commit(CommitId.fresh(), changes) instanceof Committed.Conflict conflict) {
            throw new AssertionError("not changed: " + conflict);
        }
    }
}
