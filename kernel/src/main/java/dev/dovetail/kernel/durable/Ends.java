package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.journal.Bound;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Handling;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Unawaited;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.TraceContext;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Brings executions to their end: in one commit, with all that follows from it. */
final class Ends {
    private static final int SMALL = 4096;
    private static final int LARGEST_FOR_A_PARENT = 256 * 1024;

    private final Shelf shelf;
    private final DeadLetters letters;
    private final Listing listing;
    private final Ownership shards;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Told told;

    /** Hears of ends. */
    interface Told {
        void ended(Shown how) throws InterruptedException;
    }

    /** @param told is told of every end once it is durable */
    Ends(
            Shelf shelf,
            DeadLetters letters,
            Listing listing,
            Ownership shards,
            Schemas schemas,
            InstantSource clock,
            Told told) {
        this.shelf = shelf;
        this.letters = letters;
        this.listing = listing;
        this.shards = shards;
        this.schemas = schemas;
        this.clock = clock;
        this.told = told;
    }

    Optional<Parked> end(Case it, ExecutionStatus status, Optional<Bytes> output, Optional<Fault> error)
            throws InterruptedException {
        Instant now = clock.instant();
        if (it.standing().status() == ExecutionStatus.QUEUED && !ExecutionStatus.QUEUED.mayBecome(status)) {
            it.stands(it.standing().running(now)); // what is decided about it was decided by carrying it
        }
        if (status == ExecutionStatus.SUCCEEDED) {
            it.story().log(Unawaited.told(it.story(), now));
        }
        ObjectNode last = it.story().nothing().put("status", status.word());
        error.ifPresent(fault -> last.set("fault", Faulted.write(schemas, fault)));
        it.story().add(Line.ENDED, now.toEpochMilli(), last);
        Shown shown = it.ended(status, output, error, now);
        List<Change> kept = new ArrayList<>(shelf.put(shown));
        it.order().parent().ifPresent(parent -> kept.addAll(tell(it.order(), parent, output, error)));
        for (long number : Bound.calls(it.story())) {
            String child = Children.id(it.order().id(), number);
            kept.addAll(Inbox.cancel(schemas, it.order().tenant(), child, shards.shardOf(child), over(it)));
        }
        Handling.underWay(it.story()).ifPresent(attempt -> {
            String handler = Children.handler(it.order().id(), attempt);
            kept.addAll(Inbox.terminate(schemas, it.order().tenant(), handler, shards.shardOf(handler), over(it)));
        });
        if (status == ExecutionStatus.DEAD_LETTERED) {
            kept.add(letters.put(shown, now));
        }
        Due stays = it.end(kept, now);
        it.stands(it.standing().ended(status, now));
        listing.ended(shown, stays);
        told.ended(shown);
        return Optional.empty();
    }

    private static String over(Case it) {
        return "The execution that started this one, " + it.order().id() + ", has ended";
    }

    private List<Change> tell(Order order, Order.Parent parent, Optional<Bytes> output, Optional<Fault> error) {
        ObjectNode json = schemas.object().put("kind", "child").put("child", order.id());
        Optional<Bytes> answer = output.filter(_ -> parent.wantsAnswer());
        Optional<Fault> fault = error.isPresent() || answer.map(Bytes::size).orElse(0) <= LARGEST_FOR_A_PARENT
                ? error
                : Optional.of(Fault.of(
                        Fault.QUOTA_EXCEEDED,
                        Fault.Owner.FUNCTION,
                        "The answer of " + order.id() + " is too large for a caller that waits: "
                                + answer.get().size() + " bytes of at most " + LARGEST_FOR_A_PARENT));
        fault.ifPresentOrElse(
                it -> json.set("fault", Faulted.write(schemas, it)),
                () -> json.set("output", schemas.parse(answer.orElse(Schemas.NULL))));
        return Inbox.put(
                schemas, order.tenant(), parent.id(), shards.shardOf(parent.id()), "child-" + order.id(), json);
    }

    static Execution record(Shown shown) {
        Order order = shown.order();
        Instant started = shown.startedAt().orElse(order.createdAt());
        Instant finished = shown.finishedAt().orElse(started);
        Used used = Used.of(shown.lines());
        return new Execution(
                order.id(),
                order.tenant(),
                order.function(),
                order.version(),
                shown.plugin(),
                shown.status(),
                shown.mode(),
                order.principal().type() + "/" + order.principal().id(),
                order.correlationId(),
                TraceContext.parse(order.traceparent())
                        .map(TraceContext::traceId)
                        .orElse(""),
                order.createdAt(),
                Duration.between(order.createdAt(), started),
                Duration.between(started, finished),
                new Execution.Usage(used.cpu(), used.peakBytes(), used.steps()),
                false,
                shown.error(),
                shown.output().filter(bytes -> bytes.size() <= SMALL),
                shown.output().map(Bytes::size).orElse(0),
                shown.logs());
    }
}
