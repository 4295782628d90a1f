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
import dev.dovetail.spi.store.Key.Space;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What a group says to the server within its transaction, in few and large statements. */
final class Rows {
    /** Above so many keys a group locks everything: the server's table of locks is not endless. */
    private static final int MOST_LOCKS = 2_000;

    private final Tables tables;

    /** All keys together; everyone who writes holds it shared. */
    private final long everything;

    Rows(Tables tables) {
        this.tables = tables;
        this.everything = hash(tables.sql("$schema"));
    }

    /**
     * What was there before the group.
     *
     * @param answers of those commits that were made before
     * @param current the versions of the keys of which something is expected, if there is an entry
     * @param versions one for each commit
     */
    record Before(Map<CommitId, Committed> answers, Map<Key, Long> current, long[] versions) {}

    /**
     * Locks the keys in an order that is the same for all, so that nobody waits in a circle. A lock is on a number, since a
     * key that is not there has no row to lock.
     */
    void lock(Connection connection, List<Ask> asks) throws SQLException {
        TreeSet<Long> numbers = new TreeSet<>();
        for (Ask ask : asks) {
            numbers.add(hash(ask.id().text()));
            ask.changes().forEach(change -> numbers.add(hash(change.key().toString())));
        }
        if (numbers.size() > MOST_LOCKS) {
            lockEverything(connection);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_advisory_xact_lock_shared(?); select pg_advisory_xact_lock(n) from unnest(?) as n")) {
            statement.setLong(1, everything);
            statement.setArray(2, connection.createArrayOf("bigint", numbers.toArray()));
            statement.execute();
        }
    }

    /** Waits until no group is under way, and keeps others waiting until the transaction ends. */
    void lockEverything(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            statement.setLong(1, everything);
            statement.execute();
        }
    }

    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Versions are taken under the locks: so those of a key grow. */
    Before before(Connection connection, List<Ask> asks) throws SQLException {
        List<Key> expected = new ArrayList<>();
        for (Ask ask : asks) {
            for (Change change : ask.changes()) {
                if (!(change.expected() instanceof Expectation.Anything)) {
                    expected.add(change.key());
                }
            }
        }
        String sql = tables.sql("select nextval('$schema.versions') from generate_series(1, ?);"
                + " select id, version, history, key, current, value from $schema.commits where id = any(?);"
                + " select key, version from $schema.state where key = any(?);"
                + " select key, version from $schema.history where key = any(?)");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, asks.size());
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", asks.stream().map(ask -> ask.id().text()).toArray()));
            statement.setArray(3, connection.createArrayOf("text", Tables.paths(expected, Space.STATE)));
            statement.setArray(4, connection.createArrayOf("text", Tables.paths(expected, Space.HISTORY)));
            statement.execute();
            long[] versions = versions(statement, asks.size());
            Map<CommitId, Committed> answers = answers(statement);
            Map<Key, Long> current = new HashMap<>();
            addCurrent(statement, Space.STATE, current);
            addCurrent(statement, Space.HISTORY, current);
            return new Before(answers, current, versions);
        }
    }

    private static long[] versions(PreparedStatement statement, int count) throws SQLException {
        long[] versions = new long[count];
        try (ResultSet row = statement.getResultSet()) {
            for (int i = 0; i < count; i++) {
                row.next();
                versions[i] = row.getLong(1);
            }
        }
        return versions;
    }

    private static Map<CommitId, Committed> answers(PreparedStatement statement) throws SQLException {
        Map<CommitId, Committed> answers = new HashMap<>();
        statement.getMoreResults();
        try (ResultSet row = statement.getResultSet()) {
            while (row.next()) {
                answers.put(new CommitId(row.getString("id")), answer(row));
            }
        }
        return answers;
    }

    private static Committed answer(ResultSet row) throws SQLException {
        long version = row.getLong("version");
        if (!row.wasNull()) {
            return new Done(version);
        }
        Key key = new Key(row.getBoolean("history") ? Space.HISTORY : Space.STATE, row.getString("key"));
        long current = row.getLong("current");
        return row.wasNull()
                ? new Conflict(key, Optional.empty())
                : new Conflict(key, Optional.of(new Entry(key, current, Bytes.given(row.getBytes("value")))));
    }

    private static void addCurrent(PreparedStatement statement, Space space, Map<Key, Long> current)
            throws SQLException {
        statement.getMoreResults();
        try (ResultSet row = statement.getResultSet()) {
            while (row.next()) {
                current.put(new Key(space, row.getString(1)), row.getLong(2));
            }
        }
    }

    Optional<Entry> find(Connection connection, Key key) throws SQLException {
        return tables.find(connection, key);
    }

    void write(Connection connection, Map<Key, Group.Written> written) throws SQLException {
        for (Space space : Space.values()) {
            List<Key> put = new ArrayList<>();
            List<Key> deleted = new ArrayList<>();
            written.forEach((key, what) -> {
                if (key.space() == space) {
                    (what.value().isPresent() ? put : deleted).add(key);
                }
            });
            if (!put.isEmpty()) {
                put(connection, space, put, written);
            }
            if (!deleted.isEmpty()) {
                delete(connection, space, deleted);
            }
        }
    }

    private void put(Connection connection, Space space, List<Key> keys, Map<Key, Group.Written> written)
            throws SQLException {
        Long[] versions = new Long[keys.size()];
        byte[][] values = new byte[keys.size()][];
        for (int i = 0; i < values.length; i++) {
            Group.Written what = written.get(keys.get(i));
            versions[i] = what.version();
            values[i] = what.value().orElseThrow().toArray();
        }
        String sql = "insert into " + tables.table(space) + " (key, version, value) select * from unnest(?, ?, ?)"
                + " on conflict (key) do update set version = excluded.version, value = excluded.value";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", Tables.paths(keys, space)));
            statement.setArray(2, connection.createArrayOf("bigint", versions));
            statement.setArray(3, connection.createArrayOf("bytea", values));
            statement.executeUpdate();
        }
    }

    private void delete(Connection connection, Space space, List<Key> keys) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from " + tables.table(space) + " where key = any(?)")) {
            statement.setArray(1, connection.createArrayOf("text", Tables.paths(keys, space)));
            statement.executeUpdate();
        }
    }

    /** Keeps the answers, so that they are given again. */
    void remember(Connection connection, Map<CommitId, Committed> answers) throws SQLException {
        if (answers.isEmpty()) {
            return;
        }
        String sql = tables.sql("insert into $schema.commits (id, version, history, key, current, value)"
                + " select * from unnest(?, ?, ?, ?, ?, ?)");
        List<Optional<Conflict>> conflicts = answers.values().stream()
                .map(answer -> answer instanceof Conflict conflict ? Optional.of(conflict) : Optional.<Conflict>empty())
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            answers.keySet().stream().map(CommitId::text).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint",
                            answers.values().stream()
                                    .map(answer -> answer instanceof Done done ? done.version() : null)
                                    .toArray()));
            statement.setArray(
                    3, column(connection, "boolean", conflicts, c -> c.key().space() == Space.HISTORY));
            statement.setArray(
                    4, column(connection, "text", conflicts, c -> c.key().path()));
            statement.setArray(
                    5,
                    column(
                            connection,
                            "bigint",
                            conflicts,
                            c -> c.current().map(Entry::version).orElse(null)));
            byte[][] values = conflicts.stream()
                    .map(c -> c.flatMap(Conflict::current)
                            .map(e -> e.value().toArray())
                            .orElse(null))
                    .toArray(byte[][]::new);
            statement.setArray(6, connection.createArrayOf("bytea", values));
            statement.executeUpdate();
        }
    }

    /** What is taken of a conflict. */
    private interface Part {
        Object of(Conflict conflict);
    }

    private static java.sql.Array column(
            Connection connection, String type, List<Optional<Conflict>> conflicts, Part part) throws SQLException {
        return connection.createArrayOf(
                type, conflicts.stream().map(c -> c.map(part::of).orElse(null)).toArray());
    }

    /** Forgets answers that nobody may ask for any more. */
    int forget(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                tables.sql("delete from $schema.commits where at < clock_timestamp() - interval '11 minutes'"))) {
            return statement.executeUpdate();
        }
    }
}
