package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.jq.Jq;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How often, and after how long, what failed is tried again.
 *
 * @param count how many attempts there are, the first among them
 * @param attempt how long one attempt may take
 * @param total how long it all may take
 * @param jitter what is added to a delay, somewhere between the two
 */
public record Retry(
        Optional<Jq> when,
        Optional<Jq> exceptWhen,
        Optional<Span> delay,
        Backoff backoff,
        OptionalInt count,
        Optional<Span> attempt,
        Optional<Span> total,
        Optional<Range> jitter) {
    public enum Backoff {
        CONSTANT,
        LINEAR,
        EXPONENTIAL
    }

    public record Range(Span from, Span to) {}
}
