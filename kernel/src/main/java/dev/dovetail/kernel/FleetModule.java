package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import java.time.InstantSource;

/** The same plugins on every node. */
final class FleetModule extends AbstractModule {
    @Provides
    @Singleton
    Fleet fleet(Plugins plugins, Cluster cluster, Schemas schemas, InstantSource clock) {
        return new Fleet(plugins, cluster, schemas, clock);
    }
}
