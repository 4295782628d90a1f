package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Used;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** Accepted executions as the jobs API has them: in the words of JSON-RPC, under the id of the execution. */
final class JobViews {
    private final Views views;
    private final Schemas schemas;

    JobViews(Views views, Schemas schemas) {
        this.views = views;
        this.schemas = schemas;
    }

    ObjectNode job(Shown shown) {
        Order order = shown.order();
        ObjectNode json = schemas.object()
                .put("job_id", order.id())
                .put("method", order.function().text())
                .put("status", shown.status().id());
        order.clientId().ifPresentOrElse(id -> json.put("client_id", id), () -> json.putNull("client_id"));
        ObjectNode times = json.putObject("timestamps");
        Views.time(times, "created_at", order.createdAt());
        shown.startedAt().ifPresentOrElse(at -> Views.time(times, "started_at", at), () -> times.putNull("started_at"));
        shown.finishedAt()
                .ifPresentOrElse(at -> Views.time(times, "finished_at", at), () -> times.putNull("finished_at"));
        shown.output()
                .ifPresentOrElse(output -> json.set("result", schemas.parse(output)), () -> json.putNull("result"));
        shown.error().ifPresentOrElse(fault -> json.set("error", views.fault(fault)), () -> json.putNull("error"));
        ObjectNode seen = json.putObject("observability")
                .put("correlation_id", order.correlationId())
                .put("trace_id", ShownViews.traceId(order));
        metrics(shown, seen);
        order.origin()
                .filter(origin -> origin.how().equals("replay"))
                .ifPresent(origin -> json.put("replayed_from", origin.id()));
        return json;
    }

    /** Nothing before it begins; from then on what is known at each change of its status, and at the end all of it. */
    private static void metrics(Shown shown, ObjectNode seen) {
        if (shown.startedAt().isEmpty()) {
            seen.putNull("metrics");
            return;
        }
        ObjectNode metrics = seen.putObject("metrics").put("attempts", shown.attempt());
        shown.finishedAt()
                .ifPresentOrElse(
                        at -> metrics.put(
                                "duration_ms",
                                Views.millis(Duration.between(shown.startedAt().get(), at))),
                        () -> metrics.putNull("duration_ms"));
        Used used = Used.of(shown.lines());
        metrics.put("billed_duration_ms", used.billed().toMillis())
                .put("cpu_time_ms", Views.millis(used.cpu()))
                .put("memory_limit_mb", used.limitMb())
                .put("max_memory_used_mb", used.peakBytes() / 1024.0 / 1024.0);
        metrics.put(
                "step_count",
                shown.lines().stream()
                        .filter(line -> line.type().equals(Line.ASKED)
                                && line.text("call").equals("step"))
                        .count());
    }
}
