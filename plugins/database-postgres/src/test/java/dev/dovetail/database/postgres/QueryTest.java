package dev.dovetail.database.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.database.Database;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a query answers, and how it ends before its time. */
@Tag("RT-13")
@Needs(Need.POSTGRES_BINARIES)
final class QueryTest {
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

    private String ask(String sql, String parameters) throws InterruptedException {
        return database.query(Shop.query("acme", sql, parameters)).text();
    }

    private String rows(String sql, String parameters) throws InterruptedException {
        return ask(sql, parameters).replaceAll("^\\{\"rows\":\\[(.*)\\],\"affected\":0,\"more\":false\\}$", "$1");
    }

    private PluginException refused(String sql, String parameters) {
        return assertThrows(PluginException.class, () -> ask(sql, parameters), sql);
    }

    @Test
    void twoColumnsOfOneNameAreRefusedInWordsAndNothingIsDone() throws Exception {
        PluginException refused = refused("select 1 as id, 2 as id", "[]");
        assertEquals(Kind.REJECTED, refused.kind());
        assertTrue(refused.getMessage().contains("two columns of the name \"id\""), refused.getMessage());
        assertTrue(refused.getMessage().contains("AS \"id_2\""), refused.getMessage());
        assertEquals("{\"id\":1,\"ID\":2}", rows("select 1 as id, 2 as \"ID\"", "[]"));
        refused("select a.*, b.* from (select 1 as x) a, (select 2 as x) b", "[]");
        String insert =
                "insert into notes (tenant, owner, text) values ('acme', 'ada', $1) returning text, owner as text";
        refused(insert, "[\"twice\"]");
        assertEquals("{\"n\":0}", rows("select count(*) as n from notes where text = $1", "[\"twice\"]"));
    }

    @Test
    void eachTypeIsTheJsonThatItIsLike() throws Exception {
        Map<String, String> values = Map.ofEntries(
                Map.entry("1::int", "1"),
                Map.entry("9007199254740993::bigint", "9007199254740993"),
                Map.entry("1.50::numeric", "1.50"),
                Map.entry("'NaN'::float8", "\"NaN\""),
                Map.entry("'-Infinity'::float4", "\"-Infinity\""),
                Map.entry("1e300::float8", "1e+300"),
                Map.entry("true", "true"),
                Map.entry("null::text", "null"),
                Map.entry("'a\"b\\c' || chr(10)", "\"a\\\"b\\\\c\\n\""),
                Map.entry("'{\"k\": [1, null]}'::jsonb", "{\"k\": [1, null]}"),
                Map.entry("array[1,2,null]::int[]", "[1,2,null]"),
                Map.entry("array[['a','b'],['c','d']]", "[[\"a\",\"b\"],[\"c\",\"d\"]]"),
                Map.entry("array[true,false]", "[true,false]"),
                Map.entry("array['{\"x\":1}'::jsonb]", "[{\"x\": 1}]"),
                Map.entry("timestamptz '2026-11-21 10:00:00.5+02'", "\"2026-11-21T08:00:00.500Z\""),
                Map.entry("timestamp '2026-11-21 10:00:01'", "\"2026-11-21T10:00:01\""),
                Map.entry("timestamp 'infinity'", "\"infinity\""),
                Map.entry("date '2026-11-21'", "\"2026-11-21\""),
                Map.entry("'\\x00ff'::bytea", "\"\\\\x00ff\""),
                Map.entry("'0b7f8f3e-0b0b-4b0b-8b0b-0b0b0b0b0b0b'::uuid", "\"0b7f8f3e-0b0b-4b0b-8b0b-0b0b0b0b0b0b\""));
        for (var each : values.entrySet()) {
            assertEquals(
                    "{\"v\":" + each.getValue() + "}", rows("select " + each.getKey() + " as v", "[]"), each.getKey());
        }
    }

    @Test
    void parametersAreBoundAsWhatTheyAre() throws Exception {
        assertEquals("{\"n\":3}", rows("select $1 + $2 as n", "[1, 2]"));
        assertEquals(
                "{\"n\":0.75}",
                rows("select $1::numeric / 2 as n", "[1.50]").replace("0.75000000000000000000", "0.75"));
        assertEquals("{\"a\":\"x'; drop table notes; --\"}", rows("select $1 as a", "[\"x'; drop table notes; --\"]"));
        assertEquals("{\"a\":true,\"b\":null}", rows("select $1 as a, $2::text as b", "[true, null]"));
        assertEquals("{\"a\":{\"k\": 1},\"b\":[1, 2]}", rows("select $1 as a, $2 as b", "[{\"k\":1}, [1,2]]"));
        assertEquals("{\"a\":\"2026-11-22\"}", rows("select ($1::date + 1) as a", "[\"2026-11-21\"]"));
        // twice, and out of order
        assertEquals(
                "{\"a\":\"y\",\"b\":\"x\",\"c\":\"y\"}", rows("select $2 as a, $1 as b, $2 as c", "[\"x\",\"y\"]"));
        assertEquals("{\"id\":1}", rows("select id from notes where id = $1 and text = $2", "[1, \"one\"]"));
    }

    @Test
    void whatOnlyLooksLikeAParameterIsLeftAlone() throws Exception {
        assertEquals("{\"a\":\"$1\"}", rows("select '$1' as a", "[]"));
        assertEquals("{\"$1\":1}", rows("select 1 as \"$1\"", "[]"));
        assertEquals("{\"a\":\"$1 '\"}", rows("select $x$$1 '$x$ as a", "[]"));
        assertEquals("{\"a\":\"it's $1\"}", rows("select E'it\\'s $1' as a", "[]"));
        assertEquals("{\"a\":\"x\"}", rows("select /* $2 /* ? */ ' */ $1 as a -- $3 ?", "[\"x\"]"));
        assertEquals("{\"a\":true,\"b\":\"?\"}", rows("select '{\"k\":1}'::jsonb ? $1 as a, '?' as b", "[\"k\"]"));
        assertEquals("{\"a\":1}", rows("select 1 as a;  -- that is all", "[]"));
    }

    @Test
    void wrongParametersAreExplained() {
        assertTrue(refused("select $2", "[1]").getMessage().contains("has the parameter $2, and there are 1 values"));
        assertTrue(refused("select $0", "[1]").getMessage().contains("$0"));
        assertEquals(Kind.REJECTED, refused("select 1", "{\"a\":1}").kind());
        assertEquals(Kind.REJECTED, refused("select 1", "[1").kind());
        assertTrue(refused("select nothing from notes", "[]").getMessage().contains("\"nothing\" does not exist"));
        assertTrue(refused("", "[]").getMessage().contains("empty"));
        assertTrue(refused("select 'a", "[]").getMessage().contains("no end"));
    }

    @Test
    void changesTellHowManyRowsTheyMade() throws Exception {
        String insert = "insert into notes (tenant, owner, text) values ('acme', 'ada', $1), ('acme', 'ada', 'b')";
        assertEquals("{\"rows\":[],\"affected\":2,\"more\":false}", ask(insert, "[\"a\"]"));
        assertEquals(
                "{\"rows\":[{\"text\":\"c\"},{\"text\":\"c\"}],\"affected\":2,\"more\":false}",
                ask("update notes set text = 'c' where owner = 'ada' and text in ('a', 'b') returning text", "[]"));
        Database.Query few = new Database.Query(
                "with x as (select 1) delete from notes where text = 'c' returning text",
                Bytes.utf8("[]"),
                Shop.caller("acme", "ada"),
                false,
                1,
                Duration.ofSeconds(20));
        assertEquals(
                "{\"rows\":[{\"text\":\"c\"}],\"affected\":2,\"more\":true}",
                database.query(few).text());
    }

    @Test
    void noMoreRowsComeThanWereAskedFor() throws Exception {
        for (int most : new int[] {0, 3, 5}) {
            Database.Query query = new Database.Query(
                    "select n from generate_series(1, 5) n",
                    Bytes.utf8("[]"),
                    Shop.caller("acme", "ada"),
                    false,
                    most,
                    Duration.ofSeconds(20));
            String answer = database.query(query).text();
            assertEquals(most, answer.split("\"n\":", -1).length - 1, answer);
            assertTrue(answer.endsWith("\"more\":" + (most < 5) + "}"), answer);
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsRefused() {
        for (String sql :
                new String[] {"select repeat('x', 100000) from generate_series(1, 100)", "select repeat('x', 30000000)"
                }) {
            assertEquals(Kind.REJECTED, refused(sql, "[]").kind(), sql);
        }
    }

    @Test
    void aStatementThatTakesTooLongIsCanceled() {
        Database.Query slow = new Database.Query(
                "select pg_sleep(60)", Bytes.utf8("[]"), Shop.caller("acme", "ada"), false, 1, Duration.ofMillis(100));
        long began = System.nanoTime();
        PluginException thrown = assertThrows(PluginException.class, () -> database.query(slow));
        assertTrue(thrown.getMessage().contains("statement timeout"), thrown.getMessage());
        assertEquals(Kind.REJECTED, thrown.kind());
        assertTrue(System.nanoTime() - began < 20_000_000_000L);
    }

    @Test
    void interruptingAQueryCancelsItsStatement() throws Exception {
        CompletableFuture<Object> end = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                end.complete(ask("select pg_sleep(60), 'long-sleep'", "[]"));
            } catch (InterruptedException | RuntimeException e) {
                end.complete(e);
            }
        });
        String running =
                "select count(*) from pg_stat_activity where state = 'active' and usename = 'dovetail_functions'"
                        + " or wait_event = 'PgSleep'";
        Eventually.holds("the query runs", () -> shop.ask(running).equals("1"));
        asking.interrupt();
        assertInstanceOf(InterruptedException.class, end.get(5, TimeUnit.SECONDS));
        assertEquals("0", shop.ask(running));
        // and the connection is good for the next
        assertEquals("{\"a\":1}", rows("select 1 as a", "[]"));
    }

    @Test
    void whoFindsNoConnectionIsToldToTryAgain() throws Exception {
        Map<String, Object> config = shop.config();
        config.put("patience", "PT0.3S");
        try (Database narrow = Shop.open(config, workshop)) {
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    narrow.query(Shop.query("acme", "select pg_sleep(60)", "[]"));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Eventually.holds(
                    "the query runs",
                    () -> shop.ask("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
                            .equals("1"));
            PluginException thrown =
                    assertThrows(PluginException.class, () -> narrow.query(Shop.query("acme", "select 1", "[]")));
            assertEquals(Kind.EXHAUSTED, thrown.kind(), thrown.getMessage());
            asking.interrupt();
            assertTrue(asking.join(Duration.ofSeconds(5)));
        }
    }

    @Test
    @Tag("FH-04")
    void aConnectionThatTheServerEndedIsReplaced() throws Exception {
        rows("select 1 as a", "[]");
        shop.run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'dovetail_functions'");
        String answer = Eventually.found("an answer", Duration.ofSeconds(10), () -> {
            try {
                return Optional.of(rows("select 1 as a", "[]"));
            } catch (PluginException e) {
                assertEquals(Kind.UNAVAILABLE, e.kind(), e.getMessage());
                return Optional.empty();
            }
        });
        assertEquals("{\"a\":1}", answer);
    }
}
