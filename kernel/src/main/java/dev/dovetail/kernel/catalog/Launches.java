package dev.dovetail.kernel.catalog;

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

    Launches(LogSink logs) {
        this.logs = logs;
    }

    Launch of(Deployed deployed, Path code) {
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
                        deployed.traits().limits()),
                Isolation.PROCESS,
                Egress.NONE,
                Set.of(),
                logs);
    }
}
