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
import java.util.List;
import java.util.Map;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
@Needs(Need.POSTGRES_BINARIES)
final class PostgresJarTest extends OnServer implements PluginJarContract {
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
