package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Difference;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Moves executions to other versions, where nothing of theirs runs: the owner of an execution takes this between two stretches, tries
 * the journal as it is then, and writes the new version with what says so in one commit, or why not.
 */
record Moves(Bench bench, Papers papers, InstantSource clock) {
    void take(Case it, Message message) throws InterruptedException {
        it.mail().consume(message);
        Order order = it.order();
        int version = message.body().path("version").intValue(0);
        if (version == order.version()) {
            return;
        }
        ObjectNode line = it.story()
                .nothing()
                .put("was", order.version())
                .put("version", version)
                .put("message", message.id());
        Optional<String> why = refusal(it, version, line);
        Optional<Duration> timeout = bench.timeout(order, version);
        if (why.isPresent() || timeout.isEmpty()) {
            line.put("why", why.orElse("version " + version + " is not there any more"));
            it.story().add(Line.NOT_MOVED, clock.millis(), line);
            it.save(it.story(), List.of());
            return;
        }
        Order next = order.on(version, timeout.get());
        it.story().add(Line.MOVED, clock.millis(), line);
        it.save(
                it.story(),
                List.of(new Change.Put(
                        Keys.order(order.tenant(), order.id()), papers.write(next), Expectation.anything())));
        it.moved(next);
    }

    private Optional<String> refusal(Case it, int version, ObjectNode line) throws InterruptedException {
        if (it.story().isEmpty()) {
            return Optional.empty(); // nothing was asked that could be asked otherwise
        }
        return switch (bench.rehearse(it.order(), it.standing().attempt(), it.story(), version)) {
            case Rehearsed.Same _, Rehearsed.Ended _ -> Optional.empty();
            case Rehearsed.Unknown(String why) -> Optional.of(why);
            case Rehearsed.Differs(Difference difference) -> {
                line.put("step", difference.number());
                yield Optional.of("call " + difference.number() + " was " + difference.expected() + ", and is "
                        + difference.found());
            }
        };
    }
}
