package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The functions that workflows name for their own failure or cancellation. A handler that is a workflow itself is started and its end
 * waited for without holding anything, under an id that follows from the execution and the attempt: whoever takes the execution over
 * finds what was started, and what it told at its end. One that is a plain function is called, and called anew after a takeover.
 */
final class Handlers {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** From here on a handler is called once: handlers that are called for each other's failures would be thousands. */
    private static final int DEEP = 2;

    /** One whose end is waited for is looked after that often, should nobody have told of it. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final Bench bench;
    private final Children children;
    private final Tempo tempo;
    private final Schemas schemas;
    private final InstantSource clock;

    Handlers(Bench bench, Children children, Tempo tempo, Schemas schemas, InstantSource clock) {
        this.bench = bench;
        this.children = children;
        this.tempo = tempo;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** How it went. */
    sealed interface Called {
        /** It did what it had to, or there is none. */
        record Done() implements Called {}

        /** It failed for good. */
        record Failed(Fault fault) implements Called {}

        /** It has not ended; the execution goes on when it has. */
        record Waits(Parked parked) implements Called {}
    }

    /** The function's own handler for its end, from its traits. */
    Optional<String> find(Case it, boolean canceled) throws InterruptedException {
        return bench.traits(it.order())
                .flatMap(traits -> Optional.ofNullable(traits.path("workflow")
                        .path("compensation")
                        .path(canceled ? "onCancel" : "onFailure")
                        .stringValue(null)));
    }

    /** Calls it, or goes on where that was left. */
    Called call(Case it, Fault cause, boolean canceled) throws InterruptedException {
        Optional<String> handler = find(it, canceled);
        if (handler.isEmpty()) {
            return new Called.Done();
        }
        Order order = it.order();
        int most = order.depth() < DEEP ? ATTEMPTS : 1;
        for (int attempt = 1; ; attempt++) {
            Optional<Message> told = children.handled(it, attempt);
            if (told.isEmpty()) {
                tempo.pause(FIRST_PAUSE.multipliedBy(attempt - 1));
                int number = attempt;
                return children.isWorkflow(order, handler.get())
                        ? started(
                                it,
                                most,
                                () -> children.handle(order, handler.get(), about(it, cause, canceled), number))
                        : tried(it, most, () -> children.call(order, handler.get(), about(it, cause, canceled)));
            }
            Optional<Fault> fault = told.map(message -> message.body().path("fault"))
                    .filter(JsonNode::isObject)
                    .map(json -> Faulted.read(schemas, json));
            if (fault.isEmpty()) {
                return new Called.Done();
            }
            if (attempt >= most) {
                return new Called.Failed(fault.get());
            }
        }
    }

    /** Something that is tried several times; why it did not go well. */
    private interface Try {
        Optional<Fault> now() throws InterruptedException;
    }

    private Called started(Case it, int most, Try start) throws InterruptedException {
        return tried(it, most, start) instanceof Called.Failed refused
                ? refused
                : new Called.Waits(new Parked(it.park(
                        it.standing().handled(clock.instant().plus(LOOK)),
                        it.standing().events())));
    }

    private Called tried(Case it, int most, Try what) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            it.check();
            Optional<Fault> fault = what.now();
            if (fault.isEmpty()) {
                return new Called.Done();
            }
            if (attempt >= most) {
                return new Called.Failed(fault.get());
            }
            tempo.pause(FIRST_PAUSE.multipliedBy(attempt));
        }
    }

    private Bytes about(Case it, Fault cause, boolean canceled) {
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
        return schemas.bytes(json);
    }
}
