package dev.dovetail.database.postgres;

import dev.dovetail.spi.PluginException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Set;

/** Writes rows as JSON: numbers and truth values as such, JSON as it is, times in ISO 8601, all else as the server's text. */
final class Rows {
    private final ResultSet rows;
    private final long mostBytes;
    private final StringBuilder out = new StringBuilder();
    private int count;

    Rows(ResultSet rows, long mostBytes) {
        this.rows = rows;
        this.mostBytes = mostBytes;
    }

    /** An array of at most so many of the rows; the cursor is then after them. */
    String array(int most) throws SQLException {
        ResultSetMetaData shape = rows.getMetaData();
        int columns = shape.getColumnCount();
        requireNames(shape, columns);
        out.append('[');
        for (int row = 0; row < most && rows.next(); row++) {
            out.append(row == 0 ? "{" : ",{");
            for (int column = 1; column <= columns; column++) {
                if (column > 1) {
                    out.append(',');
                }
                Text.append(out, shape.getColumnLabel(column));
                out.append(':');
                value(column, shape.getColumnTypeName(column));
            }
            out.append('}');
            count++;
            if (out.length() > mostBytes) {
                throw new PluginException(
                        PluginException.Kind.REJECTED,
                        "The rows have more than " + mostBytes
                                + " bytes together; ask for fewer, or for fewer columns");
            }
        }
        return out.append(']').toString();
    }

    /** A row is an object, and an object that has a name twice loses one of the two with whoever reads it. */
    private static void requireNames(ResultSetMetaData shape, int columns) throws SQLException {
        Set<String> names = new HashSet<>();
        for (int column = 1; column <= columns; column++) {
            String name = shape.getColumnLabel(column);
            if (!names.add(name)) {
                throw new PluginException(
                        PluginException.Kind.REJECTED,
                        "The statement answers two columns of the name \"" + name
                                + "\"; expected a name of its own for each: give one with AS, such as \"" + name
                                + "\" AS \"" + name + "_2\"");
            }
        }
    }

    /** How many are in the array. */
    int count() {
        return count;
    }

    private void value(int column, String type) throws SQLException {
        String text = rows.getString(column);
        if (text == null) {
            out.append("null");
            return;
        }
        switch (type) {
            case "int2", "int4", "int8", "oid", "serial", "bigserial", "smallserial" -> out.append(text);
            case "float4", "float8", "numeric" -> number(text);
            case "bool" -> out.append(rows.getBoolean(column));
            case "json", "jsonb" -> out.append(text);
            case "timestamptz" -> instant(column, text);
            case "timestamp" -> local(column, text);
            default -> {
                if (type.startsWith("_")) {
                    elements(rows.getArray(column), type.substring(1));
                } else {
                    Text.append(out, text);
                }
            }
        }
    }

    /** Not a number, and infinity, are no numbers in JSON. */
    private void number(String text) {
        if (text.indexOf('N') >= 0 || text.indexOf('I') >= 0) {
            Text.append(out, text);
        } else {
            out.append(text);
        }
    }

    private void instant(int column, String text) throws SQLException {
        Text.append(
                out,
                text.endsWith("infinity")
                        ? text
                        : rows.getObject(column, OffsetDateTime.class)
                                .toInstant()
                                .toString());
    }

    private void local(int column, String text) throws SQLException {
        Text.append(
                out,
                text.endsWith("infinity")
                        ? text
                        : rows.getObject(column, LocalDateTime.class).toString());
    }

    private void elements(Array array, String type) throws SQLException {
        element(array.getArray(), type);
    }

    private void element(Object value, String type) {
        switch (value) {
            case null -> out.append("null");
            case Object[] nested -> {
                out.append('[');
                for (int i = 0; i < nested.length; i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    element(nested[i], type);
                }
                out.append(']');
            }
            case Boolean truth -> out.append(truth);
            case Number number -> number(number.toString());
            default -> {
                if (type.equals("json") || type.equals("jsonb")) {
                    out.append(value);
                } else {
                    Text.append(out, value.toString());
                }
            }
        }
    }
}
