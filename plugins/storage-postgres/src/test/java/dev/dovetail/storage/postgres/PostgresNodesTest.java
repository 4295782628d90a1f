package dev.dovetail.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Committed.Conflict;
import dev.dovetail.spi.store.Committed.Done;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several stores on one schema, as several nodes have, and what an operator sees. */
@Tag("ST-02")
@Timeout(120)
@Needs(Need.POSTGRES_BINARIES)
final class PostgresNodesTest extends OnServer {
    private static Committed put(StateStore store, Key key, String value, Expectation expected) {
        return store.commit(CommitId.fresh(), List.of(new Change.Put(key, Bytes.utf8(value), expected)));
    }

    private interface Deed {
        void by(StateStore store, int member) throws Exception;
    }

    /** Half of the members use the one store, half the other. */
    private void crowd(int members, Deed deed) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        try (Workshop context = new Workshop();
                StateStore one = open(context);
                StateStore other = open(context);
                var threads = Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().factory())) {
            for (int i = 0; i < members; i++) {
                int member = i;
                running.add(threads.submit(() -> {
                    deed.by(member % 2 == 0 ? one : other, member);
                    return member;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    @Test
    void twoNodesLoseNoUpdate() throws Exception {
        Key counter = Key.state("counter");
        crowd(16, (store, member) -> {
            for (int i = 0; i < 20; i++) {
                while (!(addOne(store, counter) instanceof Done)) {
                    Thread.onSpinWait();
                }
            }
        });
        try (Workshop context = new Workshop();
                StateStore store = open(context)) {
            assertEquals("320", store.find(counter).orElseThrow().value().text());
        }
    }

    private static Committed addOne(StateStore store, Key key) {
        var current = store.find(key);
        int next = current.map(e -> Integer.parseInt(e.value().text())).orElse(0) + 1;
        Expectation same = current.map(e -> Expectation.version(e.version())).orElse(Expectation.absent());
        return put(store, key, String.valueOf(next), same);
    }

    @Test
    void ofTwoNodesOneIsFirstAndOneIdIsDoneOnce() throws Exception {
        Set<String> winners = Collections.synchronizedSet(new HashSet<>());
        Set<Committed> answers = Collections.synchronizedSet(new HashSet<>());
        crowd(8, (store, member) -> {
            for (int i = 0; i < 25; i++) {
                Key seat = Key.state("seat/" + i);
                switch (put(store, seat, "member " + member, Expectation.absent())) {
                    case Done done -> assertTrue(winners.add("seat " + i), () -> "two have " + seat);
                    case Conflict conflict -> assertEquals(store.find(seat), conflict.current());
                }
                Key once = Key.history("20261121/once/" + i);
                Committed answer = store.commit(
                        new CommitId("once-" + i), List.of(new Change.Put(once, Bytes.empty(), Expectation.absent())));
                assertTrue(answer instanceof Done, answer.toString());
                answers.add(answer);
            }
        });
        assertEquals(25, winners.size());
        assertEquals(25, answers.size());
    }

    @Test
    void aDayDroppedByOneNodeIsWrittenAgainByAnother() throws Exception {
        Key key = Key.history("20261121/a");
        try (Workshop context = new Workshop();
                StateStore one = open(context);
                StateStore other = open(context)) {
            put(one, key, "1", Expectation.absent());
            put(other, Key.history("20261122/a"), "2", Expectation.absent());
            other.drop(Range.prefix(Space.HISTORY, "20261121/"));
            assertTrue(one.find(key).isEmpty());
            assertTrue(put(one, key, "again", Expectation.absent()) instanceof Done);
            assertEquals("again", other.find(key).orElseThrow().value().text());
            assertEquals(2, one.list(Range.prefix(Space.HISTORY, ""), 9).size());
        }
    }

    @Test
    void aCommitOfManyThousandKeysIsMade() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = open(context)) {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                changes.add(new Change.Put(Key.state("many/" + i), Bytes.utf8("v" + i), Expectation.absent()));
            }
            assertTrue(store.commit(CommitId.fresh(), changes) instanceof Done);
            assertEquals(
                    20_000,
                    store.list(Range.prefix(Space.STATE, "many/"), 30_000).size());
        }
    }

    @Test
    void anOperatorReadsValuesAsText() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = open(context)) {
            put(store, Key.state("t/default/a"), "{\"name\": \"a\"}", Expectation.absent());
            Bytes noText = Bytes.of(new byte[] {(byte) 0xff, 0x41});
            store.commit(CommitId.fresh(), List.of(new Change.Put(Key.state("raw"), noText, Expectation.absent())));
            Map<String, String> read = new HashMap<>();
            try (Connection connection = new org.postgresql.Driver()
                            .connect(server.getJdbcUrl("postgres", "postgres"), new Properties());
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("select key, value from " + config.get("schema") + ".readable")) {
                while (row.next()) {
                    read.put(row.getString(1), row.getString(2));
                }
            }
            assertEquals(Map.of("t/default/a", "{\"name\": \"a\"}", "raw", "\\377A"), read);
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        refusedToOpen(Kind.UNAVAILABLE, "jdbc:postgresql://localhost:" + nobody + "/postgres", "postgres");
    }

    @Test
    void aDatabaseOrUserThatIsNotThereIsRejected() throws Exception {
        refusedToOpen(Kind.REJECTED, server.getJdbcUrl("postgres", "nowhere"), "nowhere");
        refusedToOpen(Kind.REJECTED, server.getJdbcUrl("nobody", "postgres").replace("user=postgres", ""), "nobody");
    }

    private static void refusedToOpen(Kind kind, String url, String word) throws Exception {
        PostgresStateStoreProvider provider = new PostgresStateStoreProvider();
        String user = word.equals("nobody") ? "nobody" : "postgres";
        try (Workshop context = new Workshop()) {
            PluginException no = assertThrows(
                    PluginException.class,
                    () -> provider.open(Settings.of(provider.schema(), Map.of("url", url, "user", user)), context));
            assertEquals(kind, no.kind(), no.getMessage());
            assertTrue(no.getMessage().contains(word), no.getMessage());
        }
    }

    @Test
    void aUserWhoIsNotLetInWhileItServesIsTheServersTroubleAndNotTheCallers() throws Exception {
        operator("create role guest superuser login");
        Map<String, Object> guests = new HashMap<>(config);
        guests.put("user", "guest");
        guests.put("url", server.getJdbcUrl("guest", "postgres"));
        PostgresStateStoreProvider provider = new PostgresStateStoreProvider();
        try (Workshop context = new Workshop();
                StateStore store = provider.open(Settings.of(provider.schema(), guests), context)) {
            put(store, Key.state("k"), "v", Expectation.anything());
            operator("alter role guest nologin");
            operator("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'guest'");
            for (int i = 0; i < 3; i++) {
                PluginException no = assertThrows(PluginException.class, () -> store.find(Key.state("k")));
                assertEquals(Kind.UNAVAILABLE, no.kind(), no.getMessage());
                assertFalse(no.getMessage().endsWith("null"), no.getMessage());
            }
            operator("alter role guest login");
            assertEquals("v", store.find(Key.state("k")).orElseThrow().value().text());
        }
    }

    private static void operator(String does) throws Exception {
        try (Connection connection = new org.postgresql.Driver()
                        .connect(server.getJdbcUrl("postgres", "postgres"), new Properties());
                Statement statement = connection.createStatement()) {
            statement.execute(does);
        }
    }

    @Test
    void closingLeavesNoDriverInTheListOfTheJdk() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = open(context)) {
            put(store, Key.state("k"), "v", Expectation.anything());
            List<Entry> listed = store.list(Range.prefix(Space.STATE, ""), 9);
            assertEquals(1, listed.size());
        }
        assertFalse(DriverManager.drivers().anyMatch(d -> d.getClass().getName().startsWith("org.postgresql")));
    }
}
