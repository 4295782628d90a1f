package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Approval;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.TraceContext;
import dev.dovetail.spi.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Accepted executions as JSON: as executions, as jobs, and their journals as timelines. */
final class ShownViews {
    private final Views views;
    private final JobViews jobs;
    private final CompensationViews compensations;
    private final Schemas schemas;

    ShownViews(Views views, Schemas schemas) {
        this.views = views;
        this.jobs = new JobViews(views, schemas);
        this.compensations = new CompensationViews(views, schemas);
        this.schemas = schemas;
    }

    ObjectNode summary(Shown shown) {
        Order order = shown.order();
        ObjectNode json = schemas.object()
                .put("id", order.id())
                .put("status", shown.status().id())
                .put("function", order.function().text())
                .put("version", order.version())
                .put("mode", shown.mode())
                .put("kind", order.kind())
                .put("attempt", shown.attempt())
                .put(
                        "initiator",
                        order.principal().type() + "/" + order.principal().id())
                .put("correlationId", order.correlationId())
                .put("traceId", traceId(order));
        if (!shown.plugin().isEmpty()) {
            json.put("plugin", shown.plugin());
        }
        Views.time(json, "createdAt", order.createdAt());
        shown.startedAt().ifPresent(at -> Views.time(json, "startedAt", at));
        shown.finishedAt().ifPresent(at -> {
            Views.time(json, "finishedAt", at);
            json.put(
                    "durationMs",
                    Views.millis(Duration.between(shown.startedAt().orElse(order.createdAt()), at)));
        });
        if (!shown.why().isEmpty()) {
            json.put("waitsFor", shown.why());
            shown.due().ifPresent(at -> Views.time(json, "due", at));
        }
        order.parent().ifPresent(parent -> json.put("parentExecutionId", parent.id()));
        order.origin().ifPresent(origin -> json.put(origin.how() + "Of", origin.id()));
        return json;
    }

    static String traceId(Order order) {
        return TraceContext.parse(order.traceparent())
                .map(TraceContext::traceId)
                .orElse("");
    }

    ObjectNode execution(Shown shown) {
        ObjectNode json = summary(shown);
        json.set("input", schemas.parse(shown.order().input()));
        shown.output().ifPresent(output -> json.set("output", schemas.parse(output)));
        shown.error().or(() -> cause(shown)).ifPresent(fault -> json.set("error", views.fault(fault)));
        compensations.addTo(json, shown.lines());
        overdue(shown).ifPresent(at -> Views.time(json, "overdueSince", at));
        Used used = Used.of(shown.lines());
        if (!used.equals(Used.NOTHING)) {
            metrics(json.putObject("metrics"), used);
        }
        return json;
    }

    /** Why one is compensated that has not ended. */
    private Optional<Fault> cause(Shown shown) {
        Story story = Story.of(schemas, shown.lines());
        return story.undoing().map(story::fault);
    }

    private static void metrics(ObjectNode metrics, Used used) {
        metrics.put("durationMs", Views.millis(used.ran()))
                .put("billedDurationMs", used.billed().toMillis())
                .put("cpuTimeMs", Views.millis(used.cpu()))
                .put("memoryLimitMb", used.limitMb())
                .put("maxMemoryUsedMb", used.peakBytes() / 1024.0 / 1024.0)
                .put("steps", used.steps());
    }

    /** Since when it has taken longer than it may, if it goes on all the same. */
    static Optional<Instant> overdue(Shown shown) {
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.OVERDUE))
                .map(line -> Instant.ofEpochMilli(line.at()))
                .findFirst();
    }

    /** The same as the jobs API has it. */
    ObjectNode job(Shown shown) {
        return jobs.job(shown);
    }

    ObjectNode timeline(Exchange x, Shown shown, int from) {
        int limit = x.limit();
        ObjectNode json = schemas.object().put("executionId", shown.order().id());
        ArrayNode items = json.putArray("items");
        Map<Long, Line> asked = new HashMap<>();
        int at = 0;
        Optional<String> next = Optional.empty();
        for (Line line : shown.lines()) {
            if (line.type().equals(Line.ASKED)) {
                asked.put(line.number(), line);
            }
            Optional<ObjectNode> event = event(line, Optional.ofNullable(asked.get(line.number())));
            if (event.isEmpty() || at++ < from) {
                continue;
            }
            if (items.size() == limit) {
                next = Optional.of(Integer.toString(from + limit));
                break;
            }
            items.add(event.get());
        }
        Cursors.write(x, json, next);
        return json;
    }

    private Optional<ObjectNode> event(Line line, Optional<Line> call) {
        boolean step = call.map(it -> it.text("call").equals("step")).orElse(false);
        boolean fault = line.json().has("fault");
        boolean approval = line.text("call").equals(Approval.CALL);
        return switch (line.type()) {
            case Line.BEGAN -> event(line, "started", ExecutionStatus.RUNNING);
            case Line.ASKED ->
                event(line, step ? "step_started" : approval ? "approval_requested" : "called", ExecutionStatus.RUNNING)
                        .map(it -> named(it, line));
            case Line.TRIED ->
                event(line, "step_retried", ExecutionStatus.RUNNING).map(it -> named(it, call.orElse(line)));
            case Line.ANSWERED ->
                event(line, step ? fault ? "step_failed" : "step_completed" : "answered", ExecutionStatus.RUNNING)
                        .map(it -> took(named(it, call.orElse(line)), call, line));
            case Line.SUSPENDED -> event(line, "suspended", ExecutionStatus.SUSPENDED);
            case Line.RESUMED -> event(line, "resumed", ExecutionStatus.RUNNING);
            case Line.SIGNAL -> event(line, "signal_received", ExecutionStatus.RUNNING);
            case Line.OVERDUE -> event(line, "suspension_limit_reached", ExecutionStatus.SUSPENDED);
            case Line.CHECKPOINT -> event(line, "checkpoint_created", ExecutionStatus.RUNNING);
            case Line.RESOLVED ->
                event(line, "step_resolved", ExecutionStatus.RUNNING).map(it -> named(it, call.orElse(line)));
            case Line.GATE -> event(line, "gate_set", ExecutionStatus.RUNNING);
            case Line.HELD -> event(line, "gate_held", ExecutionStatus.RUNNING).map(it -> named(it, call.orElse(line)));
            case Line.RELEASED -> {
                boolean deleted = line.json().has("deleted");
                boolean other = line.json().has("value");
                yield event(line, deleted ? "gate_deleted" : "gate_released", ExecutionStatus.RUNNING)
                        .map(it -> call.map(its -> named(it, its)).orElse(it))
                        .map(it -> other ? it.put("message", "with another output") : it);
            }
            case Line.MOVED -> event(line, "moved", ExecutionStatus.RUNNING);
            case Line.NOT_MOVED -> event(line, "move_refused", ExecutionStatus.RUNNING);
            case Line.FORKED -> event(line, "forked", ExecutionStatus.QUEUED);
            case Line.FAILED -> event(line, "attempt_failed", ExecutionStatus.QUEUED);
            case Line.UNDOING -> event(line, "compensation_started", ExecutionStatus.COMPENSATING);
            case Line.UNDONE ->
                event(line, fault ? "compensation_failed" : "compensation_completed", ExecutionStatus.COMPENSATING)
                        .map(it -> named(it, call.orElse(line)));
            case Line.HANDLING ->
                event(line, "compensation_started", ExecutionStatus.COMPENSATING)
                        .filter(_ -> line.json().has("function"));
            case Line.HANDLED ->
                event(line, fault ? "compensation_failed" : "compensation_completed", ExecutionStatus.COMPENSATING);
            case Line.ENDED ->
                event(
                        line,
                        line.text("status"),
                        ExecutionStatus.find(line.text("status")).orElse(ExecutionStatus.FAILED));
            default -> Optional.empty();
        };
    }

    private static ObjectNode named(ObjectNode event, Line call) {
        String kind = call.text("call");
        if (kind.equals(Approval.CALL)) {
            event.put("approval", call.at("input").path("name").stringValue(""));
        }
        if (kind.equals("step")) {
            return event.put("stepName", call.text("label"));
        }
        return event.put("call", kind);
    }

    private static ObjectNode took(ObjectNode event, Optional<Line> call, Line answer) {
        call.ifPresent(it -> event.put("durationMs", answer.at() - it.at()));
        return event;
    }

    private Optional<ObjectNode> event(Line line, String type, ExecutionStatus status) {
        ObjectNode event = schemas.object();
        Views.time(event, "at", Instant.ofEpochMilli(line.at()));
        event.put("eventType", type).put("status", status.id());
        if (line.json().has("fault")) {
            event.put("message", line.at("fault").path("message").stringValue(""));
        }
        ObjectNode details = event.putObject("details");
        for (String key : java.util.List.of(
                "n",
                "attempt",
                "next",
                "why",
                "until",
                "label",
                "type",
                "place",
                "policy",
                "was",
                "version",
                "of",
                "from",
                "needs",
                "outcome",
                "by",
                "function",
                "execution",
                "gate",
                "when",
                "step",
                "replaced")) {
            if (line.json().has(key)) {
                details.set(key.equals("n") ? "number" : key, line.json().get(key));
            }
        }
        return Optional.of(event);
    }
}
