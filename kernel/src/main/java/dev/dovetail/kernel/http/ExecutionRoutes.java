package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Executions, their timelines and logs. */
final class ExecutionRoutes {
    private static final String ALL = "/api/v1/executions";
    private static final String ONE = ALL + "/{id}";
    private static final int DAYS = 7;

    private final Records records;
    private final Runs runs;
    private final Views views;
    private final Schemas schemas;
    private final InstantSource clock;
    private final LogStreams streams;

    ExecutionRoutes(Records records, Runs runs, Views views, Schemas schemas, InstantSource clock) {
        this.records = records;
        this.runs = runs;
        this.views = views;
        this.schemas = schemas;
        this.clock = clock;
        this.streams = new LogStreams(records, views, schemas);
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "Search executions, newest first", this::list);
        router.add("GET", ONE, Permission.READ, 0, "Show an execution", this::show);
        router.add("GET", ONE + "/timeline", Permission.READ, 0, "Show what happened in an execution", this::timeline);
        router.add("GET", ONE + "/logs", Permission.READ, 0, "Show what an execution logged", this::logs);
        router.add("GET", ONE + "/explain", Permission.READ, 0, "Show why an execution is where it is", this::explain);
        router.add("POST", ONE + ":cancel", Permission.INVOKE, 64 * 1024, "Stop a running execution", this::cancel);
        router.add(
                "GET",
                "/api/v1/functions/{name}/logs",
                Permission.READ,
                0,
                "Show what a function logged",
                this::functionLogs);
        router.add(
                "GET",
                "/api/v1/functions/{name}/metrics",
                Permission.READ,
                0,
                "Show counts and times of a function",
                this::metrics);
    }

    private void list(Exchange x) throws Exception {
        Optional<Name> function = x.query("function")
                .or(() -> x.query("functionName"))
                .map(text -> Name.find(text)
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.MALFORMED, "?function", "expected a function's name", "\"" + text + "\"")));
        Set<ExecutionStatus> statuses = new HashSet<>();
        x.query("status").ifPresent(text -> {
            for (String each : text.split(",")) {
                statuses.add(ExecutionStatus.find(each)
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.MALFORMED, "?status", "expected " + words(), "\"" + each + "\"")));
            }
        });
        Optional<String> correlation = x.query("correlationId");
        Optional<String> initiator = x.query("initiator");
        Instant until = time(x, "until").orElse(Instant.MAX);
        Predicate<Execution> fits = each -> (statuses.isEmpty() || statuses.contains(each.status()))
                && correlation.map(each.correlationId()::equals).orElse(true)
                && initiator.map(each.initiator()::equals).orElse(true)
                && !each.createdAt().isAfter(until);
        Instant since = time(x, "since").orElse(clock.instant().minus(DAYS, ChronoUnit.DAYS));
        Records.Found found =
                records.list(x.principal().tenant(), function, fits, since, Cursors.read(x.query("cursor")), x.limit());
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        if (x.query("cursor").isEmpty() && (statuses.isEmpty() || statuses.contains(ExecutionStatus.RUNNING))) {
            runs.underWay().stream()
                    .filter(work ->
                            work.version().id().tenant().equals(x.principal().tenant()))
                    .filter(work ->
                            function.isEmpty() || work.version().id().function().equals(function.get()))
                    .sorted(Comparator.comparing(Work::executionId).reversed())
                    .forEach(work -> items.add(running(work)));
        }
        found.executions().forEach(each -> items.add(views.summary(each)));
        Cursors.write(json, found.next());
        if (found.partial()) {
            json.put("partial", true);
        }
        x.answer(200, json);
    }

    private static String words() {
        return java.util.Arrays.stream(ExecutionStatus.values())
                        .map(ExecutionStatus::word)
                        .toList() + " or their GTS ids";
    }

    private static Optional<Instant> time(Exchange x, String name) {
        return x.query(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "?" + name,
                        "expected a time such as 2026-11-21T12:00:00Z",
                        "\"" + text + "\"");
            }
        });
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

    private ObjectNode running(Work work) {
        ObjectNode json = schemas.object()
                .put("id", work.executionId())
                .put("status", ExecutionStatus.RUNNING.id())
                .put("function", work.version().id().function().text())
                .put("version", work.version().version().number())
                .put("mode", work.mode())
                .put("correlationId", work.correlationId())
                .put("traceId", work.trace().context().traceId());
        Views.time(json, "startedAt", work.createdAt());
        return json;
    }

    private void show(Exchange x) throws Exception {
        Optional<Work> work = runningNow(x);
        x.answer(200, work.isPresent() ? running(work.get()) : views.execution(require(x)));
    }

    private void timeline(Exchange x) throws Exception {
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
        x.answer(200, json.putNull("nextCursor"));
    }

    private static ObjectNode event(ArrayNode items, Instant at, String type, ExecutionStatus status) {
        ObjectNode event = items.addObject();
        Views.time(event, "at", at);
        return event.put("eventType", type).put("status", status.id());
    }

    private void logs(Exchange x) throws Exception {
        if (x.flag("follow")) {
            String id = x.parameter("id");
            if (runningNow(x).isPresent()) {
                streams.follow(x, each -> each.id().equals(id), true);
                return;
            }
            streams.replay(x, require(x));
            return;
        }
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        ArrayNode items = json.putArray("items");
        if (runningNow(x).isEmpty()) {
            Execution execution = require(x);
            execution.logs().forEach(line -> items.add(views.logLine(execution, line)));
        }
        x.answer(200, json.putNull("nextCursor"));
    }

    private void functionLogs(Exchange x) throws Exception {
        Name function = Name.find(x.parameter("name"))
                .orElseThrow(
                        () -> Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + x.parameter("name") + "\""));
        Name tenant = x.principal().tenant();
        if (x.flag("follow")) {
            streams.follow(
                    x, each -> each.tenant().equals(tenant) && each.function().equals(function), false);
            return;
        }
        Records.Found found = records.list(
                tenant,
                Optional.of(function),
                each -> !each.logs().isEmpty(),
                time(x, "since").orElse(clock.instant().minus(DAYS, ChronoUnit.DAYS)),
                Cursors.read(x.query("cursor")),
                x.limit());
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Execution each : found.executions()) {
            each.logs().forEach(line -> items.add(views.logLine(each, line)));
        }
        Cursors.write(json, found.next());
        x.answer(200, json);
    }

    private void explain(Exchange x) throws Exception {
        Optional<Work> work = runningNow(x);
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        if (work.isPresent()) {
            x.answer(
                    200,
                    json.put("status", ExecutionStatus.RUNNING.id())
                            .put(
                                    "why",
                                    "its code is running on this node, and is stopped at the latest after its timeout of "
                                            + work.get().version().version().timeoutSeconds() + " s"));
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

    private void cancel(Exchange x) throws Exception {
        Optional<Work> work = runningNow(x);
        if (work.isPresent() && runs.cancel(x.parameter("id"))) {
            x.answer(
                    202,
                    schemas.object()
                            .put("executionId", x.parameter("id"))
                            .put("status", ExecutionStatus.CANCELED.id())
                            .put("message", "its code is told to stop"));
            return;
        }
        Execution execution = require(x);
        throw Refusal.of(
                        ErrorType.CONFLICT,
                        "The execution has ended: it is " + execution.status().word())
                .with("currentStatus", execution.status().id());
    }

    private void metrics(Exchange x) throws Exception {
        Name function = Name.find(x.parameter("name"))
                .orElseThrow(
                        () -> Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + x.parameter("name") + "\""));
        String window = x.query("window").orElse("PT1H");
        java.time.Duration length;
        try {
            length = java.time.Duration.parse(window);
        } catch (DateTimeParseException e) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "?window", "expected a duration such as PT1H", "\"" + window + "\"");
        }
        List<Execution> seen = records.list(
                        x.principal().tenant(),
                        Optional.of(function),
                        each -> true,
                        clock.instant().minus(length),
                        "",
                        20_000)
                .executions();
        x.answer(200, Figures.of(schemas.object(), seen, window));
    }
}
