package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.http.HttpApi;
import dev.dovetail.kernel.identity.Identities;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.InstantSource;

/** REST, JSON-RPC and event streams. */
final class HttpModule extends AbstractModule {
    @Provides
    @Singleton
    NodeVitals vitals(
            Health health, Pools pools, Invoker invoker, Durable durable, Telemetry telemetry, InstantSource clock) {
        return new NodeVitals(health, pools, invoker, durable, telemetry, clock);
    }

    @Provides
    @Singleton
    HttpApi http(
            Configuration configuration,
            Catalog catalog,
            Invoker invoker,
            Durable durable,
            Runs runs,
            Records records,
            Plugins plugins,
            Fleet fleet,
            Secrets secrets,
            Identities identities,
            Telemetry telemetry,
            Schemas schemas,
            InstantSource clock,
            Health health,
            Cluster cluster,
            Streams streams,
            Audit audit,
            NodeVitals vitals,
            Threads threads) {
        return new HttpApi(
                configuration.values().at("http"),
                configuration.data(),
                new HttpApi.Storeys(
                        catalog,
                        invoker,
                        durable,
                        runs,
                        records,
                        plugins,
                        fleet,
                        secrets,
                        identities,
                        telemetry,
                        schemas,
                        clock,
                        cluster,
                        streams,
                        audit,
                        vitals::now),
                health::condition,
                threads.virtual("late"));
    }
}
