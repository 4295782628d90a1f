package dev.dovetail.kernel;

import dev.dovetail.kernel.cluster.Vitals;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.http.Condition;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.VersionId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How this node fares now. Thread-safe; waits for nothing. */
final class NodeVitals {
    /** A beat is written once a second: of more versions than this, those with the most instances are told. */
    private static final int MOST_WARM = 200;

    private final Health health;
    private final Pools pools;
    private final Invoker invoker;
    private final Durable durable;
    private final Telemetry telemetry;
    private final Instant startedAt;

    NodeVitals(Health health, Pools pools, Invoker invoker, Durable durable, Telemetry telemetry, InstantSource clock) {
        this.health = health;
        this.pools = pools;
        this.invoker = invoker;
        this.durable = durable;
        this.telemetry = telemetry;
        this.startedAt = clock.instant();
    }

    Vitals now() {
        Runtime jvm = Runtime.getRuntime();
        Condition condition = health.condition();
        Telemetry.Ran ran = telemetry.ran();
        return new Vitals(
                startedAt,
                condition.serves(),
                condition.troubles(),
                jvm.availableProcessors(),
                pools.cpuLoad(),
                (jvm.totalMemory() - jvm.freeMemory()) >> 20,
                jvm.maxMemory() >> 20,
                pools.figures().promisedMb(),
                invoker.underWay(),
                durable.carried().used(),
                durable.queued().used(),
                new Vitals.Metrics(ran.ended(), ran.failed(), ran.coldStarts(), ran.took(), ran.tookCold()),
                warm());
    }

    private List<Vitals.Warm> warm() {
        return pools.instances().entrySet().stream()
                .sorted(Map.Entry.<VersionId, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(each -> each.getKey().toString()))
                .limit(MOST_WARM)
                .map(each -> new Vitals.Warm(
                        each.getKey().tenant(),
                        each.getKey().function(),
                        each.getKey().number(),
                        each.getValue()))
                .toList();
    }
}
