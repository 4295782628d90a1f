package dev.dovetail.kernel.record;

import dev.dovetail.kernel.Passing;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A state store that can be out of reach. */
final class Away implements Passing {
    private final InMemoryStateStore it;
    volatile boolean away;
    final AtomicInteger tries = new AtomicInteger();

    Away(InMemoryStateStore it) {
        this.it = it;
    }

    @Override
    public StateStore it() {
        return it;
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        tries.incrementAndGet();
        if (away) {
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "away");
        }
        return it.commit(id, changes);
    }
}
