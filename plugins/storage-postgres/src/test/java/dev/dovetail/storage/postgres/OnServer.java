package dev.dovetail.storage.postgres;

import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A server for all tests of a class, and a schema for each of them. What it needs of the machine, each class says itself. */
class OnServer {
    static EmbeddedPostgres server;

    final Map<String, Object> config = Servers.fresh(server);

    @BeforeAll
    static void start() {
        server = Servers.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    StateStore open(Workshop context) throws InterruptedException {
        PostgresStateStoreProvider provider = new PostgresStateStoreProvider();
        return provider.open(Settings.of(provider.schema(), config), context);
    }
}
