package dev.dovetail.storage.h2;

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
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.h2.mvstore.MVStoreException;

/** State in an H2 file behind a write-ahead log, for one process. */
final class H2StateStore implements StateStore, StateStore.Backups {
    private static final int LARGEST_VALUE = 1 << 20;
    private static final long LARGEST_COMMIT = 64 << 20;

    private final Opening.Parts parts;
    private volatile boolean closed;

    H2StateStore(Opening.Parts parts) {
        this.parts = parts;
    }

    @Override
    public Optional<Entry> find(Key key) {
        return reading(() -> parts.overlay().find(key));
    }

    @Override
    public List<Optional<Entry>> findAll(List<Key> keys) {
        return reading(() -> parts.overlay().findAll(keys));
    }

    @Override
    public List<Entry> list(Range range, int limit) {
        if (limit < 0) {
            throw rejected("A list cannot have " + limit + " entries; expected a limit of 0 or more");
        }
        return reading(() -> parts.overlay().list(range, limit));
    }

    private <T> T reading(Supplier<T> reading) {
        checkOpen();
        try {
            return reading.get();
        } catch (RuntimeException e) {
            checkOpen();
            throw e;
        }
    }

    @Override
    public Committed commit(CommitId id, List<Change> changes) {
        checkOpen();
        List<Change> copy = List.copyOf(changes);
        check(copy);
        return parts.writer().ask(new Ask.Commit(id, copy));
    }

    private static void check(List<Change> changes) {
        Set<Key> keys = new HashSet<>();
        for (Change change : changes) {
            Key key = change.key();
            if (!keys.add(key)) {
                throw rejected("The commit names the key " + key + " twice; expected once at the most");
            }
            if (key.space() == Space.HISTORY) {
                checkHistory(key, change.expected());
            }
            if (change instanceof Change.Put put && put.value().size() > LARGEST_VALUE) {
                throw rejected("The value for " + key + " has " + put.value().size() + " bytes; expected at most "
                        + LARGEST_VALUE);
            }
        }
        long size = size(changes);
        if (size > LARGEST_COMMIT) {
            throw rejected("The commit has " + size + " bytes; expected at most " + LARGEST_COMMIT);
        }
    }

    private static void checkHistory(Key key, Expectation expected) {
        String path = key.path();
        if (path.length() < 9 || path.charAt(8) != '/' || !path.chars().limit(8).allMatch(Character::isDigit)) {
            throw rejected("The key " + key + " does not begin with a day; expected a path such as 20261121/...");
        }
        if (expected instanceof Expectation.Version) {
            throw rejected("The commit expects a version of " + key + "; in history expected absent or anything");
        }
    }

    /** How many bytes a commit has, about. */
    static long size(List<Change> changes) {
        long size = 0;
        for (Change change : changes) {
            size += change.key().path().length()
                    + (change instanceof Change.Put put ? put.value().size() : 0);
        }
        return size;
    }

    @Override
    public void drop(Range range) {
        checkOpen();
        parts.writer().ask(new Ask.Drop(range));
    }

    @Override
    public void copyTo(Path directory) {
        checkOpen();
        Ask.Seen seen = parts.writer().ask(new Ask.Look());
        try (Moment moment = seen.moment()) {
            parts.files().copyTo(directory, seen.version(), moment);
        } catch (MVStoreException e) {
            throw new PluginException(
                    Kind.UNAVAILABLE,
                    "Cannot copy the state store " + parts.files() + " to " + directory + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        closed = true;
        parts.close();
    }

    private void checkOpen() {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The state store " + parts.files() + " is closed");
        }
    }

    private static PluginException rejected(String message) {
        return new PluginException(Kind.REJECTED, message);
    }
}
