package dev.dovetail.storage.postgres;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commits that are made in one transaction, judged one after the other as if each were alone: a later one sees what an
 * earlier one of the group writes, and one that is a conflict changes nothing for the others.
 */
final class Group {
    private final Rows rows;
    private final List<Ask> asks;

    /** What conflicts were told of: asked of the server once for each key. */
    private final Map<Key, Optional<Entry>> told = new HashMap<>();

    Group(Rows rows, List<Ask> asks) {
        this.rows = rows;
        this.asks = asks;
    }

    /** What a key will hold: a value, or nothing. */
    record Written(long version, Optional<Bytes> value) {}

    /** Does everything, with the transaction's commit if anything was to be written; answers what to tell each member after it. */
    Map<CommitId, Committed> carryOut(Connection connection) throws SQLException {
        Rows.Before before = rows.before(connection, asks);
        Map<CommitId, Committed> answers = new HashMap<>(before.answers());
        Map<CommitId, Committed> fresh = new LinkedHashMap<>();
        Map<Key, Written> written = new HashMap<>();
        int next = 0;
        for (Ask ask : asks) {
            if (!answers.containsKey(ask.id())) {
                long version = before.versions()[next++];
                Committed answer = judge(connection, ask.changes(), version, before, written);
                answers.put(ask.id(), answer);
                fresh.put(ask.id(), answer);
            }
        }
        rows.write(connection, written, fresh);
        return answers;
    }

    private Committed judge(
            Connection connection, List<Change> changes, long version, Rows.Before before, Map<Key, Written> written)
            throws SQLException {
        for (Change change : changes) {
            Key key = change.key();
            Written newer = written.get(key);
            long current = newer == null
                    ? before.current().getOrDefault(key, 0L)
                    : newer.value().isPresent() ? newer.version() : 0L;
            if (!holds(change.expected(), current)) {
                return new Conflict(key, newer == null ? told(connection, key) : entry(key, newer));
            }
        }
        for (Change change : changes) {
            switch (change) {
                case Change.Put put -> written.put(put.key(), new Written(version, Optional.of(put.value())));
                case Change.Delete delete -> written.put(delete.key(), new Written(version, Optional.empty()));
                case Change.Check check -> {}
            }
        }
        return new Done(version);
    }

    private Optional<Entry> told(Connection connection, Key key) throws SQLException {
        if (!told.containsKey(key)) {
            told.put(key, rows.find(connection, key));
        }
        return told.get(key);
    }

    /** @param current the version that is there, or 0 */
    private static boolean holds(Expectation expected, long current) {
        return switch (expected) {
            case Expectation.Absent() -> current == 0;
            case Expectation.Version(long wanted) -> current == wanted && current != 0;
            case Expectation.Anything() -> true;
        };
    }

    private static Optional<Entry> entry(Key key, Written written) {
        return written.value().map(value -> new Entry(key, written.version(), value));
    }
}
