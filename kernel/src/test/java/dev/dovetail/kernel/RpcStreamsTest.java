package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** JSON-RPC calls that are answered with events. */
@ExtendWith(OpenHouse.class)
record RpcStreamsTest(House house) {
    private static final String STREAMS = "\"traits\":{\"jsonRpc\":{\"streamResponse\":true,\"streamInput\":true}}";
    private static final String BOTH = "application/json, text/event-stream";

    @BeforeAll
    static void deploy(House house) {
        house.commands.flow("tells", guest -> {
            guest.host().tell(new HostNote.Progress(0.5, "half"));
            guest.call(StreamsTest.chunk("{\"n\":1}"));
            if (guest.input().has("fail")) {
                throw Guest.fails("no more");
            }
            return guest.call(new HostCall.Read());
        });
        house.deploy("tells", "flow tells", STREAMS);
    }

    private Sse call(String body) throws Exception {
        return Sse.open(
                house.request("/json-rpc").header("Accept", BOTH).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    @Tag("IV-13")
    @Tag("IV-12")
    @Tag("IV-10")
    void notificationsComeFirstAndTheResponseIsTheLastEvent() throws Exception {
        try (Sse sse = call("{\"jsonrpc\":\"2.0\",\"method\":\"tells\",\"id\":7}")) {
            String id = sse.header("X-Invocation-Id");
            Sse.Event progress = sse.take();
            assertEquals("message", progress.type());
            assertEquals(
                    House.SCHEMAS.parse("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                            + "{\"invocation_id\":\"" + id
                            + "\",\"progress\":0.5,\"total\":1,\"message\":\"half\"}}"),
                    House.SCHEMAS.parse(progress.data()));
            JsonNode piece = sse.take().json();
            assertEquals("notifications/chunk", piece.get("method").stringValue());
            assertEquals("{\"n\":1}", piece.at("/params/data").toString());
            house.post("/json-rpc/input/" + id, "{\"data\":{\"more\":[]}}").is(202);
            assertEquals(
                    House.SCHEMAS.parse("{\"jsonrpc\":\"2.0\",\"result\":{\"data\":{\"more\":[]}},\"id\":7}"),
                    sse.take().json());
            assertEquals(true, sse.next().isEmpty());
        }
        house.post("/json-rpc/input/0190aaaa-0000-7000-8000-000000000000", "{\"end_of_stream\":true}")
                .isProblem(404, "not_found");
    }

    @Test
    @Tag("IV-13")
    void anErrorIsTheResponseToo() throws Exception {
        try (Sse sse = call("{\"jsonrpc\":\"2.0\",\"method\":\"tells\",\"params\":{\"fail\":true},\"id\":\"x\"}")) {
            sse.take();
            sse.take();
            JsonNode last = sse.take().json();
            assertEquals(-32000, last.at("/error/code").intValue(), last.toString());
            assertEquals("no more", last.at("/error/message").stringValue());
            assertEquals("x", last.get("id").stringValue());
            assertEquals(sse.id(), last.at("/error/data/executionId").stringValue());
        }
    }

    @Test
    @Tag("IV-04")
    void aBatchCannotHaveAStream() {
        Reply reply = house.rpc("[{\"jsonrpc\":\"2.0\",\"method\":\"tells\",\"id\":1}]")
                .is(200);
        assertEquals(-32600, reply.json().at("/0/error/code").intValue(), reply.body());
    }

    @Test
    void whatIsRefusedBeforeTheFirstEventIsAnOrdinaryResponse() {
        Reply reply = house.post(
                "/json-rpc",
                "{\"jsonrpc\":\"2.0\",\"method\":\"tells\",\"params\":{\"dry_run\":true},\"id\":1}",
                "Accept",
                BOTH);
        assertEquals("{\"dry_run\":true,\"valid\":true}", reply.is(200).at("/result"));
        Reply nobody = house.post("/json-rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"nobody\",\"id\":1}", "Accept", BOTH);
        assertEquals(-32601, nobody.is(200).json().at("/error/code").intValue());
    }

    @Test
    void aStreamedInputNeedsAStreamedAnswer() {
        for (String traits : List.of("{\"streamInput\":true}", "{\"streamInput\":true,\"streamResponse\":false}")) {
            house.post(
                            "/api/v1/functions",
                            House.function("bad", "return 1", "\"traits\":{\"jsonRpc\":" + traits + "}"))
                    .isProblem(422, "validation");
        }
    }
}
