package dev.dovetail.database.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PGobject;

/**
 * A parameter's value.
 *
 * @param kind as the server calls kinds of JSON
 * @param text the characters of a string, or the value's JSON
 */
record Value(String kind, String text) {
    /** The elements of a JSON array, which the server takes apart. */
    static List<Value> of(Connection connection, String json) throws SQLException {
        List<Value> values = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select json_typeof(e), case json_typeof(e) when 'string' then e #>> '{}' else e::text end"
                        + " from json_array_elements(?::json) with ordinality as t (e, n) order by n")) {
            statement.setString(1, json);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(new Value(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return values;
    }

    void bind(PreparedStatement statement, int place) throws SQLException {
        switch (kind) {
            case "null" -> statement.setNull(place, Types.NULL);
            case "boolean" -> statement.setBoolean(place, Boolean.parseBoolean(text));
            case "number" -> number(statement, place);
            // of whatever type the statement needs there: text, a date, an identifier
            case "string" -> statement.setObject(place, text, Types.OTHER);
            default -> {
                PGobject object = new PGobject();
                object.setType("jsonb");
                object.setValue(text);
                statement.setObject(place, object);
            }
        }
    }

    private void number(PreparedStatement statement, int place) throws SQLException {
        try {
            statement.setLong(place, Long.parseLong(text));
        } catch (NumberFormatException notWhole) {
            statement.setBigDecimal(place, new java.math.BigDecimal(text));
        }
    }
}
