package dev.dovetail.storage.postgres;

import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.store.StateStoreContract;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** PostgreSQL keeps the rules for state stores. */
@Tag("ST-02")
@Tag("ST-03")
@Needs(Need.POSTGRES_BINARIES)
final class PostgresStateStoreTest implements StateStoreContract {
    private static EmbeddedPostgres server;

    private final Map<String, Object> config = Servers.fresh(server);

    @BeforeAll
    static void start() {
        server = Servers.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    public StateStoreProvider provider() {
        return new PostgresStateStoreProvider();
    }

    @Override
    public Map<String, Object> config() {
        return config;
    }
}
