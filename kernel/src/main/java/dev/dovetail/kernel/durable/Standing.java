package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.record.ExecutionStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * Where an open execution stands.
 *
 * @param attempt the one under way or due, from 1
 * @param due when it goes on by itself
 * @param why what it waits for, in one word: {@code timer}, {@code event}, {@code child}, {@code retry}, {@code paused},
 *     {@code platform}; empty text if it does not wait
 * @param segments how many segments its journal has
 */
record Standing(
        ExecutionStatus status,
        int attempt,
        Instant due,
        String why,
        int segments,
        Optional<Instant> startedAt,
        int platformFailures) {

    static Standing queued(Instant due) {
        return new Standing(ExecutionStatus.QUEUED, 1, due, "", 0, Optional.empty(), 0);
    }

    Standing running(Instant now) {
        return new Standing(
                ExecutionStatus.RUNNING,
                attempt,
                due,
                "",
                segments,
                startedAt.or(() -> Optional.of(now)),
                platformFailures);
    }

    Standing with(int segmentCount) {
        return new Standing(status, attempt, due, why, segmentCount, startedAt, platformFailures);
    }

    Standing waiting(ExecutionStatus next, Instant until, String reason) {
        return new Standing(next, attempt, until, reason, segments, startedAt, platformFailures);
    }

    Standing compensating() {
        return new Standing(ExecutionStatus.COMPENSATING, attempt, due, "", segments, startedAt, platformFailures);
    }

    Standing again(Instant at, boolean platform) {
        return new Standing(
                ExecutionStatus.QUEUED,
                platform ? attempt : attempt + 1,
                at,
                platform ? "platform" : "retry",
                segments,
                startedAt,
                platform ? platformFailures + 1 : platformFailures);
    }
}
