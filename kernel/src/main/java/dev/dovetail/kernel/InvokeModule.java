package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.InstantSource;

/** The one pipeline. */
final class InvokeModule extends AbstractModule {
    @Provides
    @Singleton
    Invoker invoker(
            Catalog catalog,
            Runs runs,
            Records records,
            Plugins plugins,
            Schemas schemas,
            Telemetry telemetry,
            Configuration configuration,
            InstantSource clock,
            Cluster cluster,
            Streams streams,
            Threads threads,
            Provider<Durable> durable) {
        int most = (int) configuration.values().at("executions").number("max-concurrent");
        return new Invoker(
                catalog,
                runs,
                records,
                plugins.state(),
                schemas,
                telemetry,
                clock,
                most,
                cluster,
                streams,
                threads.virtual("streamed"),
                durable::get);
    }
}
