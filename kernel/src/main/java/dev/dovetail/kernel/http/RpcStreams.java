package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.invoke.Request;
import dev.dovetail.kernel.invoke.Streamed;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.StreamEvent;
import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON-RPC calls that are answered with events: notifications of progress and of pieces, and the response as the last. */
final class RpcStreams {
    /** Stands for a response that was sent as a stream. */
    static final ObjectNode SENT = JsonNodeFactory.instance.objectNode().put("sent", true);

    private final Invoker invoker;
    private final EventStreams events;
    private final Views views;
    private final Schemas schemas;

    RpcStreams(Invoker invoker, EventStreams events, Views views, Schemas schemas) {
        this.invoker = invoker;
        this.events = events;
        this.views = views;
        this.schemas = schemas;
    }

    /** Whether the client reads both kinds of answers, as it must for one of them to be a stream. */
    static boolean accepted(Exchange x) {
        return x.accepts("application/json") && x.accepts("text/event-stream");
    }

    /** Answers the call with its stream: {@link #SENT}; or empty, if nothing was sent because it was a dry run. */
    Optional<ObjectNode> answer(Exchange x, JsonNode id, Request request) throws IOException, InterruptedException {
        Request streamed = request.streamed();
        switch (invoker.stream(streamed)) {
            case Streamed.WouldRun _ -> {
                return Optional.empty();
            }
            case Streamed.Open open -> send(x, id, open.executionId());
            case Streamed.Whole(Answered.Ended answer) -> {
                String execution = answer.execution().id();
                StreamEvent last = answer.execution()
                        .error()
                        .map(fault -> events.error(1, fault, answer.execution().traceId()))
                        .orElseGet(() ->
                                new StreamEvent(1, Kind.RESULT, answer.body().orElse(Schemas.NULL)));
                events.sendWhole(x, execution, last.kind(), last.data(), form(id, execution, x.requestId()));
            }
        }
        return Optional.of(SENT);
    }

    private void send(Exchange x, JsonNode id, String execution) throws IOException, InterruptedException {
        try {
            events.send(x, new EventStreams.Place(execution, 0), form(id, execution, x.requestId()));
        } catch (RuntimeException e) {
            // events were sent, and none can say what went wrong: the client sees that there is no last one, and comes
            // back
            throw new IOException("The stream of " + execution + " was broken off", e);
        }
    }

    private EventStreams.Form form(JsonNode id, String execution, String correlation) {
        return new EventStreams.Form() {
            @Override
            public String type(StreamEvent event) {
                return "message";
            }

            @Override
            public Bytes data(StreamEvent event) {
                JsonNode given = schemas.parse(event.data());
                ObjectNode json = schemas.object().put("jsonrpc", "2.0");
                switch (event.kind()) {
                    case PROGRESS ->
                        json.put("method", "notifications/progress")
                                .putObject("params")
                                .put("invocation_id", execution)
                                .put("progress", given.path("progress").doubleValue(0))
                                .put("total", 1)
                                .put("message", given.path("message").stringValue(""));
                    case CHUNK ->
                        json.put("method", "notifications/chunk")
                                .putObject("params")
                                .put("invocation_id", execution)
                                .set("data", given);
                    case RESULT -> {
                        json.set("result", given);
                        json.set("id", id);
                    }
                    case ERROR -> {
                        Fault fault = Faulted.read(schemas, given.get("fault"));
                        String traceId = given.path("traceId").stringValue("");
                        json.set("error", error(views, fault, execution, correlation, traceId));
                        json.set("id", id);
                    }
                }
                return schemas.bytes(json);
            }
        };
    }

    /** The error of a response, with what the function said of it. */
    static ObjectNode error(Views views, Fault fault, String execution, String correlation, String traceId) {
        ObjectNode error = JsonNodeFactory.instance
                .objectNode()
                .put("code", ErrorType.of(fault.id()).rpc())
                .put("message", fault.message());
        ObjectNode data = views.fault(fault).put("executionId", execution);
        data.putObject("observability").put("correlation_id", correlation).put("trace_id", traceId);
        error.set("data", data);
        return error;
    }
}
