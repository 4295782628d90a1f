package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Inputs;
import dev.dovetail.kernel.stream.StreamLimits;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Takes in what comes from outside: orders, and what is said to those that are open. Thread-safe. */
record Reception(
        Ownership shards,
        Papers papers,
        Commits commits,
        Floor floor,
        Lobby lobby,
        Schemas schemas,
        InstantSource clock) {
    private static final int FEW = 10;
    private static final int MOST_AT_ONCE = 50;
    private static final int LARGEST_AT_ONCE = 256 * 1024;

    /**
     * Takes an execution on; it is done from the moment that this returns.
     *
     * @param more what is written with it, or not at all
     * @throws Refusal CONFLICT if there is one of this id, UNAVAILABLE if too many wait
     */
    void accept(Order order, List<Change> more) throws InterruptedException {
        admit(order, more, true);
    }

    /** The same of one that has a standing and a journal, which are written with it. */
    void acceptBegun(Order order, List<Change> more) throws InterruptedException {
        admit(order, more, false);
    }

    /** The same of a call that has run and failed: it is not refused, however many wait. */
    void takeOver(Order order, List<Change> more) throws InterruptedException {
        accept(order, more, false);
    }

    private void admit(Order order, List<Change> more, boolean blank) throws InterruptedException {
        // what functions start is part of what was taken on: refused, that could not be carried to its end
        boolean asked = order.depth() == 0;
        if (asked && shards.fence(shards.shardOf(order.id())).isPresent()) {
            try (Lobby.Place _ = lobby.enter()) {
                accept(order, more, blank);
            }
        } else {
            accept(order, more, blank);
        }
    }

    private void accept(Order order, List<Change> more, boolean blank) throws InterruptedException {
        int shard = shards.shardOf(order.id());
        Optional<Fence> fence = shards.fence(shard);
        Due due = new Due(order.id(), order.tenant(), shard, order.createdAt());
        Bytes tenant = Bytes.utf8(order.tenant().text());
        List<Change> changes = new ArrayList<>();
        fence.ifPresent(it -> changes.add(it.check()));
        changes.add(new Change.Put(Keys.order(order.tenant(), order.id()), papers.write(order), Expectation.absent()));
        changes.add(new Change.Put(DueQueue.key(shard, due.at(), due.id()), tenant, Expectation.anything()));
        if (fence.isEmpty()) {
            changes.add(new Change.Put(Keys.bell(shard, order.id()), tenant, Expectation.anything()));
        }
        if (order.depth() > 0) {
            // its id is made of its caller's, who may start it again after it has ended
            changes.addAll(Shelf.none(order.tenant(), order.id()));
        }
        order.origin()
                .ifPresent(origin -> changes.add(new Change.Put(
                        Keys.successor(order.tenant(), origin.id(), order.id()),
                        Bytes.utf8(origin.how()),
                        Expectation.anything())));
        changes.addAll(more);
        if (commits.once(changes) instanceof Committed.Conflict conflict) {
            if (fence.isPresent() && conflict.key().equals(fence.get().key())) {
                shards.lost(fence.get());
                accept(order, more, blank);
                return;
            }
            throw Refusal.of(ErrorType.CONFLICT, "There is an execution \"" + order.id() + "\"");
        }
        if (fence.isPresent()) {
            if (blank) {
                floor.accepted(order, due, fence.get());
            } else {
                floor.ring(order.tenant(), order.id(), shard); // it has to be read
            }
        }
    }

    /** Puts a message into the inbox of an execution, unless one of this name is there: it is kept when this returns. */
    void tell(Name tenant, String id, String message, ObjectNode json) throws InterruptedException {
        tellFirst(tenant, id, message, json);
    }

    /** The same; whether it was put there. */
    boolean tellFirst(Name tenant, String id, String message, ObjectNode json) throws InterruptedException {
        return tell(tenant, id, message, json, Expectation.absent());
    }

    private boolean tell(Name tenant, String id, String message, ObjectNode json, Expectation expected)
            throws InterruptedException {
        int shard = shards.shardOf(id);
        ObjectNode sent = json.deepCopy().put("sent", clock.millis());
        Committed made = commits.once(Inbox.put(schemas, tenant, id, shard, message, sent, expected));
        if (made instanceof Committed.Conflict) {
            return false;
        }
        if (shards.fence(shard).isPresent()) {
            floor.ring(tenant, id, shard);
        }
        return true;
    }

    /**
     * The same with more that is written with it.
     *
     * @return false if nothing was, because of what is there
     */
    private boolean tell(Name tenant, String id, String message, ObjectNode json, List<Change> more)
            throws InterruptedException {
        int shard = shards.shardOf(id);
        ObjectNode sent = json.deepCopy().put("sent", clock.millis());
        List<Change> changes = new ArrayList<>(Inbox.put(schemas, tenant, id, shard, message, sent));
        changes.addAll(more);
        if (commits.once(changes) instanceof Committed.Conflict) {
            return false;
        }
        if (shards.fence(shard).isPresent()) {
            floor.ring(tenant, id, shard);
        }
        return true;
    }

    /**
     * Tells all of these the same; answers how many they are. Of many some are told with each commit, and they hear it by their
     * bells: who tells thousands has no more time than who tells one.
     */
    int tellAll(Name tenant, List<String> ids, String message, ObjectNode json) throws InterruptedException {
        ObjectNode sent = json.deepCopy().put("sent", clock.millis());
        int size = schemas.bytes(sent).size();
        int atOnce = Math.clamp(LARGEST_AT_ONCE / Math.max(1, size), 1, MOST_AT_ONCE);
        for (int from = 0; from < ids.size(); from += atOnce) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + atOnce));
            List<Change> changes = new ArrayList<>();
            for (String id : some) {
                changes.addAll(Inbox.put(schemas, tenant, id, shards.shardOf(id), message, sent, Expectation.absent()));
            }
            // few are told one by one, and go on at once; so are those of whom one has been told before
            if (ids.size() <= FEW || commits.once(changes) instanceof Committed.Conflict) {
                for (String id : some) {
                    tell(tenant, id, message, json);
                }
            }
        }
        return ids.size();
    }

    /** Takes a piece of a streamed input, or its end; answers its number. */
    long input(Slot<StateStore> state, Inputs inputs, Name tenant, String id, Optional<Bytes> piece)
            throws InterruptedException {
        int unread = state.use(store -> store.list(Keys.inputs(tenant, id), StreamLimits.MOST_WAITING))
                .size();
        return inputs.add(tenant, id, piece.isEmpty(), unread, (number, changes) -> {
            ObjectNode json = schemas.object().put("kind", "input").put("number", number);
            piece.ifPresent(it -> json.set("data", schemas.parse(it)));
            return tell(tenant, id, "input-" + number, json, changes);
        });
    }
}
