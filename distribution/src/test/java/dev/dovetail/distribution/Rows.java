package dev.dovetail.distribution;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.jar.JarFile;
import tools.jackson.databind.node.ObjectNode;

/**
 * A database of functions, prepared as an operator would, with rows of the one who calls, of another user of the tenant and
 * of another tenant. Whoever sees more than the first sees a mark.
 */
final class Rows implements AutoCloseable {
    /** The text of the row that the caller may see. */
    static final String OWN = "own row";

    /** In each row that the caller may not see. */
    static final String MARK = "NOT-YOURS";

    private static final String ALL = "query_to_xml('select text from notes', true, false, '')::text as seen";

    private static final String FORGED =
            "replace(replace(current_setting('dovetail.context'), '\"default\"', '\"rival\"'),"
                    + " '\"operator\"', '\"eve\"')";

    /** Statements after rows of others, to be read or changed. */
    static final List<String> ATTACKS = List.of(
            // what is no query and no change
            "reset role",
            "set role shop_service",
            "set role none",
            "set session authorization postgres",
            "reset session authorization",
            "set row_security = off",
            "reset all",
            "discard all",
            "begin",
            "commit and chain",
            "do $$ begin execute 'reset role'; update notes set text = 'x'; end $$",
            "prepare p as select text from notes",
            "execute p",
            "deallocate all",
            "declare c cursor with hold for select text from notes",
            "copy notes to stdout",
            "copy (select text from notes) to program 'cat'",
            "explain (analyze, verbose) select text from notes",
            "create function f() returns text language sql security definer as 'select 1'",
            "create temp table t as select text from notes",
            "alter table notes disable row level security",
            "drop policy own on notes",
            "truncate notes",
            "grant shop_service to shop_functions",
            "call f()",
            "listen notes",
            // several statements
            "select 1; select text from notes",
            "select 1; reset role; select text from notes",
            "select 1 /* ; */ ; update notes set text = 'x' --",
            "select '\\'; reset role; select text from notes where text <> '",
            "select $a$;$a$; reset role",
            // rows of others by their names
            "select text from notes where tenant = 'rival' or owner = 'eve' or true",
            "table notes",
            "select text from notes for update",
            "select text from public.notes n where exists (select from notes m where m.id <> n.id)",
            "select count(*)::text || string_agg(text, ',') as t from notes where id > 1",
            "select text from notes where text like 'NOT%' and (1 / (length(text) - length(text))) = 0",
            "select text::int from notes where owner <> 'operator'",
            "with recursive a as (select text from notes union select text from notes) select * from a",
            "with a as (update notes set text = text || '!' where id > 1 returning text) select * from a",
            "update notes set text = 'x' where tenant = 'rival' returning text",
            "update notes set owner = 'eve' where id = 1",
            "update notes set tenant = 'rival'",
            "delete from notes where id > 1 returning text",
            "insert into notes (tenant, owner, text) values ('rival', 'eve', 'x')",
            "insert into notes (id, tenant, owner, text) values (2, 'default', 'operator', 'x')"
                    + " on conflict (id) do update set text = 'x' returning notes.text",
            "merge into notes n using (select 2 as id) s on n.id = s.id when matched then update set text = 'x'",
            "select most_common_vals::text, histogram_bounds::text from pg_stats where tablename = 'notes'",
            "select stavalues1::text from pg_statistic",
            "select " + ALL,
            // another word on who calls
            "with x as materialized (select set_config('dovetail.context', " + FORGED + ", true) as c)"
                    + " select c, text from x, notes",
            "select set_config('dovetail.context', " + FORGED + ", true), " + ALL,
            "select text from notes where set_config('dovetail.context', " + FORGED
                    + ", true) <> '' and query_to_xml('table notes', true, false, '')::text <> ''",
            "select set_config('dovetail.context', '', true) as a, set_config('dovetail.seal', '', true) as b, " + ALL,
            "select set_config('dovetail.tenant', 'rival', false) as a, set_config('app.tenant', 'rival', false) as b, "
                    + ALL,
            "select set_config('search_path', 'pg_temp', true), " + ALL,
            "select * from dovetail.seal",
            "select set_config('role', 'none', true), query_to_xml('select * from dovetail.seal', true, false, '')",
            // more rights
            "select set_config('role', 'none', true), " + ALL,
            "select set_config('role', 'none', false) as a, set_config('role', 'shop_service', false) as b, " + ALL,
            "select set_config('role', 'dovetail_service', true), " + ALL,
            "select set_config('role', 'postgres', true), " + ALL,
            "select set_config('session_authorization', 'dovetail_service', true), " + ALL,
            "select set_config('row_security', 'off', true), " + ALL,
            "select set_config('session_replication_role', 'replica', true), " + ALL,
            "update pg_settings set setting = 'shop_service' where name = 'role'",
            "select query_to_xml('reset role', true, false, '')::text as a, " + ALL,
            "select query_to_xml('update notes set text = ''x'' returning text', true, false, '')",
            "select database_to_xml(true, false, '')::text",
            "select cursor_to_xml('c', 9, true, false, '')",
            // the server's files
            "select pg_read_file('postgresql.auto.conf')",
            "select pg_read_binary_file(pg_relation_filepath('notes'))",
            "select lo_import('/etc/passwd')",
            "select * into stolen from notes",
            "select query from pg_stat_activity where query like '%" + MARK + "%' and pid <> pg_backend_pid()");

    private static final String KEY = "0f".repeat(32);

    private final EmbeddedPostgres server;
    private final Connection owner;

    Rows() throws IOException, SQLException {
        server = EmbeddedPostgres.builder().start();
        owner = server.getPostgresDatabase().getConnection();
        run("create role shop_functions nologin");
        run("create role dovetail_functions login noinherit password 'f'");
        run("grant shop_functions to dovetail_functions with inherit false, set true");
        run("create role shop_service nologin bypassrls");
        run("create role dovetail_service login noinherit password 's'");
        run("grant shop_service to dovetail_service with inherit false, set true");
        run(setup());
        run("grant usage on schema dovetail to shop_service");
        run("create table notes (id serial primary key, tenant text not null, owner text not null, text text)");
        run("insert into notes (tenant, owner, text) values ('default', 'operator', '" + OWN + "'),"
                + " ('default', 'eve', '" + MARK + " user'), ('rival', 'operator', '" + MARK + " tenant'),"
                + " ('rival', 'eve', '" + MARK + " both')");
        run("alter table notes enable row level security");
        run("create policy own on notes using (tenant = (select dovetail.tenant())"
                + " and owner = (select dovetail.principal()))");
        run("grant select, insert, update, delete on notes to shop_functions, shop_service");
        run("grant usage on sequence notes_id_seq to shop_functions, shop_service");
        run("analyze notes");
    }

    /** What the plugin brings for it. */
    private static String setup() throws IOException {
        try (JarFile jar = new JarFile(House.plugin("database-postgres").toFile());
                InputStream script = jar.getInputStream(jar.getEntry("dev/dovetail/database/postgres/setup.sql"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(":\"login\"", "dovetail_functions")
                    .replace(":\"role\"", "shop_functions")
                    .replace(":'key'", "'" + KEY + "'");
        }
    }

    /** As the database's owner, whom no policy holds. */
    private void run(String sql) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows, as the database's owner sees them. */
    String all() throws SQLException {
        try (Statement statement = owner.createStatement();
                ResultSet row = statement.executeQuery(
                        "select string_agg(concat_ws('/', id, tenant, owner, text), ', ' order by id) from notes")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Names it to a server, with one connection, so that whoever comes next gets that of whoever came before. */
    void addTo(ObjectNode configuration) {
        ObjectNode slot = configuration.putObject("databases").putObject("shop").put("type", "postgres");
        slot.putObject("config")
                .put("url", server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""))
                .put("user", "dovetail_functions")
                .put("password", "f")
                .put("role", "shop_functions")
                .put("key", KEY)
                .put("service-user", "dovetail_service")
                .put("service-password", "s")
                .put("service-role", "shop_service")
                .put("connections", 1);
    }

    @Override
    public void close() throws IOException, SQLException {
        owner.close();
        server.close();
    }
}
