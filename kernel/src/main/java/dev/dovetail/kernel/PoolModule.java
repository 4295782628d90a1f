package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Warm instances. */
final class PoolModule extends AbstractModule {
    @Provides
    @Singleton
    Pools pools(
            Configuration configuration,
            Plugins plugins,
            Catalog catalog,
            Telemetry telemetry,
            Schemas schemas,
            InstantSource clock,
            Provider<Cluster> cluster,
            Threads threads) {
        Config workers = configuration.values().at("workers");
        int starts = (int) workers.number("starts");
        Pools pools = new Pools(
                new Pools.Around(
                        plugins,
                        catalog,
                        telemetry,
                        schemas,
                        clock,
                        () -> cluster.get().self().node()),
                new Pools.Bounds(
                        workers.number("memory-mb"),
                        starts > 0 ? starts : 2 * Runtime.getRuntime().availableProcessors(),
                        workers.flag("prestart"),
                        workers.number("busy-percent") / 100.0),
                threads.virtual("starting"));
        telemetry.gauge(
                "functions.instances",
                "Instances of functions on this node, by what they do, and callers that wait for one",
                () -> readings(pools.figures()));
        return pools;
    }

    private static List<Reading> readings(Pools.Figures now) {
        return List.of(
                new Reading(now.idle(), Map.of("state", "idle")),
                new Reading(now.instances() - now.idle(), Map.of("state", "busy")),
                new Reading(now.starting(), Map.of("state", "starting")),
                new Reading(now.waiting(), Map.of("state", "awaited")));
    }
}
