package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Handling;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Registered;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has called what plain calls registered for their failure: each is an execution of its own with tries of its own, and tells of its
 * end; then the next begins. Their ids follow from the failed call's, so that whoever takes it over finds what was begun.
 */
final class Compensations {
    private static final System.Logger LOG = System.getLogger(Compensations.class.getName());

    /** One whose end is waited for is looked after that often, should nobody have told of it. */
    private static final Duration LOOK = Duration.ofHours(1);

    /** So many of all attempts together. */
    private static final int MOST = 500;

    private final Children children;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Consumer<String> counted;

    /** @param counted is told how each ended: {@code succeeded} or {@code failed} */
    Compensations(Children children, Schemas schemas, InstantSource clock, Consumer<String> counted) {
        this.children = children;
        this.schemas = schemas;
        this.clock = clock;
        this.counted = counted;
    }

    /** Keeps what an attempt registers: durable before its code goes on; why it is not kept, if it is not. */
    Optional<Fault> keep(Case it, Compensation registered) throws InterruptedException {
        synchronized (it) {
            if (Registered.count(it.story()) >= MOST) {
                return Optional.of(Fault.of(
                        Fault.QUOTA_EXCEEDED,
                        Fault.Owner.FUNCTION,
                        "All attempts of a call register at most " + MOST + " compensations"));
            }
            try {
                it.story()
                        .add(
                                Line.REGISTERED,
                                clock.millis(),
                                Registered.told(it.story().nothing(), registered, schemas.parse(registered.input())));
                it.save(it.story(), List.of());
                return Optional.empty();
            } catch (Saving.Lost | PluginFailure e) {
                return Optional.of(Fault.of(
                        Fault.PLATFORM,
                        Fault.Owner.PLATFORM,
                        "The execution goes on elsewhere or later: " + e.getMessage()));
            }
        }
    }

    /** How far it has got. */
    sealed interface Gone {
        /** All have ended, so many of them with an error. */
        record Through(int failed) implements Gone {}

        record Waits(Parked parked) implements Gone {}
    }

    /** Goes on with them, from wherever that was left. */
    Gone go(Case it) throws InterruptedException {
        List<Compensation> all = Registered.all(it.story().lines(), schemas::bytes);
        List<Line> ended = it.story().lines().stream()
                .filter(line -> line.type().equals(Line.HANDLED))
                .toList();
        int failed =
                (int) ended.stream().filter(line -> line.json().has("fault")).count();
        for (int number = ended.size() + 1; number <= all.size(); number++) {
            it.check();
            if (!(stands(it, all.get(number - 1), number) instanceof Handling.Ended(Optional<Fault> fault))) {
                return new Gone.Waits(new Parked(it.park(
                        it.standing().handled(clock.instant().plus(LOOK)),
                        it.standing().events())));
            }
            failed += fault.isPresent() ? 1 : 0;
        }
        if (failed > 0) {
            alert(it, failed, all.size());
        }
        return new Gone.Through(failed);
    }

    private Handling stands(Case it, Compensation each, int number) throws InterruptedException {
        Handling known = Handling.of(it.story(), number);
        Optional<Message> told = children.handled(it, number);
        if (told.isPresent()) {
            it.mail().consume(told.get());
            ObjectNode fault = told.get().body().path("fault") instanceof ObjectNode json ? json : schemas.object();
            return ended(
                    it, each, number, fault.isEmpty() ? Optional.empty() : Optional.of(Faulted.read(schemas, fault)));
        }
        if (known instanceof Handling.UnderWay) {
            return known;
        }
        Optional<Fault> refused = children.compensate(it.order(), each, number);
        said(it, each, number, "start", Optional.empty(), Optional.empty());
        if (refused.isPresent()) {
            return ended(it, each, number, refused);
        }
        it.story().add(Line.HANDLING, clock.millis(), line(it, each, number));
        return new Handling.UnderWay();
    }

    /** Kept before the next begins: whoever takes over does not begin this one again. */
    private Handling ended(Case it, Compensation each, int number, Optional<Fault> fault) throws InterruptedException {
        Optional<Instant> began = it.story().lines().stream()
                .filter(line -> line.type().equals(Line.HANDLING) && line.whole("attempt") == number)
                .map(line -> Instant.ofEpochMilli(line.at()))
                .findFirst();
        said(it, each, number, fault.isEmpty() ? "end" : "error", fault, began);
        ObjectNode line = line(it, each, number);
        fault.ifPresent(why -> line.set("fault", Faulted.write(schemas, why)));
        it.story().add(Line.HANDLED, clock.millis(), line);
        it.save(it.story(), List.of());
        counted.accept(fault.isEmpty() ? "succeeded" : "failed");
        return new Handling.Ended(fault);
    }

    private static ObjectNode line(Case it, Compensation each, int number) {
        return it.story()
                .nothing()
                .put("attempt", number)
                .put("function", each.callable())
                .put("execution", Children.handler(it.order().id(), number));
    }

    private void said(
            Case it, Compensation each, int number, String event, Optional<Fault> fault, Optional<Instant> began) {
        ObjectNode fields = fields(it, event)
                .put("function", each.callable())
                .put("executionId", Children.handler(it.order().id(), number));
        fault.ifPresent(why -> fields.put("error", why.message()));
        began.ifPresent(at ->
                fields.put("duration", Duration.between(at, clock.instant()).toMillis()));
        log(it, fault.isEmpty() ? "info" : "error", event + " of \"" + each.callable() + "\"", fields);
    }

    /** Somebody has to look at it: in the call's log, in the node's, and by the dead letter that it ends as. */
    private void alert(Case it, int failed, int all) {
        String told = failed + " of " + all + " compensations failed";
        log(it, "error", "alert: " + told, fields(it, "alert").put("failed", failed));
        LOG.log(
                Level.ERROR,
                "{0}, of the call {2} of {3} of {1}; GET /api/v1/executions/{2} shows which",
                told,
                it.order().tenant(),
                it.order().id(),
                it.order().function());
    }

    private ObjectNode fields(Case it, String event) {
        return it.story()
                .nothing()
                .put("type", "compensation:" + event)
                .put("timestamp", clock.instant().toString())
                .put("requestId", it.order().correlationId());
    }

    private void log(Case it, String level, String message, ObjectNode fields) {
        String text = schemas.bytes(fields).text();
        it.story().log(List.of(new LogLine(clock.instant(), level, "compensation:" + message, text)));
    }
}
