package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.jq.Jq;
import java.time.Duration;

/** How long something takes: said in the document, or computed when it is needed. */
public sealed interface Span {
    record Fixed(Duration duration) implements Span {}

    /** @param expression gives ISO 8601 text */
    record Computed(Jq expression) implements Span {}
}
