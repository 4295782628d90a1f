package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.schema.Schemas;
import java.time.InstantSource;

/** The operator's configuration, and the check of every provider's. */
final class ConfigModule extends AbstractModule {
    private final Configuration configuration;

    ConfigModule(Configuration configuration) {
        this.configuration = configuration;
    }

    @Provides
    Configuration configuration() {
        return configuration;
    }

    @Provides
    @Singleton
    Configs configs(Schemas schemas) {
        return new Configs(schemas);
    }

    @Provides
    InstantSource clock() {
        return InstantSource.system();
    }
}
