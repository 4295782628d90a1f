package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.telemetry.FinishedSpan;
import dev.dovetail.kernel.telemetry.Telemetry;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an execution asked the system, in order and with what it was answered, and the spans of its trace. What is named like a secret
 * is hidden from those who may only read; who may debug can see it all, and is audited.
 */
final class TraceRoutes {
    private static final String ONE = "/api/v1/executions/{id}/trace";

    private final AcceptedViews accepted;
    private final Records records;
    private final Runs runs;
    private final Telemetry telemetry;
    private final Schemas schemas;

    TraceRoutes(AcceptedViews accepted, Records records, Runs runs, Telemetry telemetry, Schemas schemas) {
        this.accepted = accepted;
        this.records = records;
        this.runs = runs;
        this.telemetry = telemetry;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                ONE,
                Permission.READ,
                0,
                "Show the calls that an execution made, without what is named like a secret, and its spans",
                x -> trace(x, Calls.discreet(schemas)));
        router.add(
                "GET",
                ONE + "/unmasked",
                Permission.DEBUG,
                0,
                "Show the calls that an execution made, with all values, and its spans",
                x -> trace(x, Calls.plain()));
    }

    private void trace(Exchange x, Calls calls) throws Exception {
        String id = x.parameter("id");
        Optional<Shown> shown = accepted.find(x);
        String traceId = shown.isPresent() ? ShownViews.traceId(shown.get().order()) : traceId(x, id);
        ObjectNode json = schemas.object().put("executionId", id).put("traceId", traceId);
        String cursor = Cursors.read(x);
        int from = cursor.isEmpty() ? 0 : Cursors.number(cursor);
        Optional<String> next = Optional.empty();
        if (shown.isPresent()) {
            int to = from + x.limit();
            int all = calls.add(json.putArray("calls"), shown.get(), from, to);
            next = Optional.of(Integer.toString(to)).filter(any -> all > to);
        }
        ArrayNode spans = json.putArray("items");
        if (from == 0) {
            spans(spans, traceId);
        }
        Cursors.write(x, json, next);
        x.answer(200, json);
    }

    private String traceId(Exchange x, String id) throws InterruptedException {
        Optional<String> running = runs.find(id)
                .filter(work ->
                        work.version().id().tenant().equals(x.principal().tenant()))
                .map(work -> work.trace().context().traceId());
        return running.isPresent()
                ? running.get()
                : records.find(x.principal().tenant(), id)
                        .map(Execution::traceId)
                        .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no execution \"" + id + "\""));
    }

    private void spans(ArrayNode items, String traceId) {
        for (FinishedSpan span : telemetry.spans(traceId)) {
            ObjectNode item = items.addObject().put("name", span.name()).put("spanId", span.spanId());
            span.parentSpanId().ifPresent(parent -> item.put("parentSpanId", parent));
            Views.time(item, "startedAt", span.started());
            item.put("durationMs", Views.millis(span.duration())).put("failed", span.failed());
            ObjectNode attributes = item.putObject("attributes");
            new TreeMap<>(span.attributes()).forEach(attributes::put);
        }
    }
}
