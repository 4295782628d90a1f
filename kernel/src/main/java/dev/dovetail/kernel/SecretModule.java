package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import java.time.Duration;
import java.time.InstantSource;

/** Secrets. */
final class SecretModule extends AbstractModule {
    @Provides
    @Singleton
    Secrets secrets(Configuration configuration, Plugins plugins, Audit audit, Schemas schemas, InstantSource clock) {
        long minutes = configuration.values().at("secret-cache").number("minutes");
        return new Secrets(plugins, audit, schemas, clock, Duration.ofMinutes(minutes));
    }
}
