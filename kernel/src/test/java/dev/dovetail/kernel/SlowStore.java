package dev.dovetail.kernel;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import java.util.List;

/** One process's way to a store, in which something else happens before the next commit of a kind is made. */
final class SlowStore implements Passing {
    private final StateStore it;
    private final String kind;
    private volatile Act next;

    /** What happens meanwhile. */
    interface Act {
        void run() throws Exception;
    }

    /** @param kind is in the path of a key that it writes */
    SlowStore(StateStore it, String kind, Act next) {
        this.it = it;
        this.kind = kind;
        this.next = next;
    }

    void next(Act act) {
        next = act;
    }

    @Override
    public StateStore it() {
        return it;
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        if (CutStore.touches(changes, kind)) {
            Act once = next;
            next = () -> {};
            try {
                once.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return it.commit(id, changes);
    }
}
