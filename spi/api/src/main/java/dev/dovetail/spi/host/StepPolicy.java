package dev.dovetail.spi.host;

import java.time.Duration;
import java.util.List;

/**
 * How often and for how long a step is tried.
 *
 * @param nonRetryable ids of errors after which it is not tried again
 * @param timeout of one attempt
 */
public record StepPolicy(
        int maxAttempts,
        Duration initialDelay,
        double multiplier,
        Duration maxDelay,
        List<String> nonRetryable,
        Duration timeout,
        Unknown unknown) {
    /** What a step has that asks for nothing else: three attempts, after 200 ms and 400 ms, of five minutes at most. */
    public static final StepPolicy USUAL = new StepPolicy(
            3, Duration.ofMillis(200), 2, Duration.ofSeconds(10), List.of(), Duration.ofMinutes(5), Unknown.RUN_AGAIN);

    public StepPolicy {
        nonRetryable = List.copyOf(nonRetryable);
    }

    /** What it means that an attempt began and never ended. */
    public enum Unknown {
        /** Run it again under the same effect id. */
        RUN_AGAIN,
        /** Park it until an operator has looked. */
        ASK_OPERATOR
    }
}
