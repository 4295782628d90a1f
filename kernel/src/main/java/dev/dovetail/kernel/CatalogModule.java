package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Policy;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Locale;

/** Functions, versions and aliases. */
final class CatalogModule extends AbstractModule {
    private static final System.Logger PRINTED = System.getLogger("dev.dovetail.function");

    /** Lines that functions print belong to their execution: runs are storeys above, one of the few ways up. */
    @Provides
    @Singleton
    Catalog catalog(
            Plugins plugins,
            Schemas schemas,
            Configuration configuration,
            Contracts contracts,
            Provider<Runs> runs,
            InstantSource clock) {
        Config isolation = configuration.values().at("isolation");
        Isolation atLeast = configuration.dev()
                ? Isolation.PROCESS
                : Isolation.valueOf(isolation.text("at-least").toUpperCase(Locale.ROOT));
        return new Catalog(
                plugins,
                schemas,
                configuration.data(),
                new Policy(atLeast, isolation.flag("network"), (int)
                        configuration.values().at("executions").number("max-days")),
                (version, execution, text) -> {
                    if (execution.isEmpty() || !runs.get().print(execution.get(), text)) {
                        PRINTED.log(Level.INFO, "{0}: {1}", version, text);
                    }
                },
                contracts,
                clock);
    }
}
