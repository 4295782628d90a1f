package dev.dovetail.storage.postgres;

import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions of history, one for each day: made when the day is first written, removed when it is dropped. Thread-safe. */
final class Days {
    private static final int DAY_LENGTH = 8;

    private final Tables tables;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Days(Tables tables) {
        this.tables = tables;
    }

    /** Makes the partitions that these keys need, in transactions of their own. */
    void make(Collection<Key> keys) throws SQLException {
        Set<String> days = new TreeSet<>();
        for (Key key : keys) {
            if (key.space() == Space.HISTORY) {
                days.add(key.path().substring(0, DAY_LENGTH));
            }
        }
        days.removeAll(known);
        for (String day : days) {
            tables.server().transact(connection -> make(connection, day));
            known.add(day);
        }
    }

    /** Attaching locks less than making a partition in place: others go on reading and writing. */
    private String make(Connection connection, String day) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(tables.sql("select pg_advisory_xact_lock(hashtext('$schema.history'))"));
            if (!all(connection).contains(day)) {
                statement.execute(
                        tables.sql("create table $schema.history_" + day + " (like $schema.history including all)"));
                statement.execute(tables.sql("alter table $schema.history attach partition $schema.history_" + day
                        + " for values from ('" + day + "/') to ('" + day + "0')"));
            }
            return day;
        }
    }

    private List<String> all(Connection connection) throws SQLException {
        String sql = "select right(inhrelid::regclass::text, 8) from pg_inherits where inhparent = ?::regclass";
        List<String> days = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tables.table(Space.HISTORY));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    days.add(row.getString(1));
                }
            }
        }
        return days;
    }

    /** Removes the days that are wholly within the range; what is left of it is the caller's. */
    void drop(Connection connection, Range range) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String day : all(connection)) {
                boolean whole = range.from().compareTo(day + "/") <= 0
                        && (range.to().isEmpty() || range.to().compareTo(day + "0") >= 0);
                if (whole) {
                    known.remove(day);
                    statement.execute(tables.sql("drop table $schema.history_" + day));
                }
            }
        }
    }

    /** Forgets what was known: another node may have dropped a day. */
    void forget() {
        known.clear();
    }
}
