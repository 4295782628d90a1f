package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Debugging;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Executions, and their timelines. */
final class ExecutionRoutes {
    private static final String ONE = "/api/v1/executions/{id}";

    private final AcceptedViews accepted;
    private final Records records;
    private final Runs runs;
    private final Catalog catalog;
    private final Views views;
    private final Schemas schemas;

    ExecutionRoutes(AcceptedViews accepted, Records records, Runs runs, Catalog catalog, Views views, Schemas schemas) {
        this.accepted = accepted;
        this.records = records;
        this.runs = runs;
        this.catalog = catalog;
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ONE, Permission.READ, 0, "Show an execution", this::show);
        router.add("GET", ONE + "/timeline", Permission.READ, 0, "Show what happened in an execution", this::timeline);
        router.add("GET", ONE + "/graph", Permission.READ, 0, "Show the way that an execution took", this::graph);
        router.add("GET", ONE + "/explain", Permission.READ, 0, "Show why an execution is where it is", this::explain);
        router.add("POST", ONE + ":cancel", Permission.INVOKE, 64 * 1024, "Stop a running execution", this::cancel);
    }

    private Execution require(Exchange x) throws InterruptedException {
        String id = x.parameter("id");
        return records.find(x.principal().tenant(), id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no execution \"" + id + "\""));
    }

    private Optional<Work> runningNow(Exchange x) {
        return runs.find(x.parameter("id"))
                .filter(work ->
                        work.version().id().tenant().equals(x.principal().tenant()));
    }

    private void show(Exchange x) throws Exception {
        Optional<Shown> shown = accepted.find(x);
        if (shown.isPresent()) {
            ObjectNode json = accepted.execution(x, shown.get());
            said(shown.get()).ifPresent(said -> progress(json, said));
            x.answer(200, json);
            return;
        }
        Optional<Work> work = runningNow(x);
        ObjectNode json = work.isPresent() ? views.running(work.get()) : ended(require(x));
        work.flatMap(it -> runs.said(it.executionId())).ifPresent(said -> progress(json, said));
        x.answer(200, json);
    }

    private ObjectNode ended(Execution execution) throws InterruptedException {
        ObjectNode json = views.execution(execution);
        catalog.pinned(execution.tenant(), execution.function(), execution.version())
                .ifPresent(version -> json.withObject("metrics")
                        .put("memoryLimitMb", version.version().memoryMb()));
        return json;
    }

    /** How far it said that it was: here, if it is carried here, or when that was last kept. */
    private Optional<Notes.Said> said(Shown shown) {
        String id = shown.order().id();
        return accepted.whereabouts().isHere(id) ? runs.said(id).or(() -> kept(shown)) : kept(shown);
    }

    private static Optional<Notes.Said> kept(Shown shown) {
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.PROGRESS))
                .reduce((_, later) -> later)
                .map(line -> new Notes.Said(
                        Instant.ofEpochMilli(line.at()), line.at("fraction").doubleValue(), line.text("message")));
    }

    private static void progress(ObjectNode json, Notes.Said said) {
        ObjectNode progress =
                json.putObject("progress").put("fraction", said.fraction()).put("message", said.message());
        Views.time(progress, "at", said.at());
    }

    private void timeline(Exchange x) throws Exception {
        Optional<Shown> shown = accepted.find(x);
        if (shown.isPresent()) {
            String cursor = Cursors.read(x);
            int from = cursor.isEmpty() ? 0 : Cursors.number(cursor);
            x.answer(200, accepted.views().timeline(x, shown.get(), from));
            return;
        }
        Optional<Work> work = runningNow(x);
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        ArrayNode items = json.putArray("items");
        if (work.isPresent()) {
            event(items, work.get().createdAt(), "started", ExecutionStatus.RUNNING);
        } else {
            Execution execution = require(x);
            event(items, execution.createdAt().plus(execution.queued()), "started", ExecutionStatus.RUNNING)
                    .put("queuedMs", Views.millis(execution.queued()))
                    .put("coldStart", execution.coldStart());
            ObjectNode end = event(
                            items, execution.finishedAt(), execution.status().word(), execution.status())
                    .put("durationMs", Views.millis(execution.duration()));
            execution.error().ifPresent(fault -> end.put("message", fault.message()));
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private void graph(Exchange x) throws Exception {
        Optional<Shown> shown = accepted.find(x);
        if (shown.isEmpty()) {
            if (runningNow(x).isEmpty()) {
                require(x);
            }
            throw Refusal.of(
                    ErrorType.CONFLICT,
                    "A call that is not durable keeps nothing of its way; /timeline shows its beginning and its end");
        }
        x.answer(200, Graph.of(shown.get()).json(schemas));
    }

    private static ObjectNode event(ArrayNode items, Instant at, String type, ExecutionStatus status) {
        ObjectNode event = items.addObject();
        Views.time(event, "at", at);
        return event.put("eventType", type).put("status", status.id());
    }

    /** The same, unless its code stands still on this node because somebody wanted it to. */
    private ObjectNode orHeld(Exchange x, ObjectNode explained) throws InterruptedException {
        runs.debugging()
                .look(x.parameter("id"))
                .flatMap(Debugging.Stand::held)
                .ifPresent(place -> explained.put(
                        "why",
                        "its code is held at line " + place.line() + " by a breakpoint, for "
                                + Debugging.LONGEST.toMinutes() + " minutes at the most; POST /api/v1/executions/"
                                + x.parameter("id") + ":step lets it go on"));
        return explained;
    }

    private void explain(Exchange x) throws Exception {
        Optional<Shown> shown = accepted.find(x);
        if (shown.isPresent()) {
            ObjectNode explained = accepted.explain(x, shown.get());
            x.answer(200, accepted.whereabouts().isHere(x.parameter("id")) ? orHeld(x, explained) : explained);
            return;
        }
        Optional<Work> work = runningNow(x);
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        if (work.isPresent()) {
            json.put("status", ExecutionStatus.RUNNING.id())
                    .put(
                            "why",
                            "its code is running on this node, and is stopped at the latest after its timeout of "
                                    + work.get().version().version().timeoutSeconds() + " s");
            x.answer(200, orHeld(x, json));
            return;
        }
        Execution execution = require(x);
        json.put("status", execution.status().id());
        x.answer(
                200,
                json.put(
                        "why",
                        execution
                                .error()
                                .map(fault -> "it ended: " + fault.message())
                                .orElse("it ended well")));
    }

    private void cancel(Exchange x, boolean dryRun) throws Exception {
        if (accepted.find(x).isPresent()) {
            accepted.cancel(x, dryRun);
            return;
        }
        Optional<Work> work = runningNow(x);
        if (work.isPresent() && (dryRun || runs.cancel(x.parameter("id")))) {
            x.answer(
                    dryRun ? 200 : 202,
                    schemas.object()
                            .put("executionId", x.parameter("id"))
                            .put("status", ExecutionStatus.CANCELED.id())
                            .put("message", dryRun ? "its code would be told to stop" : "its code is told to stop"));
            return;
        }
        Execution execution = require(x);
        throw Refusal.of(
                        ErrorType.CONFLICT,
                        "The execution has ended: it is " + execution.status().word())
                .with("currentStatus", execution.status().id());
    }
}
