package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has what has ended listed among the records, which are written a moment later and many at once. Until then the entry of its time
 * stays among what is due: if this process dies before, whoever has the shard next finds it there. Thread-safe.
 */
final class Listing {
    private final Slot<StateStore> state;
    private final Shelf shelf;
    private final Inbox inbox;
    private final Commits commits;
    private final Book book;
    private final Set<String> onItsWay = ConcurrentHashMap.newKeySet();

    /** Where records are written. */
    interface Book {
        /** @param also what is changed in the same commit */
        void add(Shown ended, Records.Also also);
    }

    Listing(Slot<StateStore> state, Shelf shelf, Inbox inbox, Commits commits, Book book) {
        this.state = state;
        this.shelf = shelf;
        this.inbox = inbox;
        this.commits = commits;
        this.book = book;
    }

    /** It has ended just now, and this entry of it was left. Whoever carried it has not said yet that it is done. */
    void ended(Shown shown, Due stays) {
        String id = shown.order().id();
        onItsWay.add(id);
        book.add(shown, new Records.Also(delete(stays), () -> onItsWay.remove(id)));
    }

    private static Change delete(Due due) {
        return new Change.Delete(due.key(), Expectation.anything());
    }

    /** An entry was found of one that is not open: it has ended, and is listed now unless it is about to be; or it never was. */
    void found(Due due, Fence fence) throws InterruptedException {
        // in this order: what is on its way no more has no entry any more
        if (onItsWay.contains(due.id())
                || state.use(store -> store.find(due.key())).isEmpty()) {
            return;
        }
        throwAway(due.tenant(), due.id());
        Optional<Shown> shown = shelf.find(due.tenant(), due.id());
        if (shown.isPresent()) {
            ended(shown.get(), due);
        } else {
            commits.commit(List.of(fence.check(), delete(due)));
        }
    }

    /** What came for one that has ended is for nobody. */
    void throwAway(Name tenant, String id) throws InterruptedException {
        for (var message : inbox.read(tenant, id)) {
            commits.once(List.of(new Change.Delete(message.key(), Expectation.anything())));
        }
    }
}
