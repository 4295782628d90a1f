package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.run.Ran;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Undoes what an execution did: the compensations of its steps in the reverse order of their completion, each with tries of its own;
 * one that fails for good does not keep the others from being tried. If no step had one, the function's own handler, if it has one.
 */
final class Undoing {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Carrier carrier;
    private final Ends ends;
    private final Schemas schemas;
    private final InstantSource clock;

    Undoing(Carrier carrier, Ends ends, Schemas schemas, InstantSource clock) {
        this.carrier = carrier;
        this.ends = ends;
        this.schemas = schemas;
        this.clock = clock;
    }

    Optional<Parked> begin(Case it, Fault cause, boolean canceled) throws InterruptedException {
        boolean steps = !it.story().toUndo().isEmpty();
        if (!it.order().isWorkflow() || !steps && carrier.handler(it, canceled).isEmpty()) {
            return ends.end(it, plain(it, canceled), Optional.empty(), Optional.of(cause));
        }
        ObjectNode line = it.story().nothing().put("canceled", canceled);
        line.set("fault", Faulted.write(schemas, cause));
        it.story().add(Line.UNDOING, clock.millis(), line);
        it.stands(it.standing().compensating());
        it.save(it.story(), List.of());
        return go(it);
    }

    /** What an execution ends as that has nothing to undo. */
    private static ExecutionStatus plain(Case it, boolean canceled) {
        if (canceled) {
            return ExecutionStatus.CANCELED;
        }
        return it.order().isWorkflow() ? ExecutionStatus.FAILED : ExecutionStatus.DEAD_LETTERED;
    }

    /** Goes on undoing, from wherever it was left. */
    Optional<Parked> go(Case it) throws InterruptedException {
        Line undoing = it.story().undoing().orElseThrow();
        Fault cause = it.story().fault(undoing);
        for (Story.Undo each : it.story().toUndo()) {
            Optional<Fault> fault = undo(it, each, cause);
            ObjectNode line = it.story().nothing();
            fault.ifPresent(why -> line.set("fault", Faulted.write(schemas, why)));
            it.story().add(Line.UNDONE, clock.millis(), each.number(), line);
            it.save(it.story(), List.of());
        }
        boolean failed = it.story().undoingFailed();
        if (!it.story().anyUndone()) {
            failed = handled(it, cause, undoing.json().path("canceled").booleanValue(false))
                    .isPresent();
        }
        return ends.end(
                it,
                failed ? ExecutionStatus.DEAD_LETTERED : ExecutionStatus.COMPENSATED,
                Optional.empty(),
                Optional.of(cause));
    }

    private Optional<Fault> undo(Case it, Story.Undo step, Fault cause) throws InterruptedException {
        Entry entry = new Entry.Compensation(step.function(), step.label(), step.input(), step.output(), cause);
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            Optional<Ran> ran = carrier.beside(it, step.input(), attempt, entry);
            if (ran.isEmpty()) {
                return Optional.of(gone(it));
            }
            Optional<Fault> fault = ran.get().execution().error();
            if (fault.isEmpty()) {
                return fault;
            }
            ObjectNode line = it.story().nothing().put("undo", true).put("attempt", attempt);
            line.set("fault", Faulted.write(schemas, fault.get()));
            it.story().add("untried", clock.millis(), step.number(), line);
            if (attempt >= ATTEMPTS && !Retries.ofThePlatform(fault.get()) || attempt >= 10 * ATTEMPTS) {
                return fault;
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(10)) < 0 ? pause.multipliedBy(2) : pause;
        }
    }

    private static Fault gone(Case it) {
        return Fault.of(
                Fault.NOT_FOUND,
                Fault.Owner.CALLER,
                "Version " + it.order().version() + " of \"" + it.order().function() + "\" is not there any more");
    }

    /** The function's own handler, which is a function too; what goes wrong in it. */
    private Optional<Fault> handled(Case it, Fault cause, boolean canceled) throws InterruptedException {
        Optional<String> handler = carrier.handler(it, canceled);
        if (handler.isEmpty()) {
            return Optional.empty();
        }
        Order order = it.order();
        ObjectNode json = schemas.object()
                .put("trigger", canceled ? "cancellation" : "failure")
                .put("original_workflow_invocation_id", order.id())
                .put("failed_step_id", it.story().failedStep().orElse("unknown"))
                .put("timestamp", clock.instant().toString());
        json.putObject("failed_step_error").put("error_type", cause.id()).put("message", cause.message());
        json.putObject("workflow_state_snapshot");
        ObjectNode about = json.putObject("invocation_metadata")
                .put("function_id", order.function().text())
                .put("tenant_id", order.tenant().text())
                .put("correlation_id", order.correlationId());
        it.standing().startedAt().ifPresent(at -> about.put("started_at", at.toString()));
        about.set("original_input", schemas.parse(order.input()));
        return carrier.children().call(it, handler.get(), schemas.bytes(json));
    }
}
