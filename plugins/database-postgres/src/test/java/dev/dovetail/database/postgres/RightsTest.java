package dev.dovetail.database.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.database.Database;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile statements: whatever a function sends, it sees and changes only its caller's rows. */
@Tag("TE-05")
@Tag("SE-13")
@Needs(Need.POSTGRES_BINARIES)
final class RightsTest {
    private static Shop shop;

    private Workshop workshop;
    private Database database;

    @BeforeAll
    static void start() {
        shop = new Shop();
    }

    @AfterAll
    static void stop() throws Exception {
        shop.close();
    }

    @BeforeEach
    void open() {
        workshop = new Workshop();
        database = Shop.open(shop.config(), workshop);
    }

    @AfterEach
    void close() {
        database.close();
        workshop.close();
    }

    private String ask(String tenant, String sql) throws InterruptedException {
        return database.query(Shop.query(tenant, sql, "[]")).text();
    }

    private PluginException refused(String sql) {
        return assertThrows(PluginException.class, () -> ask("acme", sql), sql);
    }

    private static String rows(String rows) {
        return "{\"rows\":[" + rows + "],\"affected\":0,\"more\":false}";
    }

    @Test
    void eachTenantSeesItsRows() throws Exception {
        String sql = "select text from notes order by id";
        assertEquals(rows("{\"text\":\"one\"},{\"text\":\"two\"}"), ask("acme", sql));
        assertEquals(rows("{\"text\":\"secret\"}"), ask("other", sql));
        assertEquals(rows(""), ask("third", sql));
    }

    @Test
    void policiesMayAskWhoTheCallerIsAndWhichRolesItHas() throws Exception {
        String sql = "select id from mine order by id";
        Database.Query plain = new Database.Query(
                sql, Bytes.utf8("[]"), Shop.caller("acme", "bob"), false, 10, Duration.ofSeconds(20));
        assertEquals(rows("{\"id\":2}"), database.query(plain).text());
        Database.Query auditor = new Database.Query(
                sql, Bytes.utf8("[]"), Shop.caller("acme", "x", "auditor"), false, 10, Duration.ofSeconds(20));
        assertEquals(
                rows("{\"id\":1},{\"id\":2},{\"id\":3}"),
                database.query(auditor).text());
        assertTrue(ask("acme", "select dovetail.claims() as c").contains("\"permissions\": [\"p:x\"]"));
    }

    @Test
    void rowsOfAnotherTenantAreNotWritten() throws Exception {
        assertTrue(refused("insert into notes (tenant, owner, text) values ('other', 'ada', 'mine now')")
                .getMessage()
                .contains("row-level security"));
        assertTrue(ask("acme", "update notes set text = 'x' where tenant = 'other'")
                .contains("\"affected\":0"));
        assertTrue(ask("acme", "delete from notes where tenant = 'other'").contains("\"affected\":0"));
        assertTrue(refused("update notes set tenant = 'other'").getMessage().contains("row-level security"));
        assertEquals("secret", shop.ask("select text from notes where tenant = 'other'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset role",
                "set role dovetail_service",
                "set session authorization postgres",
                "set dovetail.context = '{}'",
                "begin",
                "commit",
                "create table t (a int)",
                "copy notes to stdout",
                "copy notes to program 'id'",
                "do $$ begin perform 1; end $$",
                "call something()",
                "listen x",
                "prepare p as select 1",
                "declare c cursor with hold for select 1",
                "lock table notes",
                "truncate notes",
                "grant shop_service to shop_functions",
                "alter role dovetail_functions superuser",
                "explain select 1",
                "/* select */ reset all",
                "(reset role)"
            })
    void whatIsNoQueryAndNoChangeIsRefused(String sql) {
        PluginException thrown = refused(sql);
        assertEquals(Kind.REJECTED, thrown.kind());
        assertTrue(thrown.getMessage().contains("expected SELECT"), thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1; select 2",
                "select 1; reset role; select * from notes",
                "select 1 /* ; */ ; /* x */ delete from notes",
                "select '\\'; reset role; select '",
                "select $a$;$a$; select 1",
                "select E'\\'' ; select '"
            })
    void moreThanOneStatementIsRefused(String sql) {
        assertEquals(Kind.REJECTED, refused(sql).kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the context, rewritten before it is read
                "with x as materialized (select set_config('dovetail.context',"
                        + " replace(current_setting('dovetail.context'), '\"acme\"', '\"other\"'), true) as c)"
                        + " select c, text from x, notes",
                "select text from notes where set_config('dovetail.context',"
                        + " replace(current_setting('dovetail.context'), '\"acme\"', '\"other\"'), true) <> ''"
                        + " and query_to_xml('select text from notes', true, false, '')::text like '%secret%'",
                "select set_config('dovetail.context', '{\"tenant\":\"other\"}', true),"
                        + " query_to_xml('select text from notes', true, false, '')::text",
                "select set_config('dovetail.tenant', 'other', true), set_config('dovetail.context', '', true),"
                        + " query_to_xml('select text from notes', true, false, '')::text",
                // other rights
                "select set_config('role', 'none', true), query_to_xml('select text from notes', true, false, '')::text",
                "select set_config('role', 'shop_service', true), query_to_xml('select text from notes', true, false, '')",
                "select set_config('role', 'dovetail_service', true)",
                "select set_config('session_authorization', 'postgres', true)",
                "select set_config('session_authorization', 'dovetail_service', false)",
                "update pg_settings set setting = 'shop_service' where name = 'role'",
                "select set_config('row_security', 'off', true), query_to_xml('select text from notes', true, false, '')",
                // the key
                "select * from dovetail.seal",
                "select set_config('role', 'none', true), query_to_xml('select * from dovetail.seal', true, false, '')",
                "select pg_read_file('postgresql.conf')",
                "select * from pg_authid",
                // others
                "select pg_terminate_backend(pid) from pg_stat_activity",
                "select set_config('role', 'none', true), pg_cancel_backend(pg_backend_pid())",
                "select lo_import('/etc/passwd')",
                "select * into stolen from notes"
            })
    void noStatementGainsRights(String sql) {
        String told;
        try {
            told = ask("acme", sql);
        } catch (PluginException e) {
            told = e.getMessage();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(told.contains("secret"), told);
        assertFalse(told.contains("outer_key"), told);
        // and it has not: nothing is left of it for the next one, who gets the same connection
        assertEquals(
                rows("{\"u\":\"shop_functions\",\"t\":\"acme\",\"n\":2}"),
                tell("select current_user as u, dovetail.tenant() as t, (select count(*) from notes) as n"));
    }

    private String tell(String sql) {
        try {
            return ask("acme", sql);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRewrittenContextIsAnErrorAndNotAnEmptyAnswer() {
        String message = refused("with x as materialized (select set_config('dovetail.context',"
                        + " replace(current_setting('dovetail.context'), '\"acme\"', '\"other\"'), true) as c)"
                        + " select c, dovetail.tenant() from x")
                .getMessage();
        assertTrue(message.contains("the context is not sealed"), message);
    }

    @Test
    void aContextThatWasKeptIsOfNoUseInAnotherTransaction() throws Exception {
        String kept =
                ask("other", "select current_setting('dovetail.context') as c, current_setting('dovetail.seal') as s");
        String parameters = "[" + kept.replaceAll(".*\\{\"c\":(\".*\"),\"s\":(\"[0-9a-f]+\")\\}.*", "$1,$2") + "]";
        assertTrue(parameters.contains("other"), parameters);
        PluginException thrown = assertThrows(
                PluginException.class,
                () -> database.query(Shop.query(
                        "acme",
                        "with x as materialized (select set_config('dovetail.context', $1, true) as a,"
                                + " set_config('dovetail.seal', $2, true) as b) select a, b, dovetail.tenant() from x",
                        parameters)));
        assertTrue(thrown.getMessage().contains("another transaction"), thrown.getMessage());
    }

    @Test
    void settingsAndLocksOfOneCallAreGoneForTheNext() throws Exception {
        ask(
                "acme",
                "select set_config('search_path', 'nowhere', false) as a, set_config('statement_timeout', '1000', false) as b,"
                        + " set_config('timezone', 'Asia/Tokyo', false) as c, set_config('role', 'none', false) as d,"
                        + " set_config('dovetail.context', '{\"tenant\":\"acme\"}', false) as e, pg_advisory_lock(7)");
        assertEquals(
                rows("{\"text\":\"secret\"}"),
                ask("other", "select text from notes where (select count(pg_sleep(1.2))) = 1"));
        assertEquals(
                rows("{\"z\":\"GMT\",\"n\":0}"),
                ask(
                                "other",
                                "select current_setting('timezone') as z,"
                                        + " (select count(*) from pg_locks where locktype = 'advisory') as n")
                        .replace(shop.ask("show timezone"), "GMT"));
    }

    @Test
    void whatOthersRunIsNotToBeSeen() throws Exception {
        String seen = ask(
                "acme",
                "select set_config('role', 'none', true), query_to_xml("
                        + "'select query from pg_stat_activity where usename = session_user', true, false, '')::text as q");
        assertTrue(seen.contains("<query></query>"), seen);
        assertFalse(seen.replace("<query></query>", "").contains("<query>"), seen);
    }

    @Test
    void theServiceRoleSeesAllAndIsThereOnlyIfConfigured() throws Exception {
        Database.Query bypassing = new Database.Query(
                "select text from notes order by id",
                Bytes.utf8("[]"),
                Shop.caller("acme", "ada"),
                true,
                100,
                Duration.ofSeconds(20));
        assertEquals(
                rows("{\"text\":\"one\"},{\"text\":\"two\"},{\"text\":\"secret\"}"),
                database.query(bypassing).text());
        Map<String, Object> config = shop.config();
        config.keySet().removeIf(key -> key.startsWith("service"));
        try (Database without = Shop.open(config, workshop)) {
            PluginException thrown = assertThrows(PluginException.class, () -> without.query(bypassing));
            assertTrue(thrown.getMessage().contains("no service role"), thrown.getMessage());
        }
    }
}
