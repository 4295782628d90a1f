package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.durable.journal.Registered;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes over plain calls that failed and had registered what is to be called then: from the commit on such a call is an execution
 * like any other that is being compensated, under the id that it had. Thread-safe.
 */
public final class Takeover {
    private static final int TRIES = 4;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Finding finding;
    private final Reception reception;
    private final Papers papers;
    private final Schemas schemas;
    private final Consumer<String> counted;

    Takeover(Finding finding, Reception reception, Papers papers, Schemas schemas, Telemetry telemetry) {
        this.finding = finding;
        this.reception = reception;
        this.papers = papers;
        this.schemas = schemas;
        this.counted = counted(telemetry);
    }

    /** Counts how compensations ended, as {@code plugin.compensations.total}. */
    static Consumer<String> counted(Telemetry telemetry) {
        return outcome -> telemetry
                .counter(
                        "plugin.compensations.total",
                        "Compensations that plain calls had registered, by outcome",
                        Map.of("outcome", outcome))
                .add(1);
    }

    /**
     * Takes a call over; it is kept when this returns.
     *
     * @param order of the call, under its own id
     * @param failed how it ended
     * @param registered what it registered, in that order
     * @throws PluginFailure if the store takes nothing
     */
    public void take(Order order, Execution failed, int memoryMb, List<Compensation> registered)
            throws InterruptedException {
        List<Change> changes = changes(order, failed, memoryMb, registered);
        Duration pause = PAUSE;
        for (int tried = 1; ; tried++) {
            try {
                reception.takeOver(order, changes);
                return;
            } catch (Refusal e) {
                if (tried > 1 && e.type() == ErrorType.CONFLICT) {
                    return; // nobody else has this id: a try whose answer was lost went through
                }
                throw e;
            } catch (PluginFailure e) {
                if (tried == TRIES) {
                    registered.forEach(_ -> counted.accept("lost"));
                    throw e;
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
    }

    private List<Change> changes(Order order, Execution failed, int memoryMb, List<Compensation> registered) {
        Fault why = Records.bounded(failed).error().orElseThrow();
        Instant began = failed.createdAt().plus(failed.queued());
        long ended = failed.finishedAt().toEpochMilli();
        Story story = new Story(schemas);
        story.add(Line.BEGAN, began.toEpochMilli(), story.nothing().put("attempt", 1));
        for (Compensation each : registered) {
            story.add(Line.REGISTERED, ended, Registered.told(story.nothing(), each, schemas.parse(each.input())));
        }
        story.log(failed.logs());
        Execution.Usage usage = failed.usage();
        Used.of(failed.duration(), usage.cpu(), usage.peakBytes(), usage.steps(), memoryMb)
                .tell(story, ended);
        ObjectNode undoing = story.nothing().put("canceled", false).put("mode", failed.mode());
        undoing.set("fault", Faulted.write(schemas, why));
        story.add(Line.UNDOING, ended, undoing);

        List<Change> changes = new ArrayList<>();
        List<Bytes> segments = story.unsaved();
        for (int i = 0; i < segments.size(); i++) {
            changes.add(new Change.Put(
                    Keys.segment(order.tenant(), order.id(), i), Packed.pack(segments.get(i)), Expectation.absent()));
        }
        Standing standing = Standing.queued(order.createdAt())
                .running(began)
                .compensating(began)
                .with(segments.size());
        changes.add(new Change.Put(
                Keys.standing(order.tenant(), order.id()),
                papers.write(standing, failed.plugin()),
                Expectation.absent()));
        return changes;
    }

    /** A call that was taken over, with why it failed; also while it is open. */
    public Optional<Execution> find(Name tenant, String id) throws InterruptedException {
        Optional<Shown> shown = finding.find(tenant, id);
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        Execution execution = Ends.record(shown.get());
        if (execution.error().isPresent()) {
            return Optional.of(execution);
        }
        Story story = Story.of(schemas, shown.get().lines());
        return story.undoing().map(line -> execution.failedBy(story.fault(line)));
    }
}
