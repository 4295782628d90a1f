package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Version;
import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.invoke.Request;
import dev.dovetail.kernel.pool.Cold;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls of functions whose caller waits. */
final class InvokeRoutes {
    static final long LARGEST = 6L * 1024 * 1024;
    static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    static final HeaderName EXECUTION_ID = HeaderNames.create("X-Execution-Id");
    private static final HeaderName REPLAYED = HeaderNames.create("Idempotency-Replayed");
    private static final HeaderName CACHED = HeaderNames.create("X-Dovetail-Cache");
    private static final HeaderName VERSION = HeaderNames.create("X-Dovetail-Version");
    private static final HeaderName DEPRECATION = HeaderNames.create("Deprecation");
    private static final String PLATFORM_FORM = "application/vnd.dovetail.invocation+json";
    private static final String FULL_RESULT = "application/vnd.dovetail.result+json";

    private final Invoker invoker;
    private final Problems problems;

    InvokeRoutes(Invoker invoker, Problems problems) {
        this.invoker = invoker;
        this.problems = problems;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                "/api/v1/functions/{name}/invoke",
                Permission.INVOKE,
                LARGEST,
                "Call a function and wait for its answer",
                "Input",
                this::invoke);
    }

    void invoke(Exchange x, boolean dryRun) throws Exception {
        Request request = request(x, Optional.of(true), dryRun);
        boolean async = request.sync().equals(Optional.of(false));
        Answered answered = async ? invoker.accept(request, Order.Link.NONE) : invoker.invoke(request);
        try (Trace _ = x.trace().begin(Trace.Stage.RESPONSE)) {
            answer(x, answered);
        }
    }

    /** @param sync whether the caller waits, unless the form says otherwise */
    Request request(Exchange x, Optional<Boolean> sync, boolean dryRun) throws IOException {
        byte[] body = x.body();
        Bytes input = body.length == 0 ? Invoker.nothing() : Bytes.given(body);
        Wish wish = Wishes.of(x);
        boolean event = false;
        if (x.mediaType().equals(PLATFORM_FORM)) {
            JsonNode form = x.parse(body);
            event = form.path("invocationType").stringValue("").equals("Event");
            input = x.schemas().bytes(payload(x, form));
            wish = Wishes.of(x, form);
        }
        return new Request(
                x.principal(),
                x.parameter("name"),
                wish,
                input,
                event ? Optional.of(false) : sync,
                dryRun,
                x.header(IDEMPOTENCY_KEY),
                x.requestId(),
                x.trace(),
                false,
                0,
                Optional.empty());
    }

    /** The platform's own form: {@code {payload, alias, invocationType}}, with the payload as JSON text or JSON. */
    private static JsonNode payload(Exchange x, JsonNode body) {
        if (!body.isObject()) {
            throw Refusal.field(ErrorType.MALFORMED, "", "expected an object with a payload", body.toString());
        }
        for (String key : body.propertyNames()) {
            if (!java.util.Set.of("payload", "alias", "version", "key", "invocationType")
                    .contains(key)) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "/" + key,
                        "unknown field; known are payload, alias, version, key, invocationType",
                        body.get(key).toString());
            }
        }
        String type = body.path("invocationType").stringValue("RequestResponse");
        if (!type.equals("RequestResponse") && !type.equals("Event")) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "/invocationType", "expected RequestResponse or Event", "\"" + type + "\"");
        }
        JsonNode payload = body.path("payload");
        return payload.isString()
                ? x.parse(payload.stringValue().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                : payload.isMissingNode() ? x.schemas().object() : payload;
    }

    private void answer(Exchange x, Answered answered) {
        Deployed version = answered.version();
        tellVersion(x, version);
        switch (answered) {
            case Answered.WouldRun would -> wouldRun(x, version);
            case Answered.Ended ended -> answerEnded(x, ended);
            case Answered.Accepted accepted -> answerAccepted(x, accepted.executionId());
            case Answered.Suspended suspended -> {
                x.header(EXECUTION_ID, suspended.executionId());
                throw suspended(suspended.executionId());
            }
        }
    }

    static void tellVersion(Exchange x, Deployed version) {
        x.header(VERSION, version.version().text());
        if (version.version().state() == Version.State.DEPRECATED) {
            x.header(DEPRECATION, "true");
        }
    }

    static void wouldRun(Exchange x, Deployed version) {
        x.answer(
                200,
                x.schemas()
                        .object()
                        .put("dryRun", true)
                        .put("valid", true)
                        .put("function", version.id().function().text())
                        .put("version", version.version().number()));
    }

    /** Tells of an answer that nothing ran for. */
    static void tellOrigin(Exchange x, Answered.Ended ended) {
        switch (ended.from()) {
            case RUN -> {}
            case EARLIER_CALL -> x.header(REPLAYED, "true");
            case CACHE -> x.header(REPLAYED, "true").header(CACHED, "hit");
        }
    }

    private static void answerAccepted(Exchange x, String execution) {
        x.header(EXECUTION_ID, execution);
        x.answer(202, x.schemas().object().put("executionId", execution).put("status", ExecutionStatus.QUEUED.id()));
    }

    /** What a caller is told that waits for one that waits. */
    static Refusal suspended(String execution) {
        return Refusal.of(
                        ErrorType.SYNC_SUSPENSION,
                        "The execution waits, and goes on without its caller; GET /api/v1/executions/" + execution
                                + " shows it")
                .with("executionId", execution);
    }

    private void answerEnded(Exchange x, Answered.Ended ended) {
        Execution execution = ended.execution();
        x.header(EXECUTION_ID, execution.id());
        tellOrigin(x, ended);
        boolean full = x.accepts(FULL_RESULT);
        if (execution.error().isPresent()) {
            ObjectNode problem = problems.of(
                    execution.error().get(),
                    "/api/v1/executions/" + execution.id(),
                    execution.traceId(),
                    execution.id());
            int status = problem.get("status").intValue();
            if (full) {
                x.answer(
                        200,
                        FULL_RESULT,
                        x.schemas().write(result(x, ended, status, x.schemas().bytes(problem))));
            } else {
                x.answer(status, Problems.MEDIA_TYPE, x.schemas().write(problem));
            }
            return;
        }
        Bytes body = ended.body().orElse(Bytes.utf8("null"));
        if (full) {
            x.answer(200, FULL_RESULT, x.schemas().write(result(x, ended, 200, body)));
        } else {
            x.answer(200, body);
        }
    }

    private static ObjectNode result(Exchange x, Answered.Ended ended, int status, Bytes body) {
        Execution execution = ended.execution();
        double millis = Views.millis(execution.duration());
        ObjectNode json = x.schemas()
                .object()
                .put("statusCode", status)
                .put("body", body.text())
                .put("executionTime", millis)
                .put("billedDuration", (long) Math.ceil(millis))
                .put("memoryUsed", execution.usage().peakBytes() / 1024.0 / 1024.0)
                .put("wasColdStart", execution.coldStart())
                .put("requestId", execution.id())
                .put("logStreamName", execution.function() + "/" + execution.version() + "/" + execution.id());
        if (ended.how() != Cold.NOT) {
            ObjectNode stages = json.putObject("coldStart");
            ended.how().stages().forEach(each -> stages.put(each.name() + "Ms", Views.millis(each.took())));
        }
        return json;
    }
}
