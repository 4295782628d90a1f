package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an executor is told of a version. */
final class Launches {
    static final int LARGEST_ANSWER = 6 * 1024 * 1024;

    private final Policy policy;
    private final Catalog.Prints prints;
    private final CodeCache code;
    private final Schemas schemas;

    Launches(Policy policy, Catalog.Prints prints, CodeCache code, Schemas schemas) {
        this.policy = policy;
        this.prints = prints;
        this.code = code;
        this.schemas = schemas;
    }

    Launch of(Deployed deployed, RuntimeOffer offer, Path files) throws InterruptedException {
        Version version = deployed.version();
        VersionId id = deployed.id();
        List<Path> layers = new ArrayList<>();
        for (Version.Layer layer : version.layers()) {
            layers.add(code.directory(id.tenant(), layer.digest()));
        }
        return new Launch(
                id,
                version.runtime(),
                files,
                layers,
                version.handler(),
                version.environment(),
                new Limits(
                        version.memoryMb(),
                        Duration.ofSeconds(version.timeoutSeconds()),
                        LARGEST_ANSWER,
                        OwnLimits.complete(deployed.traits().limits(), offer.limitsSchema(), schemas)),
                offer.isNative() ? Isolation.PROCESS : atLeast(deployed.traits().isolation()),
                deployed.traits().network(),
                Set.of(),
                deployed.traits().concurrency(),
                (execution, text) -> prints.line(id, execution, text));
    }

    /** The stricter of what the operator demands and what the version asks for. */
    private Isolation atLeast(Optional<Isolation> asked) {
        return asked.filter(it -> it.compareTo(policy.atLeast()) > 0).orElse(policy.atLeast());
    }
}
