package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.invoke.Request;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls that are taken on, and what may be done with them while they are open and after they have ended. */
final class JobRoutes {
    private static final String JOBS = "/api/v1/jobs";
    private static final String JOB = JOBS + "/{id}";
    private static final long SMALL = 64 * 1024;
    private static final Duration LONGEST_POLL = Duration.ofSeconds(60);

    private final Invoker invoker;
    private final Durable durable;
    private final RpcParams params;
    private final ShownViews views;
    private final Schemas schemas;

    JobRoutes(Invoker invoker, Durable durable, Catalog catalog, ShownViews views, Schemas schemas) {
        this.params = new RpcParams(catalog, schemas);
        this.invoker = invoker;
        this.durable = durable;
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                "/api/v1/functions/{name}/invoke-async",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Call a function and be answered at once: the call is taken on",
                "Input",
                this::invokeAsync);
        router.add("POST", JOBS, Permission.INVOKE, InvokeRoutes.LARGEST, "Take on a JSON-RPC request", this::create);
        router.add("GET", JOB, Permission.READ, 0, "Show a job", this::show);
        router.add(
                "GET", JOB + "/result", Permission.READ, 0, "Show the result of a job, or wait for it", this::result);
        router.add(
                "POST",
                JOB + ":retry",
                Permission.INVOKE,
                SMALL,
                "Run a failed job anew",
                "Retry",
                (x, dryRun) -> anew(x, "retry", dryRun));
        router.add(
                "POST",
                JOB + ":replay",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Run a job anew, with changed parameters if wanted",
                "Replay",
                (x, dryRun) -> anew(x, "replay", dryRun));
    }

    private void invokeAsync(Exchange x, boolean dryRun) throws Exception {
        byte[] body = x.body();
        Bytes input = body.length == 0 ? Invoker.nothing() : Bytes.given(body);
        taken(x, accept(x, x.parameter("name"), Wishes.of(x), input, dryRun, Order.Link.NONE));
    }

    private Answered accept(Exchange x, String callable, Wish wish, Bytes input, boolean dryRun, Order.Link link)
            throws InterruptedException {
        return invoker.accept(
                new Request(
                        x.principal(),
                        callable,
                        wish,
                        input,
                        Optional.of(false),
                        dryRun,
                        x.header(InvokeRoutes.IDEMPOTENCY_KEY),
                        x.requestId(),
                        x.trace(),
                        false,
                        0,
                        Optional.empty()),
                link);
    }

    private void taken(Exchange x, Answered answered) {
        if (answered instanceof Answered.Accepted accepted) {
            x.header(InvokeRoutes.EXECUTION_ID, accepted.executionId());
            x.answer(
                    202,
                    schemas.object()
                            .put("executionId", accepted.executionId())
                            .put("status", ExecutionStatus.QUEUED.id()));
            return;
        }
        x.answer(200, schemas.object().put("dryRun", true).put("valid", true));
    }

    private void create(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        boolean version = body.path("jsonrpc").stringValue("").equals("2.0");
        if (!version || !body.path("method").isString()) {
            String field = version ? "method" : "jsonrpc";
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/" + field,
                    "expected a JSON-RPC 2.0 request {jsonrpc, method, params, id}",
                    body.has(field) ? body.get(field).toString() : "nothing");
        }
        JsonNode given = body.path("params");
        if (!given.isMissingNode() && !given.isObject() && !given.isArray()) {
            throw Refusal.field(ErrorType.MALFORMED, "/params", "expected an object or an array", given.toString());
        }
        Wish wish = Wishes.of(x);
        RpcParams.Given input = params.of(x, body, wish, dryRun);
        Optional<String> client = Optional.ofNullable(body.get("id"))
                .filter(id -> !id.isNull())
                .map(id -> id.isString() ? id.stringValue() : id.toString());
        Answered answered = accept(
                x,
                body.get("method").stringValue(),
                wish,
                schemas.bytes(input.input()),
                input.dryRun(),
                new Order.Link(Optional.empty(), Optional.empty(), client, GateWishes.of(x, body)));
        if (!(answered instanceof Answered.Accepted accepted)) {
            x.answer(200, schemas.object().put("dry_run", true).put("valid", true));
            return;
        }
        x.header(InvokeRoutes.EXECUTION_ID, accepted.executionId());
        x.answer(202, views.job(require(x, accepted.executionId())));
    }

    private Shown require(Exchange x, String id) throws InterruptedException {
        return durable.find(x.principal().tenant(), id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no job \"" + id + "\""));
    }

    private void show(Exchange x) throws Exception {
        x.answer(200, views.job(require(x, x.parameter("id"))));
    }

    private void result(Exchange x) throws Exception {
        Shown shown = require(x, x.parameter("id"));
        Duration wait = x.query("wait").map(JobRoutes::duration).orElse(Duration.ZERO);
        if (!shown.status().ended() && wait.isPositive()) {
            shown = durable.await(x.principal().tenant(), shown.order().id(), wait, false)
                    .orElse(shown);
        }
        if (!shown.status().ended()) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "The job has not ended: it is " + shown.status().word())
                    .with("currentStatus", shown.status().id());
        }
        if (shown.error().isPresent()) {
            ObjectNode json = schemas.object();
            json.set("error", views.execution(shown).get("error"));
            json.put("status", shown.status().id());
            x.answer(200, json);
            return;
        }
        x.answer(200, shown.output().orElse(Schemas.NULL));
    }

    private static Duration duration(String text) {
        try {
            Duration wait = text.matches("[0-9]+") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.parse(text);
            return wait.compareTo(LONGEST_POLL) < 0 ? wait : LONGEST_POLL;
        } catch (DateTimeParseException | NumberFormatException e) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "?wait", "expected seconds or a duration such as PT10S", "\"" + text + "\"");
        }
    }

    private void anew(Exchange x, String how, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Shown shown = require(x, x.parameter("id"));
        if (!shown.status().ended() || how.equals("retry") && shown.status() == ExecutionStatus.SUCCEEDED) {
            throw Refusal.of(
                            ErrorType.INVALID_STATE,
                            "Not possible (" + how + "): the execution is "
                                    + shown.status().word())
                    .with("currentStatus", shown.status().id());
        }
        Answered answered = again(x, shown.order(), how, body, dryRun);
        if (answered instanceof Answered.Accepted accepted) {
            x.header(InvokeRoutes.EXECUTION_ID, accepted.executionId());
            x.answer(202, views.job(require(x, accepted.executionId())));
        } else {
            taken(x, answered);
        }
    }

    /** Runs an order anew, on the version that it had unless another is wished. */
    Answered again(Exchange x, Order order, String how, JsonNode body, boolean dryRun) throws InterruptedException {
        Bytes input = order.input();
        if (body.path("params_override").isObject()) {
            JsonNode before = body.has("input") ? body.get("input") : schemas.parse(input);
            if (!(before instanceof ObjectNode merged)) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/params_override",
                        "expected nothing, since the input is no object and has no members; input takes its place",
                        body.get("params_override").toString());
            }
            merged.setAll((ObjectNode) body.get("params_override"));
            input = schemas.bytes(merged);
        } else if (body.has("input")) {
            input = schemas.bytes(body.get("input"));
        }
        Wish wish = Wishes.of(x, body);
        if (wish.version().isEmpty() && wish.alias().isEmpty()) {
            wish = new Wish(Optional.of(Integer.toString(order.version())), Optional.empty(), Optional.empty());
        }
        return accept(
                x,
                order.function().text(),
                wish,
                input,
                dryRun,
                new Order.Link(
                        Optional.empty(),
                        Optional.of(new Order.Origin(how, order.id())),
                        order.clientId(),
                        GateWishes.of(x, body)));
    }

    /** The name in the path or query, if it is one. */
    static Optional<Name> function(Exchange x) {
        return x.query("function")
                .map(text -> Name.find(text)
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.MALFORMED, "?function", "expected a function's name", "\"" + text + "\"")));
    }
}
