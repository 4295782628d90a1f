package dev.dovetail.storage.postgres;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables of one schema: making and reading them. Thread-safe. */
final class Tables {
    /** Names this work among all that lock something by number in the database: "dove". */
    private static final int MAKING = 0x646f7665;

    private final Server server;
    private final String schema;

    Tables(Server server, String schema) {
        this.server = server;
        this.schema = schema;
    }

    /** Makes what is not there yet; of several who try at once, one after the other. */
    void make() {
        String script = sql(PostgresStateStoreProvider.text("tables.sql"));
        try {
            server.transact(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select pg_advisory_xact_lock(" + MAKING + ")");
                    if (!isMade(connection)) {
                        statement.execute(script);
                    }
                    return schema;
                }
            });
        } catch (SQLException e) {
            throw server.notOpened("make the tables in the schema " + schema, e);
        }
    }

    private boolean isMade(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, schema + ".readable");
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The text with the schema's name put in. */
    String sql(String text) {
        return text.replace("$schema", schema);
    }

    String table(Space space) {
        return schema + (space == Space.STATE ? ".state" : ".history");
    }

    Server server() {
        return server;
    }

    Optional<Entry> find(Connection connection, Key key) throws SQLException {
        String sql = "select version, value from " + table(key.space()) + " where key = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, key.path());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Entry(key, row.getLong(1), Bytes.given(row.getBytes(2))))
                        : Optional.empty();
            }
        }
    }

    /** One statement sees one moment. */
    List<Optional<Entry>> findAll(Connection connection, List<Key> keys) throws SQLException {
        String sql = sql("select 0, key, version, value from $schema.state where key = any(?)"
                + " union all select 1, key, version, value from $schema.history where key = any(?)");
        Map<Key, Entry> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", paths(keys, Space.STATE)));
            statement.setArray(2, connection.createArrayOf("text", paths(keys, Space.HISTORY)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Key key = new Key(Space.values()[row.getInt(1)], row.getString(2));
                    found.put(key, new Entry(key, row.getLong(3), Bytes.given(row.getBytes(4))));
                }
            }
        }
        return keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList();
    }

    static String[] paths(List<Key> keys, Space space) {
        return keys.stream().filter(key -> key.space() == space).map(Key::path).toArray(String[]::new);
    }

    List<Entry> list(Connection connection, Range range, int limit) throws SQLException {
        String sql = "select key, version, value from " + table(range.space()) + where(range)
                + (range.backwards() ? " order by key desc limit " : " order by key limit ") + limit;
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(range, statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            new Key(range.space(), row.getString(1)), row.getLong(2), Bytes.given(row.getBytes(3))));
                }
            }
        }
        return entries;
    }

    /** PostgreSQL's text cannot hold the zero character that {@link Range#after} ends in: after it means beyond it. */
    static String where(Range range) {
        String from = isAfter(range) ? " where key > ?" : " where key >= ?";
        return range.to().isEmpty() ? from : from + " and key < ?";
    }

    static void bind(Range range, PreparedStatement statement) throws SQLException {
        String from = range.from();
        statement.setString(1, isAfter(range) ? from.substring(0, from.length() - 1) : from);
        if (!range.to().isEmpty()) {
            statement.setString(2, range.to());
        }
    }

    private static boolean isAfter(Range range) {
        return range.from().endsWith("\0");
    }
}
