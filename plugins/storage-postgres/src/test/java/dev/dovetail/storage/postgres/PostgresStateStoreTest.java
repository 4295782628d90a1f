package dev.dovetail.storage.postgres;

import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.store.StateStoreContract;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** PostgreSQL keeps the rules for state stores. */
@Tag("ST-02")
@Tag("ST-03")
@Needs(Need.POSTGRES_BINARIES)
final class PostgresStateStoreTest extends OnServer implements StateStoreContract {
    @Override
    public StateStoreProvider provider() {
        return new PostgresStateStoreProvider();
    }

    @Override
    public Map<String, Object> config() {
        return config;
    }
}
