package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Handling;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Tempo;
import dev.dovetail.kernel.durable.journal.Undo;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The functions that workflows name for their own failure or cancellation. A handler that is a workflow itself is started and its end
 * waited for without holding anything, under an id that follows from the execution and the attempt: whoever takes the execution over
 * finds what was started, and what it told at its end. One that is a plain function is called; the journal has each attempt that ended,
 * so that only one that was under way is made again.
 */
final class Handlers {
    private static final int ATTEMPTS = 3;
    private static final int MOST_PLATFORM_FAILURES = 30;
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
        int most = it.order().depth() < DEEP ? ATTEMPTS : 1;
        for (int attempt = 1; ; attempt++) {
            switch (attempt(it, handler.get(), attempt, () -> about(it, cause, canceled))) {
                case Handling.Ended(Optional<Fault> fault) -> {
                    if (fault.isEmpty()) {
                        return new Called.Done();
                    }
                    if (attempt >= most || it.mail().terminated()) {
                        return new Called.Failed(fault.get());
                    }
                }
                case Handling.UnderWay _ -> {
                    return new Called.Waits(new Parked(it.park(
                            it.standing().handled(clock.instant().plus(LOOK)),
                            it.standing().events())));
                }
                case Handling.Due _ -> {
                    return new Called.Waits(new Parked(it.due()));
                }
            }
        }
    }

    /** Makes an attempt, unless it was made; how it stands then. */
    private Handling attempt(Case it, String handler, int attempt, Supplier<Bytes> about) throws InterruptedException {
        Handling known = Handling.of(it.story(), attempt);
        if (known instanceof Handling.Ended) {
            return known;
        }
        Optional<Message> told = children.handled(it, attempt);
        if (told.isPresent()) {
            it.mail().consume(told.get());
            JsonNode fault = told.get().body().path("fault");
            return ended(it, attempt, fault.isObject() ? Optional.of(Faulted.read(schemas, fault)) : Optional.empty());
        }
        if (known instanceof Handling.UnderWay) {
            return known;
        }
        tempo.pause(FIRST_PAUSE.multipliedBy(attempt - 1));
        it.check();
        if (!children.isWorkflow(it.order(), handler)) {
            return called(it, handler, attempt, about.get());
        }
        Optional<Fault> refused = children.handle(it.order(), handler, about.get(), attempt);
        if (refused.isPresent()) {
            return ended(it, attempt, refused);
        }
        it.story().add(Line.HANDLING, clock.millis(), it.story().nothing().put("attempt", attempt));
        return new Handling.UnderWay();
    }

    /** Calls a plain function; what the platform fails, or a stop of this node, costs it no attempt. */
    private Handling called(Case it, String handler, int attempt, Bytes about) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            Optional<Fault> fault = children.call(it, handler, about);
            if (fault.filter(Retries::ofThePlatform).isEmpty()
                    || failures >= MOST_PLATFORM_FAILURES
                    || it.mail().terminated()) {
                return ended(it, attempt, fault);
            }
            if (it.leaving()) {
                return new Handling.Due();
            }
            tempo.pause(FIRST_PAUSE.multipliedBy(failures));
            it.check();
        }
    }

    /** Kept before anything else happens: whoever takes over does not do it again. */
    private Handling ended(Case it, int attempt, Optional<Fault> fault) throws InterruptedException {
        ObjectNode line = it.story().nothing().put("attempt", attempt);
        fault.ifPresent(why -> line.set("fault", Faulted.write(schemas, why)));
        it.story().add(Line.HANDLED, clock.millis(), line);
        it.save(it.story(), List.of());
        return new Handling.Ended(fault);
    }

    private Bytes about(Case it, Fault cause, boolean canceled) {
        Order order = it.order();
        ObjectNode json = schemas.object()
                .put("trigger", canceled ? "cancellation" : "failure")
                .put("original_workflow_invocation_id", order.id())
                .put("failed_step_id", Undo.failedStep(it.story()).orElse("unknown"))
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
