package dev.dovetail.testkit.store;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A state store that keeps everything in memory, for tests. Keeps all the rules of a real one but outliving the JVM. */
public final class InMemoryStateStore implements StateStore {
    private static final int LARGEST_VALUE = 1 << 20;

    private final StateMemory memory;
    private final InstantSource clock;
    private volatile boolean closed;

    /** A store with nothing in it. */
    public InMemoryStateStore() {
        this(InstantSource.system());
    }

    /** A store with nothing in it, which forgets commit ids by this clock. */
    public InMemoryStateStore(InstantSource clock) {
        this(new StateMemory(), clock);
    }

    InMemoryStateStore(StateMemory memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public Optional<Entry> find(Key key) {
        checkOpen();
        return memory.findAll(List.of(key)).getFirst();
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        checkOpen();
        return memory.findAll(keys);
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        checkOpen();
        if (limit < 0) {
            throw rejected("A list cannot have " + limit + " entries; expected a limit of 0 or more");
        }
        return memory.list(range, limit);
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        checkOpen();
        check(changes);
        return memory.commit(id, changes, clock.instant());
    }

    private static void check(List<Change> changes) {
        Set<Key> keys = new HashSet<>();
        for (Change change : changes) {
            Key key = change.key();
            if (!keys.add(key)) {
                throw rejected("The commit names the key " + key + " twice; expected once at the most");
            }
            if (key.space() == Space.HISTORY && !startsWithDay(key.path())) {
                throw rejected("The key " + key + " does not begin with a day; expected a path such as 20261121/...");
            }
            if (key.space() == Space.HISTORY && change.expected() instanceof Expectation.Version) {
                throw rejected("The key " + key
                        + " is written with a version expected; history takes only absent or anything");
            }
            if (change instanceof Change.Put put && put.value().size() > LARGEST_VALUE) {
                throw rejected("The value for " + key + " has " + put.value().size() + " bytes; expected at most "
                        + LARGEST_VALUE);
            }
        }
    }

    private static boolean startsWithDay(String path) {
        return path.length() > 8
                && path.charAt(8) == '/'
                && path.chars().limit(8).allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public void drop(Range range) {
        checkOpen();
        memory.drop(range);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The in-memory state store is closed");
        }
    }

    private static PluginException rejected(String message) {
        return new PluginException(Kind.REJECTED, message);
    }
}
