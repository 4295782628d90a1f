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
import dev.dovetail.storage.postgres.Script.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * Locks the keys of the group and reads what is under them. The order of locking is the same for all, so that nobody
     * waits in a circle; a lock is on a number, since a key that is not there has no row to lock. Versions are taken under
     * the locks: so those of a key grow.
     */
    Before before(Connection connection, List<Ask> asks) throws SQLException {
        Script script = new Script();
        int locks = addLocks(asks, script);
        List<Key> expected = new ArrayList<>();
        for (Ask ask : asks) {
            for (Change change : ask.changes()) {
                if (!(change.expected() instanceof Expectation.Anything)) {
                    expected.add(change.key());
                }
            }
        }
        Column ids = text(asks.stream().map(ask -> ask.id().text()).toArray());
        script.then(tables.sql("select nextval('$schema.versions') from unnest(?) as id"), ids)
                .then(
                        tables.sql("select id, version, history, key, current, value"
                                + " from $schema.commits where id = any(?)"),
                        ids);
        List<Space> asked = Arrays.stream(Space.values())
                .filter(space -> expected.stream().anyMatch(key -> key.space() == space))
                .toList();
        for (Space space : asked) {
            script.then(
                    "select key, version from " + tables.table(space) + " where key = any(?)",
                    text(Tables.paths(expected, space)));
        }
        try (PreparedStatement statement = script.executed(connection)) {
            for (int i = 0; i < locks; i++) {
                statement.getMoreResults();
            }
            long[] versions = versions(statement, asks.size());
            Map<CommitId, Committed> answers = answers(statement);
            Map<Key, Long> current = new HashMap<>();
            for (Space space : asked) {
                addCurrent(statement, space, current);
            }
            return new Before(answers, current, versions);
        }
    }

    /** @return how many statements were added */
    private int addLocks(List<Ask> asks, Script script) {
        TreeSet<Long> numbers = new TreeSet<>();
        for (Ask ask : asks) {
            numbers.add(hash(ask.id().text()));
            ask.changes().forEach(change -> numbers.add(hash(change.key().toString())));
        }
        if (numbers.size() > MOST_LOCKS) {
            script.then("select pg_advisory_xact_lock(" + everything + ")");
            return 1;
        }
        script.then("select pg_advisory_xact_lock_shared(" + everything + ")")
                .then("select pg_advisory_xact_lock(n) from unnest(?) as n", new Column("bigint", numbers.toArray()));
        return 2;
    }

    private static Column text(Object[] values) {
        return new Column("text", values);
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

    /**
     * Writes what the group does, and keeps the answers, so that they are given again. The transaction is committed with it, which
     * saves a round trip: the server does not come to the commit if anything before it fails.
     */
    void write(Connection connection, Map<Key, Group.Written> written, Map<CommitId, Committed> answers)
            throws SQLException {
        Script script = new Script();
        for (Space space : Space.values()) {
            addWrites(space, written, script);
        }
        if (!answers.isEmpty()) {
            addAnswers(answers, script);
        }
        if (!script.isEmpty()) {
            script.then("commit").executed(connection).close();
        }
    }

    private void addWrites(Space space, Map<Key, Group.Written> written, Script script) {
        List<Key> put = new ArrayList<>();
        List<Key> deleted = new ArrayList<>();
        written.forEach((key, what) -> {
            if (key.space() == space) {
                (what.value().isPresent() ? put : deleted).add(key);
            }
        });
        if (!put.isEmpty()) {
            script.then(
                    "insert into " + tables.table(space) + " (key, version, value) select * from unnest(?, ?, ?)"
                            + " on conflict (key) do update set version = excluded.version, value = excluded.value",
                    text(Tables.paths(put, space)),
                    new Column(
                            "bigint",
                            put.stream().map(key -> written.get(key).version()).toArray()),
                    new Column(
                            "bytea",
                            put.stream()
                                    .map(key -> written.get(key)
                                            .value()
                                            .orElseThrow()
                                            .toArray())
                                    .toArray(byte[][]::new)));
        }
        if (!deleted.isEmpty()) {
            script.then(
                    "delete from " + tables.table(space) + " where key = any(?)", text(Tables.paths(deleted, space)));
        }
    }

    private void addAnswers(Map<CommitId, Committed> answers, Script script) {
        List<Optional<Conflict>> conflicts = answers.values().stream()
                .map(answer -> answer instanceof Conflict conflict ? Optional.of(conflict) : Optional.<Conflict>empty())
                .toList();
        script.then(
                tables.sql("insert into $schema.commits (id, version, history, key, current, value)"
                        + " select * from unnest(?, ?, ?, ?, ?, ?)"),
                text(answers.keySet().stream().map(CommitId::text).toArray()),
                new Column(
                        "bigint",
                        answers.values().stream()
                                .map(answer -> answer instanceof Done done ? done.version() : null)
                                .toArray()),
                column("boolean", conflicts, c -> c.key().space() == Space.HISTORY),
                column("text", conflicts, c -> c.key().path()),
                column("bigint", conflicts, c -> c.current().map(Entry::version).orElse(null)),
                new Column(
                        "bytea",
                        conflicts.stream()
                                .map(c -> c.flatMap(Conflict::current)
                                        .map(e -> e.value().toArray())
                                        .orElse(null))
                                .toArray(byte[][]::new)));
    }

    /** What is taken of a conflict. */
    private interface Part {
        Object of(Conflict conflict);
    }

    private static Column column(String type, List<Optional<Conflict>> conflicts, Part part) {
        return new Column(
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
