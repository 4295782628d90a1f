package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an open execution may be told: to stop, to wait, to go on, and what has happened. */
final class ControlRoutes {
    private static final String JOB = "/api/v1/jobs/{id}";
    private static final String EXECUTION = "/api/v1/executions/{id}";
    private static final long SMALL = 64 * 1024;

    private final Durable durable;
    private final Schemas schemas;

    ControlRoutes(Durable durable, Schemas schemas) {
        this.durable = durable;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                JOB + ":cancel",
                Permission.INVOKE,
                SMALL,
                "Cancel a job",
                "Reason",
                (x, dryRun) -> tell(x, "cancel", dryRun));
        router.add(
                "POST",
                JOB + ":pause",
                Permission.INVOKE,
                SMALL,
                "Pause a job",
                "Reason",
                (x, dryRun) -> tell(x, "pause", dryRun));
        router.add(
                "POST",
                JOB + ":resume",
                Permission.INVOKE,
                SMALL,
                "Let a paused job go on",
                "Reason",
                (x, dryRun) -> tell(x, "resume", dryRun));
        router.add(
                "POST",
                EXECUTION + ":terminate",
                Permission.INVOKE,
                SMALL,
                "End an execution as it is, undoing nothing; what is being undone, too",
                "Reason",
                (x, dryRun) -> tell(x, "terminate", dryRun));
        router.add(
                "POST",
                EXECUTION + ":signal",
                Permission.INVOKE,
                SMALL * 4,
                "Tell an execution of an event",
                "Signal",
                this::signal);
        router.add(
                "POST",
                EXECUTION + ":resolve",
                Permission.INVOKE,
                SMALL * 4,
                "Say what became of a step that was under way when its process ended",
                "Resolve",
                this::resolve);
    }

    /** Says what became of a step that was under way when its process ended. */
    private void resolve(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = require(x);
        Story story = Story.of(schemas, shown.lines());
        Line step = step(shown, story, body.path("step"));
        String outcome = body.path("outcome").stringValue("");
        int begun = story.inFlight(step.number());
        ObjectNode json = schemas.object()
                .put("kind", "resolve")
                .put("step", step.number())
                .put("begun", begun)
                .put("outcome", outcome)
                .put("by", x.principal().type() + "/" + x.principal().id());
        switch (outcome) {
            case "done" -> {
                if (!body.has("output")) {
                    throw Refusal.field(ErrorType.MALFORMED, "/output", "expected what the step answered", "nothing");
                }
                json.set("output", body.get("output"));
            }
            case "failed" -> {
                String why = body.path("error").stringValue("It was said that the step failed");
                json.set("fault", Faulted.write(schemas, Fault.of(Fault.CODE, Fault.Owner.FUNCTION, why)));
            }
            case "retry" -> {}
            default ->
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "/outcome",
                        "expected done, failed or retry",
                        body.path("outcome").toString());
        }
        ObjectNode answer = schemas.object()
                .put("executionId", shown.order().id())
                .put("step", step.number())
                .put("outcome", outcome);
        if (dryRun) {
            x.answer(200, answer.put("dryRun", true));
            return;
        }
        // one message for each attempt: who comes first has said it
        String message = "resolve-" + step.number() + "-" + begun;
        if (!durable.tellFirst(x.principal().tenant(), shown.order().id(), message, json)) {
            throw Refusal.of(ErrorType.INVALID_STATE, "What became of step " + step.number() + " was said already")
                    .with("currentStatus", shown.status().id());
        }
        x.answer(202, answer);
    }

    private static Line step(Shown shown, Story story, JsonNode given) {
        if (shown.status() != ExecutionStatus.SUSPENDED) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "No step waits to be resolved: the execution is "
                                    + shown.status().word())
                    .with("currentStatus", shown.status().id());
        }
        List<Line> waiting = shown.lines().stream()
                .filter(line -> line.type().equals(Line.ASKED) && story.inFlight(line.number()) > 0)
                .toList();
        List<Line> meant = waiting.stream()
                .filter(line -> given.isIntegralNumber()
                        ? line.number() == given.longValue()
                        : line.text("label").equals(given.stringValue("")))
                .toList();
        if (meant.size() != 1) {
            throw Refusal.field(
                    waiting.isEmpty() ? ErrorType.INVALID_STATE : ErrorType.VALIDATION,
                    "/step",
                    "expected the number or label of one that waits; there are "
                            + waiting.stream().map(Line::number).toList(),
                    given.isMissingNode() ? "nothing" : given.toString());
        }
        return meant.getFirst();
    }

    /** A plain call has a record, but nothing that can be told what to do or looked into. */
    static Refusal notAccepted(String id) {
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "There is no accepted execution \"" + id
                        + "\"; only workflows, and calls that were made asynchronously, are accepted");
    }

    private Shown require(Exchange x) throws InterruptedException {
        String id = x.parameter("id");
        return durable.find(x.principal().tenant(), id).orElseThrow(() -> notAccepted(id));
    }

    /** Tells an open execution what to do; 409 if it does not lead there from where it is. */
    void tell(Exchange x, String what, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = require(x);
        ExecutionStatus status = shown.status();
        boolean paused = shown.why().equals("paused");
        boolean possible = switch (what) {
            case "cancel" -> !status.ended() && status != ExecutionStatus.COMPENSATING;
            case "terminate" -> !status.ended();
            case "pause" -> !status.ended() && status != ExecutionStatus.COMPENSATING && !paused;
            default -> paused;
        };
        if (!possible) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Not possible (" + what + "): the execution is " + status.word()
                                    + (paused ? ", paused" : ""))
                    .with("currentStatus", status.id());
        }
        ObjectNode json =
                schemas.object().put("kind", what).put("at", Instant.now().toString());
        if (body.path("reason").isString()) {
            json.put("reason", body.get("reason").stringValue());
        }
        String id = shown.order().id();
        if (!dryRun) {
            durable.tell(
                    x.principal().tenant(),
                    id,
                    what + "-" + shown.attempt() + "-" + shown.lines().size(),
                    json);
        }
        ExecutionStatus next = switch (what) {
            case "terminate" ->
                status == ExecutionStatus.COMPENSATING ? ExecutionStatus.DEAD_LETTERED : ExecutionStatus.CANCELED;
            case "cancel" -> ExecutionStatus.CANCELED;
            case "pause" -> status == ExecutionStatus.QUEUED ? status : ExecutionStatus.SUSPENDED;
            default -> ExecutionStatus.RUNNING;
        };
        ObjectNode answer = schemas.object()
                .put("job_id", id)
                .put("executionId", id)
                .put("status", next.id())
                .put("message", "the execution " + (dryRun ? "would be" : "is") + " told to " + what);
        if (dryRun) {
            x.answer(200, answer.put("dryRun", true));
        } else {
            x.answer(202, answer);
        }
    }

    private void signal(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        if (!body.path("type").isString()) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/type",
                    "expected the type of an event",
                    body.path("type").toString());
        }
        Shown shown = require(x);
        if (shown.status().ended()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "The execution has ended: it is " + shown.status().word())
                    .with("currentStatus", shown.status().id());
        }
        JsonNode event = body.has("payload") ? body.get("payload") : body.path("event");
        // of one without a name nobody knows that it is an earlier one: a request's id may be that of many requests
        String name = body.path("id").isString() ? body.get("id").stringValue() : durable.newId();
        if (!name.matches("[!-.0-~]{1,128}")) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "/id", "expected 1 to 128 printable characters without /", "\"" + name + "\"");
        }
        ObjectNode answer =
                schemas.object().put("executionId", shown.order().id()).put("accepted", true);
        if (dryRun) {
            x.answer(200, answer.put("dryRun", true));
            return;
        }
        durable.tell(
                x.principal().tenant(),
                shown.order().id(),
                "event-" + name,
                durable.signal(
                        body.get("type").stringValue(), event.isMissingNode() ? Schemas.NULL : schemas.bytes(event)));
        x.answer(202, answer);
    }
}
