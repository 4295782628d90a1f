package dev.dovetail.kernel.record;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Executions as tests want them. */
final class Calls {
    static final Name TENANT = Name.of("default");
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Calls() {}

    static Execution execution(String id, String function, Instant at, Duration took, Optional<Fault> error) {
        return new Execution(
                id,
                TENANT,
                Name.of(function),
                1,
                "lent 1.0.0",
                error.isPresent() ? ExecutionStatus.FAILED : ExecutionStatus.SUCCEEDED,
                "sync",
                "system/operator",
                "c-" + function,
                "t",
                at,
                Duration.ZERO,
                took,
                new Execution.Usage(Duration.ZERO, 0, 0),
                false,
                error,
                Optional.empty(),
                0,
                List.of());
    }

    static Execution quick(Instant at) {
        return execution(Ids.next(at), "f", at, Duration.ofMillis(5), Optional.empty());
    }
}
