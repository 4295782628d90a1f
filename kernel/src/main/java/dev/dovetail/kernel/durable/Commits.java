package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.util.List;

/** Commits that are asked again until their fate is known: the same id makes asking again harmless. */
final class Commits {
    private static final long PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final Slot<StateStore> state;
    private final Tempo tempo;
    private volatile boolean closing;

    Commits(Slot<StateStore> state, Tempo tempo) {
        this.state = state;
        this.tempo = tempo;
    }

    /** @throws PluginFailure only while the system stops, or if the store will never make such a commit */
    Committed commit(List<Change> changes) throws InterruptedException {
        return commit(CommitId.fresh(), changes);
    }

    /** The same under an id of the caller's, who may ask again if this is interrupted. */
    Committed commit(CommitId id, List<Change> changes) throws InterruptedException {
        long pause = PAUSE_MILLIS;
        while (true) {
            try {
                return state.use(store -> store.commit(id, changes));
            } catch (PluginFailure e) {
                if (closing || e.kind() == PluginException.Kind.REJECTED) {
                    throw e;
                }
                tempo.pause(Duration.ofMillis(pause));
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
