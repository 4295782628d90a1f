package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.HostFunctions;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import java.time.InstantSource;

/**
 * What running code may ask. Functions are called by functions through the invoker, and executions are asked about through what
 * carries them, both storeys above: two of the few ways up.
 */
final class HostModule extends AbstractModule {
    @Provides
    @Singleton
    Hosts hosts(
            Configuration configuration,
            Plugins plugins,
            Secrets secrets,
            Streams streams,
            Audit audit,
            Schemas schemas,
            Telemetry telemetry,
            Threads threads,
            InstantSource clock,
            Provider<Invoker> invoker,
            Provider<Durable> durable) {
        Config outbound = configuration.values().at("outbound");
        return new Hosts(
                (caller, call) -> invoker.get().invoke(caller, call),
                (caller, call, effect) ->
                        new HostFunctions(durable.get(), audit, schemas, clock).answer(caller, call, effect),
                (version, measure) -> telemetry.measure(version, measure.metric(), measure.value(), measure.labels()),
                new Hosts.Way(
                        outbound.texts("allow"),
                        (int) outbound.number("breaker-percent"),
                        (int) outbound.number("breaker-calls"),
                        outbound.duration("breaker-window"),
                        outbound.duration("breaker-pause")),
                secrets,
                plugins::databases,
                plugins::findExecutor,
                telemetry::trace,
                streams,
                schemas,
                threads.virtual("host"),
                clock);
    }
}
