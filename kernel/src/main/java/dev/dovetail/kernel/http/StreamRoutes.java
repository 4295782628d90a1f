package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Faulted;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.invoke.Streamed;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Head;
import dev.dovetail.kernel.stream.StreamEvent;
import dev.dovetail.kernel.stream.StreamEvent.Kind;
import dev.dovetail.kernel.stream.StreamLimits;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Calls whose answer comes, and whose input goes, piece by piece. */
final class StreamRoutes {
    private final Invoker invoker;
    private final InvokeRoutes invoke;
    private final Streams streams;
    private final Durable durable;
    private final EventStreams events;
    private final Problems problems;
    private final Schemas schemas;

    StreamRoutes(
            Invoker invoker,
            InvokeRoutes invoke,
            Streams streams,
            Durable durable,
            EventStreams events,
            Problems problems,
            Schemas schemas) {
        this.invoker = invoker;
        this.invoke = invoke;
        this.streams = streams;
        this.durable = durable;
        this.events = events;
        this.problems = problems;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "POST",
                "/api/v1/functions/{name}/invoke-stream",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Call a function and read its answer as it comes; Last-Event-ID goes on with an earlier call",
                "Input",
                this::call);
        router.add(
                "GET",
                "/api/v1/executions/{id}/stream",
                Permission.READ,
                0,
                "Read the stream of an execution, after Last-Event-ID if it is given",
                this::read);
        router.add(
                "POST",
                "/api/v1/executions/{id}/input",
                Permission.INVOKE,
                StreamLimits.LARGEST_PIECE + 1024L,
                "Send a piece of a streamed call's input, or its end",
                "StreamInput",
                (x, dryRun) -> input(x, "endOfStream", dryRun));
        for (String path : List.of("/rpc", "/json-rpc")) {
            router.add(
                    "POST",
                    path + "/input/{id}",
                    Permission.INVOKE,
                    StreamLimits.LARGEST_PIECE + 1024L,
                    "Send a piece of a JSON-RPC call's input, or its end",
                    "RpcStreamInput",
                    (x, dryRun) -> input(x, "end_of_stream", dryRun));
        }
    }

    private void call(Exchange x, boolean dryRun) throws Exception {
        Optional<EventStreams.Place> seen = EventStreams.lastSeen(x);
        if (seen.isPresent()) {
            Head head = events.require(x.principal().tenant(), seen.get().id());
            if (!head.function().text().equals(x.parameter("name"))) {
                throw Refusal.of(
                        ErrorType.NOT_FOUND,
                        "The execution \"" + seen.get().id() + "\" is one of \"" + head.function() + "\"");
            }
            events.send(x, seen.get(), form(seen.get().id()));
            return;
        }
        Streamed streamed = invoker.stream(invoke.request(x, Optional.empty(), dryRun));
        InvokeRoutes.tellVersion(x, streamed.version());
        switch (streamed) {
            case Streamed.WouldRun would -> InvokeRoutes.wouldRun(x, would.version());
            case Streamed.Open open ->
                events.send(x, new EventStreams.Place(open.executionId(), 0), form(open.executionId()));
            case Streamed.Whole(Answered.Ended answer) -> {
                String id = answer.execution().id();
                InvokeRoutes.tellOrigin(x, answer);
                StreamEvent last = answer.execution()
                        .error()
                        .map(fault -> events.error(1, fault, answer.execution().traceId()))
                        .orElseGet(() ->
                                new StreamEvent(1, Kind.RESULT, answer.body().orElse(Schemas.NULL)));
                events.sendWhole(x, id, last.kind(), last.data(), form(id));
            }
        }
    }

    private void read(Exchange x) throws Exception {
        String id = x.parameter("id");
        EventStreams.Place from = EventStreams.lastSeen(x).orElse(new EventStreams.Place(id, 0));
        if (!from.id().equals(id)) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "Last-Event-ID",
                    "expected an event of the execution " + id,
                    "\"" + from.id() + ":" + from.position() + "\"");
        }
        events.send(x, from, form(id));
    }

    /** Events as they are, but for the last if it is an error: that is a problem document. */
    private EventStreams.Form form(String id) {
        return new EventStreams.Form() {
            @Override
            public String type(StreamEvent event) {
                return event.kind().word();
            }

            @Override
            public Bytes data(StreamEvent event) {
                if (event.kind() != Kind.ERROR) {
                    return event.data();
                }
                JsonNode json = schemas.parse(event.data());
                return schemas.bytes(problems.of(
                        Faulted.read(schemas, json.get("fault")),
                        "/api/v1/executions/" + id,
                        json.path("traceId").stringValue(""),
                        id));
            }
        };
    }

    private void input(Exchange x, String endWord, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        boolean end = body.path(endWord).booleanValue(false);
        if (end == body.has("data")) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "/data", "expected either data or " + endWord + ": true", body.toString());
        }
        Name tenant = x.principal().tenant();
        String id = x.parameter("id");
        Head head = events.require(tenant, id);
        Optional<Bytes> piece = end ? Optional.empty() : Optional.of(schemas.bytes(body.get("data")));
        checkOpen(tenant, id, head);
        if (dryRun) {
            x.answer(200, schemas.object().put("dryRun", true).put("valid", true));
            return;
        }
        long number = head.carried()
                ? durable.input(tenant, id, piece)
                : streams.inputs().add(tenant, id, piece);
        x.answer(202, schemas.object().put("executionId", id).put("number", number));
    }

    private void checkOpen(Name tenant, String id, Head head) throws InterruptedException {
        Optional<ExecutionStatus> ended = head.carried()
                ? durable.find(tenant, id).map(Shown::status).filter(ExecutionStatus::ended)
                : head.ended().map(any -> ExecutionStatus.SUCCEEDED);
        if (ended.isPresent()) {
            throw Refusal.of(ErrorType.INVALID_STATE, "The execution has ended; it takes no more input");
        }
    }
}
