package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import java.util.List;

/** Commits that are asked again until their fate is known: the same id makes asking again harmless. */
final class Commits {
    private static final long PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final Slot<StateStore> state;
    private volatile boolean closing;

    Commits(Slot<StateStore> state) {
        this.state = state;
    }

    /** @throws PluginFailure only while the system stops */
    Committed commit(List<Change> changes) throws InterruptedException {
        CommitId id = CommitId.fresh();
        long pause = PAUSE_MILLIS;
        while (true) {
            try {
                return state.use(store -> store.commit(id, changes));
            } catch (PluginFailure e) {
                if (closing) {
                    throw e;
                }
                Thread.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /** The same, asked once. */
    Committed once(List<Change> changes) throws InterruptedException {
        CommitId id = CommitId.fresh();
        return state.use(store -> store.commit(id, changes));
    }

    void closing() {
        closing = true;
    }
}
