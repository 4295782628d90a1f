package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.Duration;
import java.util.Map;

/** What goes from the blob store. */
final class SweepModule extends AbstractModule {
    @Provides
    @Singleton
    Sweep sweep(
            Plugins plugins,
            Catalog catalog,
            Fleet fleet,
            Cluster cluster,
            Schemas schemas,
            Telemetry telemetry,
            Configuration configuration) {
        return new Sweep(
                plugins,
                catalog,
                fleet,
                cluster,
                schemas,
                cluster.calendar(),
                Duration.ofDays(configuration.values().at("blob-sweep").number("grace-days")),
                deleted -> telemetry
                        .counter(
                                "blobs.deleted.total",
                                "Blobs that were deleted since nothing referred to them",
                                Map.of())
                        .add(deleted));
    }
}
