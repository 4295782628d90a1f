package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import java.lang.System.Logger.Level;
import java.time.InstantSource;

/** Functions, versions and aliases. */
final class CatalogModule extends AbstractModule {
    private static final System.Logger PRINTED = System.getLogger("dev.dovetail.function");

    @Provides
    @Singleton
    Catalog catalog(
            Plugins plugins, Schemas schemas, Configuration configuration, Contracts contracts, InstantSource clock) {
        return new Catalog(
                plugins,
                schemas,
                configuration.data(),
                (execution, text) -> PRINTED.log(Level.INFO, text),
                contracts,
                clock);
    }
}
