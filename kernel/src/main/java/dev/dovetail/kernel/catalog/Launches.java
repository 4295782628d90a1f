package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Launch.LogSink;
import dev.dovetail.spi.executor.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What an executor is told of a version. */
final class Launches {
    static final int LARGEST_ANSWER = 6 * 1024 * 1024;

    private final LogSink logs;
    private final Schemas schemas;

    Launches(LogSink logs, Schemas schemas) {
        this.logs = logs;
        this.schemas = schemas;
    }

    Launch of(Deployed deployed, RuntimeOffer offer, Path code) {
        Version version = deployed.version();
        return new Launch(
                deployed.id(),
                version.runtime(),
                code,
                List.of(),
                version.handler(),
                version.environment(),
                new Limits(
                        version.memoryMb(),
                        Duration.ofSeconds(version.timeoutSeconds()),
                        LARGEST_ANSWER,
                        OwnLimits.complete(deployed.traits().limits(), offer.limitsSchema(), schemas)),
                Isolation.PROCESS,
                Egress.NONE,
                Set.of(),
                deployed.traits().concurrency(),
                logs);
    }
}
