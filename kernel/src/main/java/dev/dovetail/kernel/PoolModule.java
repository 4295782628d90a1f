package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Pools;

/** Warm instances. */
final class PoolModule extends AbstractModule {
    @Provides
    @Singleton
    Pools pools(Plugins plugins, Catalog catalog) {
        return new Pools(plugins, catalog);
    }
}
