package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.telemetry.Reading;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.Map;

/** One attempt of admitted work. */
final class RunModule extends AbstractModule {
    @Provides
    @Singleton
    Runs runs(
            Pools pools,
            Hosts hosts,
            Secrets secrets,
            Schemas schemas,
            Telemetry telemetry,
            Threads threads,
            InstantSource clock) {
        Runs runs = new Runs(pools, hosts, secrets, schemas, telemetry, threads.platform("deadlines"), clock);
        telemetry.gauge(
                "plugin.calls.in_flight",
                "Calls of functions that are under way on this node, by the plugin version that runs them",
                () -> runs.underWayByPlugin().entrySet().stream()
                        .map(each -> reading(each.getKey(), each.getValue()))
                        .toList());
        return runs;
    }

    /** @param plugin its id and its version, with a space between */
    private static Reading reading(String plugin, long calls) {
        int space = plugin.indexOf(' ');
        return new Reading(
                calls,
                space < 0
                        ? Map.of("plugin", plugin)
                        : Map.of("plugin", plugin.substring(0, space), "version", plugin.substring(space + 1)));
    }
}
