package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How often and when a failed attempt is repeated: {@code traits.retry}.
 *
 * @param nonRetryable ids of errors after which it is not tried again
 */
record Retries(
        int maxAttempts, Duration initialDelay, Duration maxDelay, double multiplier, List<String> nonRetryable) {
    private static final int MOST_PLATFORM_FAILURES = 50;
    /** So often at the least the process has to end before the execution is to blame. */
    private static final int MOST_KILLS = 2;

    /** A function is tried three times; a workflow's steps have tries of their own, and it is tried once. */
    static Retries of(JsonNode traits, boolean workflow) {
        JsonNode retry = traits.path("retry");
        List<String> never = new java.util.ArrayList<>();
        retry.path("nonRetryable").forEach(each -> never.add(each.stringValue("")));
        return new Retries(
                retry.path("maxAttempts").intValue(workflow ? 1 : 3),
                Duration.ofMillis(retry.path("initialDelayMs").longValue(200)),
                Duration.ofMillis(retry.path("maxDelayMs").longValue(10_000)),
                retry.path("multiplier").doubleValue(2),
                never);
    }

    /** Whether what went wrong is the platform's fault, which costs the function no attempt. */
    static boolean ofThePlatform(Fault fault) {
        return fault.owner() == Fault.Owner.PLATFORM;
    }

    boolean again(Fault fault, int attempt, int platformFailures) {
        if (ofThePlatform(fault)) {
            return platformFailures < MOST_PLATFORM_FAILURES;
        }
        ErrorType.Category category = ErrorType.of(fault.id()).category();
        int most = fault.id().equals(Quarantine.FAULT) ? Math.max(maxAttempts, MOST_KILLS) : maxAttempts;
        return attempt < most
                && !nonRetryable.contains(fault.id())
                && category != ErrorType.Category.NON_RETRYABLE
                && category != ErrorType.Category.CANCELED;
    }

    Duration delay(int failures, Tempo tempo) {
        double millis = initialDelay.toMillis() * Math.pow(multiplier, Math.min(failures - 1, 60));
        double most = Math.min(millis, maxDelay.toMillis());
        return tempo.jittered(most);
    }
}
