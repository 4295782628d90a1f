package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.spi.Fault;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of an execution that is not over after as long as it may take, waiting included:
 * {@code traits.workflow.onSuspensionLimit} is {@code cancel} (it ends, and what it did is undone), {@code keep} (it goes on for
 * as long as it takes) or {@code escalate} (the same, and an operator is told).
 */
final class SuspensionLimit {
    /** Its fault, which is one of time. */
    static final String FAULT = Fault.TIMEOUT + "x.core._.suspension_limit.v1~";

    private static final System.Logger LOG = System.getLogger(SuspensionLimit.class.getName());
    private static final Duration FAR = Duration.ofDays(36_500);

    private final Consumer<String> reached;

    /** @param reached is told the policy of each that reaches it */
    SuspensionLimit(Consumer<String> reached) {
        this.reached = reached;
    }

    /** When an execution is looked at although nothing happens. */
    static Instant bound(Case it) {
        Instant until = it.order().until();
        return it.story().overdue() ? until.plus(FAR) : until;
    }

    /** Looks whether the limit is reached; answers why the execution has to end because of it, if it has. */
    Optional<Fault> over(Case it, Optional<JsonNode> traits, Instant now) {
        Order order = it.order();
        if (now.isBefore(order.until()) || it.story().overdue()) {
            return Optional.empty();
        }
        String policy = order.isWorkflow()
                ? traits.map(each ->
                                each.path("workflow").path("onSuspensionLimit").stringValue("cancel"))
                        .orElse("cancel")
                : "cancel";
        reached.accept(policy);
        String told = "The execution was not over by " + order.until() + ", which is as long as it may take";
        if (policy.equals("cancel")) {
            return Optional.of(
                    order.isWorkflow()
                            ? Fault.of(
                                    FAULT,
                                    Fault.Owner.FUNCTION,
                                    told + " (traits.workflow.maxSuspensionDays); onSuspensionLimit is cancel")
                            : Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, told));
        }
        if (policy.equals("escalate")) {
            LOG.log(
                    Level.WARNING,
                    "The execution {0} of {1} was not over by {2} and is kept (onSuspensionLimit is escalate): somebody has"
                            + " to look at it",
                    order.id(),
                    order.function(),
                    order.until().toString());
        }
        it.story().add(Line.OVERDUE, now.toEpochMilli(), it.story().nothing().put("policy", policy));
        return Optional.empty();
    }
}
