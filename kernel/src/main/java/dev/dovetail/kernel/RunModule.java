package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.time.InstantSource;

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
        return new Runs(pools, hosts, secrets, schemas, telemetry, threads.platform("deadlines"), clock);
    }
}
