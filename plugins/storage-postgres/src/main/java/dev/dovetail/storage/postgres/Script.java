package dev.dovetail.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements that go to the server together, in one round trip; each sees what the ones before it did. */
final class Script {
    /** The values of one column, in the server's type. */
    record Column(String type, Object[] values) {}

    private final StringBuilder sql = new StringBuilder();
    private final List<Column> columns = new ArrayList<>();

    /** Adds a statement with an array for each of its question marks. */
    Script then(String statement, Column... parameters) {
        sql.append(sql.isEmpty() ? "" : "; ").append(statement);
        columns.addAll(List.of(parameters));
        return this;
    }

    boolean isEmpty() {
        return sql.isEmpty();
    }

    /** Sends it all; the results are there one after the other. The caller closes what is answered. */
    PreparedStatement executed(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.toString());
        try {
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                statement.setArray(i + 1, connection.createArrayOf(column.type(), column.values()));
            }
            statement.execute();
            return statement;
        } catch (SQLException e) {
            try (statement) {
                throw e;
            }
        }
    }
}
