package dev.dovetail.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Workshop;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;

/** What the server is asked for is found by key, however small a table was when that was planned. */
@Tag("ST-02")
@Timeout(120)
@Needs(Need.POSTGRES_BINARIES)
final class PostgresPlansTest extends OnServer {
    @Test
    void noCommitAndNoSearchReadsAWholeTable() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = open(context)) {
            for (int i = 0; i < 200; i++) {
                Key state = Key.state("k/" + i);
                Key history = Key.history("20261121/k/" + i);
                done(store.commit(
                        CommitId.fresh(),
                        List.of(
                                new Change.Put(state, Bytes.utf8("a"), Expectation.absent()),
                                new Change.Put(history, Bytes.utf8("b"), Expectation.absent()))));
                assertEquals(Optional.of(Bytes.utf8("b")), store.find(history).map(entry -> entry.value()));
                assertEquals(
                        Math.min(5, i + 1),
                        store.list(Range.prefix(Space.STATE, "k/"), 5).size());
                done(store.commit(
                        CommitId.fresh(),
                        List.of(
                                new Change.Check(Key.state("fence"), Expectation.absent()),
                                i % 2 == 0
                                        ? new Change.Put(state, Bytes.utf8("c"), Expectation.anything())
                                        : new Change.Delete(Key.state("none"), Expectation.anything()))));
            }
            try (Connection connection =
                            new Driver().connect(server.getJdbcUrl("postgres", "postgres"), new Properties());
                    Statement statement = connection.createStatement()) {
                String schema = config.get("schema").toString();
                String counted =
                        "select sum(n_tup_ins) >= 600 from pg_stat_user_tables where schemaname = '" + schema + "'";
                // the server tells what it counted a moment after it has
                Eventually.holds(
                        "the server has counted", () -> text(statement, counted).equals("t"));
                // making the tables reads them once or twice
                assertEquals(
                        "",
                        text(
                                statement,
                                "select coalesce(string_agg(relname || ' ' || seq_scan, ', '), '')"
                                        + " from pg_stat_user_tables where seq_scan > 10 and schemaname = '" + schema
                                        + "'"));
            }
        }
    }

    private static void done(Committed committed) {
        assertTrue(committed instanceof Committed.Done, committed::toString);
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }
}
