package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Traits;
import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.invoke.Request;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0: the method is a function's name or GTS id. A batch is answered in the order of its requests; a notification is
 * carried out and not answered.
 */
final class RpcRoutes {
    private static final System.Logger LOG = System.getLogger(RpcRoutes.class.getName());
    private static final int LARGEST_BATCH = 100;

    private final Catalog catalog;
    private final Invoker invoker;
    private final RpcStreams streams;
    private final RpcParams params;
    private final Problems problems;
    private final Views views;
    private final Schemas schemas;

    RpcRoutes(Catalog catalog, Invoker invoker, EventStreams events, Problems problems, Views views, Schemas schemas) {
        this.streams = new RpcStreams(invoker, events, views, schemas);
        this.params = new RpcParams(catalog, schemas);
        this.catalog = catalog;
        this.invoker = invoker;
        this.problems = problems;
        this.views = views;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        for (String path : List.of("/rpc", "/json-rpc")) {
            router.add("POST", path, Permission.INVOKE, InvokeRoutes.LARGEST, "JSON-RPC 2.0", "JsonRpc", this::handle);
        }
    }

    private void handle(Exchange x, boolean dryRun) throws Exception {
        JsonNode body;
        try {
            body = schemas.parse(x.body());
        } catch (Schemas.Malformed e) {
            x.answer(200, error(null, ErrorType.PARSE, "Parse error", e.getMessage()));
            return;
        }
        if (!body.isArray()) {
            Optional<ObjectNode> answer = one(x, body, false, dryRun);
            if (answer.filter(RpcStreams.SENT::equals).isPresent()) {
                return;
            }
            if (answer.isPresent()) {
                x.answer(200, answer.get());
            } else {
                x.answerNothing();
            }
            return;
        }
        if (body.isEmpty() || body.size() > LARGEST_BATCH) {
            x.answer(
                    200,
                    error(
                            null,
                            ErrorType.MALFORMED,
                            "Invalid Request",
                            "A batch has 1 to " + LARGEST_BATCH + " requests, this one has " + body.size()));
            return;
        }
        ArrayNode answers = schemas.object().putArray("answers");
        for (JsonNode each : body) {
            one(x, each, true, dryRun).ifPresent(answers::add);
        }
        if (answers.isEmpty()) {
            x.answerNothing();
        } else {
            x.answer(200, answers);
        }
    }

    /** The answer to one request; empty for a notification. */
    private Optional<ObjectNode> one(Exchange x, JsonNode request, boolean inBatch, boolean dryRun)
            throws IOException, InterruptedException {
        JsonNode id = request.get("id");
        Optional<String> invalid = invalid(request);
        if (invalid.isPresent()) {
            boolean usable = id != null && (id.isString() || id.isNumber());
            return Optional.of(error(usable ? id : null, ErrorType.MALFORMED, "Invalid Request", invalid.get()));
        }
        ObjectNode answer = call(x, request, id, inBatch, dryRun);
        return id == null ? Optional.empty() : Optional.of(answer);
    }

    private static String shown(JsonNode request, String field) {
        return request.has(field) ? request.get(field).toString() : "not there";
    }

    private static Optional<String> invalid(JsonNode request) {
        if (!request.isObject()) {
            return Optional.of("A request is an object");
        }
        if (!request.path("jsonrpc").stringValue("").equals("2.0")) {
            return Optional.of("\"jsonrpc\" must be \"2.0\", but was " + shown(request, "jsonrpc"));
        }
        if (!request.path("method").isString()) {
            return Optional.of("\"method\" must be a text, but was " + shown(request, "method"));
        }
        JsonNode params = request.path("params");
        if (!params.isMissingNode() && !params.isObject() && !params.isArray()) {
            return Optional.of("\"params\" must be an object or an array, but was " + params);
        }
        JsonNode id = request.path("id");
        if (!id.isMissingNode() && !id.isString() && !id.isNumber() && !id.isNull()) {
            return Optional.of("\"id\" must be a text, a number or null, but was " + id);
        }
        return Optional.empty();
    }

    private ObjectNode call(Exchange x, JsonNode request, JsonNode id, boolean inBatch, boolean dryRun)
            throws IOException, InterruptedException {
        String method = request.get("method").stringValue();
        try {
            Wish wish = Wishes.of(x);
            RpcParams.Given given = params.of(x, request, wish, dryRun);
            Traits traits =
                    catalog.resolve(x.principal().tenant(), method, wish).traits();
            if (traits.streamed().response() && inBatch) {
                return error(
                        id,
                        ErrorType.MALFORMED,
                        "Invalid Request",
                        "\"" + method + "\" answers with a stream, which a batch cannot; call it by itself");
            }
            boolean async = traits.mode().equals("async");
            Request call = new Request(
                    x.principal(),
                    method,
                    wish,
                    schemas.bytes(given.input()),
                    Optional.of(!async),
                    given.dryRun(),
                    inBatch ? Optional.empty() : x.header(InvokeRoutes.IDEMPOTENCY_KEY),
                    x.requestId(),
                    x.trace(),
                    false,
                    0,
                    Optional.empty());
            if (traits.streamed().response() && id != null && RpcStreams.accepted(x)) {
                return streams.answer(x, id, call).orElseGet(() -> wouldRun(id));
            }
            Answered answered = async
                    ? invoker.accept(
                            call,
                            new Order.Link(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.ofNullable(id).map(JsonNode::asString)))
                    : invoker.invoke(call);
            return switch (answered) {
                case Answered.WouldRun would -> wouldRun(id);
                case Answered.Ended ended -> ended(x, id, ended, inBatch);
                case Answered.Accepted it -> accepted(x, id, it.executionId(), inBatch);
                case Answered.Suspended it -> refused(x, id, InvokeRoutes.suspended(it.executionId()));
            };
        } catch (Refusal refusal) {
            return refused(x, id, refusal);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A JSON-RPC call of \"" + method + "\" failed", e);
            return error(id, ErrorType.PLATFORM, "Internal error", "The platform failed");
        }
    }

    private ObjectNode wouldRun(JsonNode id) {
        ObjectNode json = reply(id);
        json.putObject("result").put("dry_run", true).put("valid", true);
        return json;
    }

    private ObjectNode accepted(Exchange x, JsonNode id, String execution, boolean inBatch) {
        if (!inBatch) {
            x.header(InvokeRoutes.EXECUTION_ID, execution);
        }
        ObjectNode json = reply(id);
        json.putObject("result").put("job_id", execution).put("status", ExecutionStatus.QUEUED.id());
        return json;
    }

    private ObjectNode ended(Exchange x, JsonNode id, Answered.Ended ended, boolean inBatch) {
        Execution execution = ended.execution();
        if (!inBatch) {
            x.header(InvokeRoutes.EXECUTION_ID, execution.id());
        }
        ObjectNode json = reply(id);
        if (execution.error().isEmpty()) {
            json.set("result", schemas.parse(ended.body().orElse(Bytes.utf8("null"))));
            return json;
        }
        ObjectNode error = RpcStreams.error(
                views, execution.error().get(), execution.id(), execution.correlationId(), execution.traceId());
        ((ObjectNode) error.at("/data/observability"))
                .putObject("metrics")
                .put("duration_ms", Views.millis(execution.duration()));
        json.set("error", error);
        return json;
    }

    private ObjectNode refused(Exchange x, JsonNode id, Refusal refusal) {
        ObjectNode json = reply(id);
        ObjectNode error =
                json.putObject("error").put("code", refusal.type().rpc()).put("message", refusal.detail());
        ObjectNode data = problems.of(refusal, "/rpc", x.trace().context().traceId());
        data.put("id", refusal.type().id());
        error.set("data", data);
        return json;
    }

    private ObjectNode error(JsonNode id, ErrorType type, String message, String detail) {
        ObjectNode json = reply(id);
        ObjectNode error = json.putObject("error").put("code", type.rpc()).put("message", message);
        error.putObject("data").put("id", type.id()).put("detail", detail);
        return json;
    }

    private ObjectNode reply(JsonNode id) {
        ObjectNode json = schemas.object().put("jsonrpc", "2.0");
        if (id == null) {
            json.putNull("id");
        } else {
            json.set("id", id);
        }
        return json;
    }
}
