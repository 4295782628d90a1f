package dev.dovetail.storage.postgres;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.plugin.PluginJarContract;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
@Needs(Need.POSTGRES_BINARIES)
final class PostgresJarTest implements PluginJarContract {
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
    public Map<String, Object> config(Name type) {
        return config;
    }

    @Override
    public void use(Name type, AutoCloseable service) {
        Change put = new Change.Put(Key.state("t/a"), Bytes.utf8("{}"), Expectation.anything());
        ((StateStore) service).commit(CommitId.fresh(), List.of(put));
    }
}
