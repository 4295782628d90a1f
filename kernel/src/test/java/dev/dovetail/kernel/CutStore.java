package dev.dovetail.kernel;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** One process's way to a store that others use too; cut, it is to the store as if the process had died at that moment. */
final class CutStore implements Passing {
    private final StateStore it;
    private volatile boolean cut;
    private volatile boolean buried;
    private volatile Optional<CountDownLatch> stopped = Optional.empty();
    private volatile Predicate<List<Change>> last = changes -> false;

    CutStore(StateStore it) {
        this.it = it;
    }

    void cut() {
        cut = true;
    }

    /** The first commit like this is not made, and nothing after it. */
    void cutBefore(Predicate<List<Change>> commit) {
        last = commit;
    }

    /** What is left of a process that has died is cleared away: nobody in it waits for the store to come back any more. */
    void bury() {
        buried = cut;
    }

    boolean isCut() {
        return cut;
    }

    static boolean touches(List<Change> changes, String part) {
        return changes.stream().anyMatch(change -> change.key().path().contains(part));
    }

    /** Whoever uses it waits until it is let go, as in a process that was stopped. */
    void stop() {
        stopped = Optional.of(new CountDownLatch(1));
    }

    void letGo() {
        stopped.ifPresent(CountDownLatch::countDown);
        stopped = Optional.empty();
    }

    @Override
    public StateStore it() {
        try {
            Optional<CountDownLatch> now = stopped;
            if (now.isPresent()) {
                now.get().await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "interrupted");
        }
        if (cut) {
            throw new PluginException(
                    buried ? PluginException.Kind.REJECTED : PluginException.Kind.UNAVAILABLE, "cut off");
        }
        return it;
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        if (last.test(changes)) {
            cut = true;
        }
        return it().commit(id, changes);
    }
}
