package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Difference;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.durable.journal.Segments;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Starts executions whose journal begins as another's: what was settled before a call is taken over, and nothing of it runs again.
 * The other stays as it is, open or ended.
 */
final class Forks {
    /** What fits into one commit of every store. */
    private static final int LARGEST = 8 * 1024 * 1024;

    private static final int SUSPENSION_DAYS = 30;

    /** What was asked and answered; attempts that are not settled are not the new one's. */
    private static final Set<String> TAKEN = Set.of(Line.ASKED, Line.ANSWERED, Line.SIGNAL, Line.CHECKPOINT);

    private final Rehearser rehearser;
    private final Reception reception;
    private final Catalog catalog;
    private final Papers papers;
    private final Schemas schemas;
    private final InstantSource clock;

    Forks(
            Rehearser rehearser,
            Reception reception,
            Catalog catalog,
            Papers papers,
            Schemas schemas,
            InstantSource clock) {
        this.rehearser = rehearser;
        this.reception = reception;
        this.catalog = catalog;
        this.papers = papers;
        this.schemas = schemas;
        this.clock = clock;
    }

    Rehearsals.Forked fork(String id, Shown from, Rehearsals.Wish wish, boolean dryRun) throws InterruptedException {
        Story whole = Story.of(schemas, from.lines());
        long at = number(whole, wish.from());
        refuseUndone(from, at);
        Order order = order(id, from, wish);
        Rehearsed rehearsed = rehearser.rehearse(asBefore(from.order(), order), from.attempt(), whole, wish.version());
        Optional<Difference> difference = rehearsed.firstDifference();
        if (rehearsed instanceof Rehearsed.Unknown(String why)) {
            throw Refusal.of(
                    ErrorType.INVALID_STATE,
                    "It cannot be shown what version "
                            + wish.version().version().text() + " does with this journal: " + why);
        }
        if (difference.filter(it -> it.number() < at).isPresent()) {
            throw differs(schemas, wish.version(), difference.get());
        }
        if (!dryRun) {
            List<Line> lines = lines(from, order, at);
            lines.addAll(gates(order, wish.gates()));
            reception.acceptBegun(order, begin(order, lines, at));
        }
        return new Rehearsals.Forked(id, at, difference);
    }

    static Refusal differs(Schemas schemas, Deployed version, Difference difference) {
        return Refusal.of(
                        ErrorType.INVALID_STATE,
                        "Version " + version.version().text() + " does not do again what was done: call "
                                + difference.number() + " was " + difference.expected() + ", and is "
                                + difference.found())
                .with("difference", Rehearsals.told(schemas, difference));
    }

    /** The number of the call that is meant, by itself or by its label. */
    private static long number(Story story, String from) {
        if (from.matches("[0-9]{1,9}")) {
            long number = Long.parseLong(from);
            if (number > story.calls()) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/from",
                        "expected the number of a call, 0 to " + story.calls(),
                        Long.toString(number));
            }
            return number;
        }
        List<Line> named = story.lines().stream()
                .filter(line ->
                        line.type().equals(Line.ASKED) && line.text("label").equals(from))
                .toList();
        if (named.size() == 1) {
            return named.getFirst().number();
        }
        throw Refusal.field(
                ErrorType.VALIDATION,
                "/from",
                named.isEmpty()
                        ? "expected the number of a call or the label of a step" + labels(story)
                        : "several steps have this label; expected the number of one of "
                                + named.stream().map(Line::number).toList(),
                "\"" + from + "\"");
    }

    private static String labels(Story story) {
        List<String> labels = story.lines().stream()
                .filter(line ->
                        line.type().equals(Line.ASKED) && !line.text("label").isEmpty())
                .limit(20)
                .map(line -> "\"" + line.text("label") + "\" (" + line.number() + ")")
                .toList();
        return labels.isEmpty() ? ", of which it has none" : "; there are " + labels;
    }

    /** What was undone is not there any more to be taken over. */
    private static void refuseUndone(Shown from, long at) {
        from.lines().stream()
                .filter(line -> line.type().equals(Line.UNDONE) && line.number() < at)
                .mapToLong(Line::number)
                .min()
                .ifPresent(number -> {
                    throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Call " + number
                                    + " was undone when the execution was compensated, and its result cannot be"
                                    + " taken over; fork from " + number + " or before");
                });
    }

    /** The order as the code is to see it in a rehearsal: it is the execution that it was, on the new input. */
    private static Order asBefore(Order was, Order next) {
        return new Order(
                was.id(),
                was.tenant(),
                was.function(),
                next.version(),
                was.kind(),
                next.input(),
                was.principal(),
                was.correlationId(),
                was.traceparent(),
                was.depth(),
                was.createdAt(),
                next.timeout(),
                was.until(),
                was.parent(),
                was.origin(),
                was.clientId());
    }

    private Order order(String id, Shown from, Rehearsals.Wish wish) {
        Order was = from.order();
        Instant now = clock.instant();
        Principal by = wish.by();
        int days = wish.version()
                .traitsJson()
                .path("workflow")
                .path("maxSuspensionDays")
                .intValue(SUSPENSION_DAYS);
        return new Order(
                id,
                was.tenant(),
                was.function(),
                wish.version().version().number(),
                was.kind(),
                wish.input().orElse(was.input()),
                by,
                was.correlationId(),
                was.traceparent(),
                0,
                now,
                Duration.ofSeconds(wish.version().version().timeoutSeconds()),
                now.plus(Duration.ofDays(days)),
                Optional.empty(),
                Optional.of(new Order.Origin("fork", was.id())),
                was.clientId());
    }

    /** What is written of an execution that is held at gates from its beginning. */
    List<Change> gated(Order order, List<Gate.Wish> gates, List<Change> more) {
        List<Change> changes = begin(order, gates(order, gates), 0);
        changes.addAll(more);
        return changes;
    }

    private List<Line> gates(Order order, List<Gate.Wish> gates) {
        Principal by = order.principal();
        return gates.stream()
                .map(gate -> new Line(schemas.object()
                        .put("t", Line.GATE)
                        .put("at", order.createdAt().toEpochMilli())
                        .put("gate", gate.id())
                        .put("when", gate.when().word())
                        .put("step", gate.step())
                        .put("by", by.type() + "/" + by.id())))
                .toList();
    }

    /** One commit: from then on it is an execution as any other. */
    private List<Change> begin(Order order, List<Line> lines, long at) {
        List<Bytes> segments = Segments.of(schemas, lines);
        int size = segments.stream().mapToInt(Bytes::size).sum();
        if (size > LARGEST) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The journal up to call " + at + " has " + size + " bytes; at most " + LARGEST + " are taken over");
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Key key = Keys.segment(order.tenant(), order.id(), i);
            changes.add(new Change.Put(key, Packed.pack(segments.get(i)), Expectation.absent()));
        }
        Standing standing = Standing.queued(order.createdAt()).with(segments.size());
        changes.add(new Change.Put(
                Keys.standing(order.tenant(), order.id()), papers.write(standing, ""), Expectation.absent()));
        return changes;
    }

    /** Whether a gate holds or held what a call was answered, which it was. */
    private static boolean isAnswer(Line line) {
        return line.type().equals(Line.HELD)
                && (line.json().has("value") || line.json().has("fault"));
    }

    /** What a gate holds of the other is an answer here. */
    private static Line answer(Line held) {
        ObjectNode json = held.json().deepCopy().put("t", Line.ANSWERED);
        json.remove(List.of("gate", "when"));
        return new Line(json);
    }

    /** All up to the call, and later answers to what was asked before it: what is settled is not done again. */
    private List<Line> lines(Shown from, Order order, long at) throws InterruptedException {
        List<Line> taken = new ArrayList<>();
        ObjectNode began = schemas.object()
                .put("t", Line.BEGAN)
                .put("at", order.createdAt().toEpochMilli())
                .put("attempt", 1);
        Story whole = Story.of(schemas, from.lines());
        OptionalInt dialect = whole.dialect();
        (dialect.isPresent() ? dialect : catalog.dialect(order.tenant(), order.function(), order.version()))
                .ifPresent(it -> began.put("dialect", it));
        taken.add(new Line(began));
        boolean before = true;
        for (Line line : from.lines()) {
            before &= !(line.type().equals(Line.ASKED) && line.number() >= at);
            boolean settles = line.number() >= 0
                    && line.number() < at
                    && (line.type().equals(Line.ANSWERED) || line.type().equals(Line.SIGNAL));
            if (TAKEN.contains(line.type()) && (before || settles)) {
                taken.add(line);
            } else if (line.number() < at && isAnswer(line)) {
                taken.add(whole.answered(line.number()).isPresent() ? line : answer(line));
            }
        }
        taken.add(new Line(schemas.object()
                .put("t", Line.FORKED)
                .put("at", order.createdAt().toEpochMilli())
                .put("of", from.order().id())
                .put("from", at)
                .put("was", from.order().version())
                .put("version", order.version())));
        return taken;
    }
}
