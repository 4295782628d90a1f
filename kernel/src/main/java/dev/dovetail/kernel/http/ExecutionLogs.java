package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an execution logged, and logs: while it runs, while it waits, and when it has ended. */
final class ExecutionLogs {
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");

    private final Durable durable;
    private final Records records;
    private final Runs runs;
    private final Views views;
    private final Schemas schemas;
    private final LogStreams streams;

    ExecutionLogs(Durable durable, Records records, Runs runs, Views views, Schemas schemas, LogStreams streams) {
        this.durable = durable;
        this.records = records;
        this.runs = runs;
        this.views = views;
        this.schemas = schemas;
        this.streams = streams;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                "/api/v1/executions/{id}/logs",
                Permission.READ,
                0,
                "Show what an execution logged, or follow it",
                this::logs);
    }

    /**
     * How an execution's log is now.
     *
     * @param end how it ended, if it has
     */
    record Now(List<ObjectNode> lines, Optional<ObjectNode> end) {}

    private void logs(Exchange x) throws Exception {
        Name tenant = x.principal().tenant();
        String id = x.parameter("id");
        Now now = find(tenant, id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no execution \"" + id + "\""));
        if (x.flag("follow")) {
            streams.follow(x, id, from(x, id), () -> find(tenant, id));
            return;
        }
        ObjectNode json = schemas.object().put("executionId", id);
        ArrayNode items = json.putArray("items");
        now.lines().forEach(items::add);
        x.answer(200, Cursors.whole(x, json));
    }

    /** How many lines a client has that was cut off, and comes back. */
    private static int from(Exchange x, String id) {
        String last = x.header(LAST_EVENT_ID).orElse("");
        return last.matches(id + "/[0-9]{1,9}") ? Integer.parseInt(last.substring(id.length() + 1)) + 1 : 0;
    }

    private Optional<Now> find(Name tenant, String id) throws InterruptedException {
        Optional<Shown> shown = durable.find(tenant, id);
        if (shown.isPresent()) {
            return Optional.of(accepted(shown.get()));
        }
        Optional<Work> work =
                runs.find(id).filter(it -> it.version().id().tenant().equals(tenant));
        if (work.isPresent()) {
            List<ObjectNode> lines = runs.logs(id).stream()
                    .map(line -> views.logLine(
                            id,
                            work.get().version().id().function(),
                            work.get().version().version().number(),
                            line))
                    .toList();
            return Optional.of(new Now(lines, Optional.empty()));
        }
        return records.find(tenant, id).map(this::ended);
    }

    private Now accepted(Shown shown) {
        Order order = shown.order();
        List<LogLine> all = new ArrayList<>(shown.logs());
        if (!order.isWorkflow() && shown.status() == ExecutionStatus.RUNNING) {
            all.addAll(runs.logs(order.id())); // in its journal at the end of the attempt
        }
        List<ObjectNode> lines = all.stream()
                .map(line -> views.logLine(order.id(), order.function(), order.version(), line))
                .toList();
        return new Now(lines, shown.status().ended() ? Optional.of(views.summary(shown.record())) : Optional.empty());
    }

    private Now ended(Execution execution) {
        return new Now(
                execution.logs().stream()
                        .map(line -> views.logLine(execution, line))
                        .toList(),
                Optional.of(views.summary(execution)));
    }
}
