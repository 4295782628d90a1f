package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.InstantSource;

/** What is accepted, and carried to its end. It calls functions through the invoker, a storey above: one of the few ways up. */
final class DurableModule extends AbstractModule {
    @Provides
    @Singleton
    Durable durable(
            Plugins plugins,
            Cluster cluster,
            Catalog catalog,
            Runs runs,
            Hosts hosts,
            Records records,
            Invoker invoker,
            Rights rights,
            Schemas schemas,
            Telemetry telemetry,
            Threads threads,
            InstantSource clock,
            Configuration configuration) {
        return new Durable(
                plugins.state(),
                cluster,
                catalog,
                runs,
                hosts,
                records,
                invoker.callers(),
                rights,
                schemas,
                telemetry,
                threads.virtual("durable"),
                threads.platform("durable-system"),
                clock,
                (int) configuration.values().at("executions").number("max-carried"),
                configuration.values().at("executions").flag("paused"));
    }
}
