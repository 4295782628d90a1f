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
import java.util.concurrent.locks.LockSupport;

/** A state store that can be out of reach. */
final class Away implements Passing {
    private final InMemoryStateStore it;
    volatile boolean away;
    /** How long a commit takes, in milliseconds. */
    volatile int takes;

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
        LockSupport.parkNanos(takes * 1_000_000L);
        return it.commit(id, changes);
    }
}
