package dev.dovetail.database.postgres;

import dev.dovetail.spi.PluginException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that a statement gains nothing by leaving its role: whatever it becomes by the ways that PostgreSQL offers has
 * no more rights than it had.
 */
final class Rights {
    private final Connection connection;
    private final String role;
    private final boolean plain;
    private final String url;

    /** @param plain whether row-level security has to hold this role */
    Rights(Connection connection, String role, boolean plain, String url) {
        this.connection = connection;
        this.role = role;
        this.plain = plain;
        this.url = url;
    }

    void check() throws SQLException {
        refuseIfAny(
                "select rolname from pg_roles where rolname = session_user"
                        + " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)",
                "the login may more than connect: it is superuser, or may bypass policies, make roles or databases, or"
                        + " replicate");
        if (names("select rolname from pg_roles where rolname = ?").isEmpty()) {
            throw refused("there is no role " + role);
        }
        if (names("select rolname from pg_roles where rolname = ? and pg_has_role(session_user, oid, 'MEMBER')")
                .isEmpty()) {
            throw refused("the login may not become " + role + "; grant it");
        }
        refuseIfAny(
                "select rolname from pg_roles where rolname = ? and pg_has_role(session_user, oid, 'USAGE')",
                "the login has the role's rights without becoming it; make it NOINHERIT");
        refuseIfAny(
                "select r.rolname from pg_roles r, pg_roles own where own.rolname = ? and r.rolname <> session_user"
                        + " and pg_has_role(session_user, r.oid, 'MEMBER')"
                        + " and (r.rolsuper or not pg_has_role(own.oid, r.oid, 'USAGE'))",
                "the login may also become");
        refuseIfAny(
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles own"
                        + " where own.rolname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')"
                        + " and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'"
                        + " and (has_table_privilege(session_user, c.oid, 'select, insert, update, delete')"
                        + " and not has_table_privilege(own.oid, c.oid, 'select, insert, update, delete'))",
                "the login has rights of its own on");
        if (plain) {
            refuseIfAny(
                    "select rolname from pg_roles where rolname = ? and (rolsuper or rolbypassrls)",
                    "row-level security does not hold");
            refuseIfAny(
                    "select c.oid::regclass::text from pg_class c, pg_roles own where own.rolname = ?"
                            + " and c.relrowsecurity and not c.relforcerowsecurity"
                            + " and pg_has_role(own.oid, c.relowner, 'USAGE')",
                    "the role owns, so that no policy holds it there,");
        }
    }

    private void refuseIfAny(String query, String why) throws SQLException {
        List<String> found = names(query);
        if (!found.isEmpty()) {
            throw refused(why + " " + String.join(", ", found));
        }
    }

    private PluginException refused(String why) {
        return new PluginException(
                PluginException.Kind.REJECTED,
                "Functions could have more rights on " + url + " than their callers: " + why);
    }

    private List<String> names(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (query.indexOf('?') >= 0) {
                statement.setString(1, role);
            }
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        }
    }
}
