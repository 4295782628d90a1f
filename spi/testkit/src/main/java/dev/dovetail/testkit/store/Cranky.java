package dev.dovetail.testkit.store;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Wrappers that give those who use a store a bad day, within what its rules allow. */
public final class Cranky {
    private static final int ONE_IN = 10;
    private static final Duration LONGEST_STALL = Duration.ofMillis(20);

    private Cranky() {}

    /**
     * About one call in ten is unavailable, and one stalls for up to 20 ms; of the commits one in ten is made although
     * the caller is told that the store is unavailable, and one that expects something of an entry is a conflict, as if
     * another had written the entry and then undone it. A commit that is asked again by its id gets the first answer. Closing is never cranky.
     *
     * @param seed makes the same calls in the same order have the same fate; it is in every message
     */
    public static StateStore stateStore(StateStore store, long seed) {
        return new Moody(store, seed);
    }

    private static final class Moody implements StateStore {
        private final StateStore store;
        private final long seed;
        private final Random random;
        private final Map<CommitId, Optional<Committed>> invented = new ConcurrentHashMap<>();

        Moody(StateStore store, long seed) {
            this.store = store;
            this.seed = seed;
            this.random = new Random(seed);
        }

        @Override
        public Optional<Entry> find(Key key) {
            trouble("find " + key);
            return store.find(key);
        }

        @Override
        public List<Optional<Entry>> findAll(List<Key> keys) {
            trouble("findAll " + keys);
            return store.findAll(keys);
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            trouble("list " + range);
            return store.list(range, limit);
        }

        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            trouble("commit " + id.text());
            Optional<Committed> invention = invented.computeIfAbsent(id, first -> invented(changes));
            if (invention.isPresent()) {
                return invention.get();
            }
            Committed answer = store.commit(id, changes);
            if (chance()) {
                throw unavailable("commit " + id.text() + ", which may or may not have been made");
            }
            return answer;
        }

        /** Decided once for each id, so that it is answered the same when it is asked again. */
        private Optional<Committed> invented(List<Change> changes) {
            return changes.stream()
                    .filter(change -> !(change.expected() instanceof Expectation.Anything) && chance())
                    .findFirst()
                    .map(change -> new Conflict(change.key(), store.find(change.key())));
        }

        @Override
        public void drop(Range range) {
            trouble("drop " + range);
            store.drop(range);
        }

        private void trouble(String use) {
            if (chance()) {
                LockSupport.parkNanos((long) (LONGEST_STALL.toNanos() * fraction()));
            }
            if (chance()) {
                throw unavailable(use);
            }
        }

        private PluginException unavailable(String use) {
            return new PluginException(
                    Kind.UNAVAILABLE, "The cranky state store (seed " + seed + ") refuses to " + use);
        }

        private synchronized boolean chance() {
            return random.nextInt(ONE_IN) == 0;
        }

        private synchronized double fraction() {
            return random.nextDouble();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
