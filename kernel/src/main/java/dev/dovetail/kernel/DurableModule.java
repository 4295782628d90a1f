package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Bounds;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What is accepted, and carried to its end. It calls functions through the invoker, a storey above: one of the few ways up. */
final class DurableModule extends AbstractModule {
    @Override
    protected void configure() {
        install(new SweepModule());
    }

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
            Sweep sweep,
            Configuration configuration) {
        Config executions = configuration.values().at("executions");
        Durable durable = new Durable(
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
                new Bounds(
                        (int) executions.number("max-carried"),
                        (int) executions.number("max-queued"),
                        Duration.ofDays(executions.number("max-days")),
                        executions.number("max-journals-mb") << 20,
                        executions.flag("paused")),
                sweep);
        telemetry.gauge(
                "executions.queued",
                "Accepted executions that are due and wait to be carried by this node",
                () -> List.of(new Reading(durable.queued().used(), Map.of())));
        return durable;
    }
}
