package dev.dovetail.storage.postgres;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Opens state stores in a PostgreSQL server. Any number may be open on one schema, in any number of processes. */
public final class PostgresStateStoreProvider implements StateStoreProvider {
    @Override
    public Name type() {
        return Name.of("postgres");
    }

    @Override
    public String schema() {
        return text("schema.json");
    }

    static String text(String resource) {
        try (InputStream stream = PostgresStateStoreProvider.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public StateStore open(Config config, Context context) {
        Server server = Server.open(config, context);
        try {
            Tables tables = new Tables(server, config.text("schema"));
            tables.make();
            return new PostgresStateStore(server, tables, config.duration("patience"), context);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }
}
