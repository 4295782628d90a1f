package dev.dovetail.storage.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

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
        try {
            return durable().start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
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
