package dev.dovetail.testkit.store;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Wrappers that check those who use a store: a wrong use is an {@link AssertionError} where it happens. */
public final class Asserting {
    private Asserting() {}

    /**
     * Fails if the store is used after it was closed, is closed while in use, or if one commit id is used for two
     * different commits. What went wrong on threads whose errors nobody saw is thrown again by {@code close}.
     */
    public static StateStore stateStore(StateStore store) {
        return new Watched(store);
    }

    private static final class Watched implements StateStore {
        private final StateStore store;
        private final AtomicInteger inside = new AtomicInteger();
        private final Map<CommitId, Integer> commits = new ConcurrentHashMap<>();
        private final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
        private volatile boolean closed;

        Watched(StateStore store) {
            this.store = store;
        }

        @Override
        public Optional<Entry> find(Key key) {
            return during("find " + key, () -> store.find(key));
        }

        @Override
        public List<Optional<Entry>> findAll(List<Key> keys) {
            return during("findAll " + keys, () -> store.findAll(keys));
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            return during("list " + range, () -> store.list(range, limit));
        }

        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            Integer before = commits.putIfAbsent(id, changes.hashCode());
            if (before != null && before != changes.hashCode()) {
                throw wrong("The commit id " + id.text() + " is used again, for " + keys(changes)
                        + ", but named another commit before; expected the same changes");
            }
            return during("commit " + keys(changes), () -> store.commit(id, changes));
        }

        private static List<Key> keys(List<Change> changes) {
            return changes.stream().map(Change::key).toList();
        }

        @Override
        public void drop(Range range) {
            during("drop " + range, () -> {
                store.drop(range);
                return range;
            });
        }

        private <T> T during(String use, Supplier<T> call) {
            inside.incrementAndGet();
            try {
                if (closed) {
                    throw wrong("The state store was used after it was closed: " + use);
                }
                return call.get();
            } finally {
                inside.decrementAndGet();
            }
        }

        private AssertionError wrong(String what) {
            wrongs.add(what);
            return new AssertionError(what);
        }

        @Override
        public void close() {
            closed = true;
            int users = inside.get();
            store.close();
            if (users > 0) {
                wrongs.add("The state store was closed while " + users + " used it");
            }
            if (!wrongs.isEmpty()) {
                throw new AssertionError(String.join("; ", wrongs));
            }
        }
    }
}
