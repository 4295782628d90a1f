package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why an accepted execution is where it is, in words. */
final class Reasons {
    private final Schemas schemas;

    Reasons(Schemas schemas) {
        this.schemas = schemas;
    }

    String why(Shown shown, String owner) {
        if (shown.status().ended()) {
            return shown.error().map(fault -> "it ended: " + fault.message()).orElse("it ended well")
                    + notUndone(shown);
        }
        String until = shown.due().map(at -> " until " + at).orElse("");
        return switch (shown.why()) {
            case "timer" -> sleeps(shown).orElse("it sleeps" + until);
            case "event" ->
                "it waits for an event" + until + "; POST /api/v1/executions/"
                        + shown.order().id() + ":signal brings one: " + events(shown);
            case "approval" ->
                "it waits for a person's decision" + until + "; GET /api/v1/executions/"
                        + shown.order().id() + " has the address at which it is taken";
            case "child" ->
                shown.status() == ExecutionStatus.COMPENSATING
                        ? "it waits for the end of what is called at its own"
                        : "it waits for an execution that it started" + until;
            case "retry" ->
                "its last attempt failed, and the next is due" + until.replace(" until", " at") + failure(shown);
            case "platform" ->
                "the platform failed it, and tries again" + until.replace(" until", " at") + failure(shown);
            case Gate.WHY -> "it is held: " + held(shown) + until.replace(" until", "; at the most until");
            case "held" -> "it was held by a pause, and goes on now";
            case "operator" ->
                "a step was under way when its process or worker ended, and nobody knows what became of it; POST /api/v1/executions/"
                        + shown.order().id() + ":resolve {step, outcome} says it: " + unknown(shown);
            case "plugin" ->
                "it waits: it " + needs(shown) + "; it is looked at again" + until.replace(" until", " at");
            case "paused" -> "it was paused; POST /api/v1/jobs/" + shown.order().id() + ":resume lets it go on";
            default ->
                switch (shown.status()) {
                    case QUEUED -> "it is in the queue of " + owner;
                    case SUSPENDED -> "it goes on now, carried by " + owner;
                    default -> "it is carried by " + owner + gates(shown);
                };
        };
    }

    /** What of it is held while the rest goes on. */
    private static String gates(Shown shown) {
        String held = held(shown);
        return held.isEmpty() ? "" : "; held: " + held;
    }

    /** The calls that gates hold, and how to let them go on. */
    private static String held(Shown shown) {
        return Gate.all(shown.lines()).stream()
                .filter(gate -> gate.state() == Gate.State.HELD)
                .map(gate -> gate.when().word() + " \"" + gate.step() + "\" (call "
                        + gate.call().orElse(-1L) + "), since " + gate.since() + ", by the gate " + gate.id() + " of "
                        + gate.by() + "; PUT "
                        + GateRoutes.release(shown.order().id(), gate.id()) + " lets it go on")
                .collect(Collectors.joining("; "));
    }

    /** If it wants to sleep for longer than it may take at all. */
    private Optional<String> sleeps(Shown shown) {
        Instant until = shown.order().until();
        return open(shown, "sleep")
                .map(line -> Instant.ofEpochMilli(line.at()).plusMillis(line.whole("ms")))
                .min(Comparator.naturalOrder())
                .filter(at -> at.isAfter(until) && ShownViews.overdue(shown).isEmpty())
                .map(
                        at -> "it sleeps until " + at + ", but may take no longer than until " + until
                                + " (traits.workflow.maxSuspensionDays); what becomes of it then is traits.workflow.onSuspensionLimit");
    }

    /** What its last attempt failed with. */
    private String failure(Shown shown) {
        Story story = Story.of(schemas, shown.lines());
        return shown.lines().reversed().stream()
                .filter(line -> line.type().equals(Line.FAILED) && line.json().has("fault"))
                .findFirst()
                .flatMap(line -> story.fault(line).message().lines().findFirst())
                .map(message -> ": " + message)
                .orElse("");
    }

    /** The events that it waits for: their types, and which of them fit. */
    private String events(Shown shown) {
        return open(shown, "event")
                .map(line -> "\"" + line.text("type") + "\""
                        + (line.text("filter").isEmpty() ? "" : " with " + line.text("filter")))
                .distinct()
                .collect(Collectors.joining(", or "));
    }

    /** The calls of this kind that nothing has answered. */
    private Stream<Line> open(Shown shown, String call) {
        Story story = Story.of(schemas, shown.lines());
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.ASKED)
                        && line.text("call").equals(call)
                        && story.answered(line.number()).isEmpty());
    }

    /** The steps that could not be undone, which somebody has to look at. */
    private String notUndone(Shown shown) {
        Story story = Story.of(schemas, shown.lines());
        String steps = shown.lines().stream()
                .filter(line -> line.type().equals(Line.UNDONE) && line.json().has("fault"))
                .map(line -> "step " + line.number() + " (\"" + label(story, line) + "\"): "
                        + story.fault(line).message())
                .collect(Collectors.joining("; "));
        return steps.isEmpty() ? "" : "; it could not be undone: " + steps;
    }

    private static String label(Story story, Line line) {
        return story.asked(line.number()).map(asked -> asked.text("label")).orElse("");
    }

    private static String needs(Shown shown) {
        return shown.lines().stream()
                .filter(line -> line.json().has("needs"))
                .reduce((_, later) -> later)
                .map(line -> line.text("needs"))
                .orElse("needs another version of a plugin");
    }

    /** The steps of which nobody knows what became of them. */
    private String unknown(Shown shown) {
        Story story = Story.of(schemas, shown.lines());
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.ASKED) && story.inFlight(line.number()) > 0)
                .map(line -> "step " + line.number() + " (\"" + line.text("label") + "\")")
                .collect(Collectors.joining(", "));
    }
}
