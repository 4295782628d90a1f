package dev.dovetail.database.postgres;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.plugin.DatabaseProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Opens a PostgreSQL database for functions. It was prepared with {@code setup.sql}, which is beside this class; a database
 * in which functions could have more rights than their caller is refused when it is opened.
 */
public final class PostgresDatabaseProvider implements DatabaseProvider {
    @Override
    public Name type() {
        return Name.of("postgres");
    }

    @Override
    public String schema() {
        return text("schema.json");
    }

    /** The script that prepares a database, for {@code psql}. */
    static String setup() {
        return text("setup.sql");
    }

    private static String text(String resource) {
        try (InputStream stream = PostgresDatabaseProvider.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("The plugin's jar lacks " + resource);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Database open(Config config, Context context) {
        Seal seal = new Seal(config.text("key"));
        boolean service = config.has("service-role");
        if (service != config.has("service-user")) {
            throw new PluginException(
                    PluginException.Kind.REJECTED, "service-role and service-user are given together or not at all");
        }
        if (service && config.text("service-user").equals(config.text("user"))) {
            throw new PluginException(
                    PluginException.Kind.REJECTED,
                    "service-user is the login of functions too, who could then take the service role's rights; give it a"
                            + " login of its own");
        }
        Login functions = Login.open(config, "", seal, context);
        try {
            Optional<Login> services =
                    service ? Optional.of(Login.open(config, "service-", seal, context)) : Optional.empty();
            return new PostgresDatabase(functions, services, config.number("answer-bytes"), context.threads());
        } catch (RuntimeException e) {
            functions.close();
            throw e;
        }
    }
}
