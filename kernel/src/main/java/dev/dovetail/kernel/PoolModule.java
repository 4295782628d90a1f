package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.spi.Config;

/** Warm instances. */
final class PoolModule extends AbstractModule {
    @Provides
    @Singleton
    Pools pools(Configuration configuration, Plugins plugins, Catalog catalog, Threads threads) {
        Config workers = configuration.values().at("workers");
        int starts = (int) workers.number("starts");
        return new Pools(
                plugins,
                catalog,
                new Pools.Bounds(
                        workers.number("memory-mb"),
                        starts > 0 ? starts : 2 * Runtime.getRuntime().availableProcessors(),
                        workers.flag("prestart"),
                        workers.number("busy-percent") / 100.0),
                threads.virtual("starting"));
    }
}
