package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.HostFunctions;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.time.InstantSource;
import java.util.Optional;

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
                calls(invoker),
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

    /** Whoever calls functions has hosts itself, and is asked for when it is needed. */
    private static Hosts.Calls calls(Provider<Invoker> invoker) {
        return new Hosts.Calls() {
            @Override
            public HostReply invoke(Running caller, HostCall.Invoke call) throws InterruptedException {
                return invoker.get().invoke(caller, call);
            }

            @Override
            public Optional<Fault> refuses(Running caller, Compensation it) throws InterruptedException {
                return invoker.get().refuses(caller, it);
            }
        };
    }
}
