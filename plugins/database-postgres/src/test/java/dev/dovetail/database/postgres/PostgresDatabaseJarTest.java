package dev.dovetail.database.postgres;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.database.Database;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.plugin.PluginJarContract;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The built jar keeps the rules for plugins, and is gone when it is unloaded after use. */
@Needs(Need.POSTGRES_BINARIES)
final class PostgresDatabaseJarTest implements PluginJarContract {
    private static Shop shop;

    @BeforeAll
    static void start() {
        shop = new Shop();
    }

    @AfterAll
    static void stop() throws Exception {
        shop.close();
    }

    @Override
    public Map<String, Object> config(Name type) {
        return shop.config();
    }

    @Override
    public void use(Name type, AutoCloseable service) throws Exception {
        ((Database) service).query(Shop.query("acme", "select text from notes where id = $1", "[1]"));
    }
}
