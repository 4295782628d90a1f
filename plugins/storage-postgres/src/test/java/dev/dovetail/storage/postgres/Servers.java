package dev.dovetail.storage.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.Driver;

/** PostgreSQL servers for tests, durable as one in use is. */
final class Servers {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Servers() {}

    static EmbeddedPostgres.Builder durable() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "50");
    }

    static EmbeddedPostgres start() {
        return start(durable());
    }

    /** The server's starter looks for the driver in the JDK's list, from which the plugin removes it. */
    static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) {
        try {
            if (!Driver.isRegistered()) {
                Driver.register();
            }
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A configuration for a schema that nobody else has. */
    static Map<String, Object> fresh(EmbeddedPostgres server) {
        return Map.of(
                "url",
                server.getJdbcUrl("postgres", "postgres"),
                "user",
                "postgres",
                "schema",
                "test_" + NEXT.incrementAndGet(),
                "connections",
                4);
    }
}
