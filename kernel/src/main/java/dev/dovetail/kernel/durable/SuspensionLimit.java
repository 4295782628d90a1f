package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Fault;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of an execution that is not over after as long as it may take, waiting included:
 * {@code traits.workflow.onSuspensionLimit} is {@code cancel} (it ends, and what it did is undone), {@code keep} (it goes on for
 * as long as it takes) or {@code escalate} (the same, and an operator is told). Beyond what the operator allows it ends in any case.
 */
final class SuspensionLimit {
    /** Its fault, which is one of time. */
    static final String FAULT = Fault.TIMEOUT + "x.core._.suspension_limit.v1~";

    private static final System.Logger LOG = System.getLogger(SuspensionLimit.class.getName());
    private static final Duration FAR = Duration.ofDays(36_500);

    private final Duration longest;
    private final Consumer<String> reached;

    /**
     * @param longest no execution takes longer, whatever its function says
     * @param reached is told the policy of each that reaches it
     */
    SuspensionLimit(Duration longest, Consumer<String> reached) {
        this.longest = longest;
        this.reached = reached;
    }

    /** One that counts them as {@code executions.suspension_limit.total}. */
    static SuspensionLimit counted(Duration longest, Telemetry telemetry) {
        return new SuspensionLimit(
                longest,
                policy -> telemetry
                        .counter(
                                "executions.suspension_limit.total",
                                "Executions that reached their suspension limit, by policy",
                                Map.of("policy", policy))
                        .add(1));
    }

    /** When an execution is looked at although nothing happens. */
    Instant bound(Case it) {
        Instant until =
                it.story().overdue() ? it.order().until().plus(FAR) : it.order().until();
        Instant end = end(it.order());
        return end.isBefore(until) ? end : until;
    }

    private Instant end(Order order) {
        return order.createdAt().plus(longest);
    }

    /** Looks whether the limit is reached; answers why the execution has to end because of it, if it has. */
    Optional<Fault> over(Case it, Optional<JsonNode> traits, Instant now) {
        Order order = it.order();
        if (!now.isBefore(end(order))) {
            reached.accept("cancel");
            return Optional.of(Fault.of(
                    FAULT,
                    Fault.Owner.FUNCTION,
                    "The execution was not over by " + end(order) + "; here none may take longer than "
                            + longest.toDays() + " days (executions.max-days of the configuration)"));
        }
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
