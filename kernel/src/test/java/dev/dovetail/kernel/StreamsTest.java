package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls whose answer comes piece by piece: order, resumption, errors, what is refused. */
@ExtendWith(OpenHouse.class)
record StreamsTest(House house) {
    static HostCall chunk(String json) {
        return new HostCall.Chunk(Bytes.utf8(json));
    }

    private void deploy(String name, Guest.Flow flow, String... members) {
        house.commands.flow(name, flow);
        house.deploy(name, "flow " + name, members);
    }

    /** Its caller has its id before anything runs. */
    @Test
    void aStreamedCallIsFoundFromItsFirstByteToItsRecord() throws Exception {
        house.commands.flow("brief", guest -> guest.call(chunk("1")));
        house.deploy("brief", "flow brief");
        for (int i = 0; i < 50; i++) {
            try (Sse sse = Sse.call(house, "brief", "{}")) {
                String id = sse.id();
                for (int look = 0; look < 5; look++) {
                    house.get("/api/v1/executions/" + id).is(200);
                }
                sse.rest();
                house.get("/api/v1/executions/" + id).is(200);
            }
        }
    }

    @Test
    @Tag("IV-10")
    @Tag("IV-13")
    void eventsComeInOrderAndTheResultIsTheLast() throws Exception {
        deploy("counts", guest -> {
            guest.host().tell(new HostNote.Progress(0.5, "half"));
            for (int i = 1; i <= 300; i++) {
                guest.call(chunk("{\"i\":" + i + "}"));
            }
            return "[\"done\"]";
        });
        List<Sse.Event> events;
        try (Sse sse = Sse.call(house, "counts", "{}")) {
            assertEquals(sse.id(), sse.header("X-Invocation-Id"));
            events = sse.rest();
            for (int i = 0; i < events.size(); i++) {
                assertEquals(sse.id() + ":" + (i + 1), events.get(i).id());
            }
            assertEquals("succeeded", new Flows(house).status(sse.id()));
        }
        assertEquals(
                "progress {\"progress\":0.5,\"message\":\"half\"}",
                events.getFirst().told());
        assertEquals("result [\"done\"]", events.getLast().told());
        List<String> chunks = events.stream()
                .filter(each -> each.type().equals("chunk"))
                .map(Sse.Event::data)
                .toList();
        assertEquals(300, chunks.size());
        assertEquals("{\"i\":300}", chunks.getLast());
    }

    /** Proxies, and simple clients, ask for this with each request. */
    @Test
    void aStreamHasItsEndAlsoOnAConnectionThatIsToBeClosed() throws Exception {
        deploy("closes", guest -> {
            guest.call(chunk("1"));
            return "2";
        });
        String got;
        try (Socket socket = new Socket("127.0.0.1", house.port())) {
            socket.setSoTimeout(20_000);
            String request =
                    "POST /api/v1/functions/closes/invoke-stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Authorization: Bearer " + House.TOKEN + "\r\nContent-Length: 2\r\n\r\n{}";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            got = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        assertTrue(got.contains("Transfer-Encoding: chunked"), got);
        assertTrue(got.endsWith("event: result\ndata: 2\n\n\r\n0\r\n\r\n"), got);
    }

    @Test
    @Tag("IV-11")
    void whoComesBackGoesOnWhereTheyWereAndNothingRunsAgain() throws Exception {
        deploy("resumed", guest -> {
            house.commands.count("resumed").incrementAndGet();
            for (int i = 1; i <= 20; i++) {
                guest.call(chunk("" + i));
                if (i == 10) {
                    house.commands.gate("ten").pass();
                }
            }
            return "\"end\"";
        });
        String id;
        String last;
        try (Sse sse = Sse.call(house, "resumed", "{}")) {
            id = sse.id();
            sse.take();
            last = sse.take().id();
        }
        house.commands.gate("ten").await(1);
        List<String> seen = new ArrayList<>();
        try (Sse sse = Sse.resume(house, id, last)) {
            for (int i = 3; i <= 10; i++) {
                seen.add(sse.take().told());
            }
            house.commands.gate("ten").open();
            seen.addAll(sse.told());
        }
        List<String> expected = new ArrayList<>();
        for (int i = 3; i <= 20; i++) {
            expected.add("chunk " + i);
        }
        expected.add("result \"end\"");
        assertEquals(expected, seen);
        try (Sse sse = Sse.call(house, "resumed", "{}", "Last-Event-ID", id + ":19")) {
            assertEquals(List.of("chunk 20", "result \"end\""), sse.told());
        }
        assertEquals(
                204,
                house.get("/api/v1/executions/" + id + "/stream", "Last-Event-ID", id + ":21")
                        .status());
        assertEquals(1, house.commands.count("resumed").get());
    }

    @Test
    @Tag("IV-13")
    void anErrorAfterPiecesIsTheLastEventAndAProblemDocument() throws Exception {
        deploy("breaks", guest -> {
            guest.call(chunk("1"));
            throw Guest.fails("no more");
        });
        try (Sse sse = Sse.call(house, "breaks", "{}")) {
            assertEquals("chunk 1", sse.take().told());
            Sse.Event error = sse.take();
            assertEquals("error", error.type());
            assertEquals("no more", error.json().get("detail").stringValue());
            assertEquals("function", error.json().get("owner").stringValue());
            assertEquals(500, error.json().get("status").intValue());
            assertEquals(sse.id(), error.json().get("executionId").stringValue());
            assertTrue(sse.next().isEmpty());
        }
    }

    @Test
    void whatIsRefusedBeforeTheFirstEventIsRefusedAsForAnyCall() {
        house.deploy("strict", "return 1", "\"contract\":{\"params\":{\"type\":\"object\",\"required\":[\"a\"]}}");
        String path = "/api/v1/functions/strict/invoke-stream";
        for (String body : List.of("{}", "{", "[1]")) {
            Reply stream = house.post(path, body);
            Reply plain = house.invoke("strict", body);
            assertEquals(plain.status(), stream.status(), stream.body());
            assertEquals(plain.at("/type"), stream.at("/type"));
            assertEquals(plain.at("/detail"), stream.at("/detail"));
        }
        house.post("/api/v1/functions/nobody/invoke-stream", "{}").isProblem(404, "not_found");
        assertEquals(
                "true", house.post(path + "?dryRun=true", "{\"a\":1}").is(200).at("/valid"));
        house.get("/api/v1/executions/0/stream").isProblem(404, "not_found");
        house.post(path, "{\"a\":1}", "Last-Event-ID", "x").isProblem(400, "malformed");
    }

    @Test
    void aPieceThatIsTooLargeOrNoJsonIsRefusedAndTheCallGoesOn() throws Exception {
        deploy("large", guest -> {
            List<String> said = new ArrayList<>();
            for (String piece : List.of("\"" + "x".repeat(300_000) + "\"", "{", "\"" + "x".repeat(200_000) + "\"")) {
                try {
                    guest.call(chunk(piece));
                    said.add("sent");
                } catch (Guest.Refused e) {
                    said.add(e.fault().message().substring(0, 12));
                }
            }
            return "\"" + said + "\"";
        });
        try (Sse sse = Sse.call(house, "large", "{}")) {
            List<String> told = sse.told();
            assertEquals(2, told.size());
            assertEquals("result \"[The piece ha, A piece is o, sent]\"", told.getLast());
        }
    }

    @Test
    void aFunctionThatSendsNothingAnswersAsOneEventHoweverLarge() throws Exception {
        house.deploy("whole", "size 3000000");
        try (Sse sse = Sse.call(house, "whole", "{}")) {
            Sse.Event event = sse.take();
            assertEquals("result", event.type());
            assertEquals(3_000_000, event.data().length());
            try (Sse again = Sse.resume(house, sse.id(), "")) {
                assertEquals(event, again.take());
            }
        }
    }

    @Test
    void aCallThatIsNoStreamIsToldSo() {
        deploy("plain", guest -> guest.call(chunk("1")));
        house.invoke("plain", "{}").isProblem(422, "unsupported");
    }

    @Test
    void theSameKeyReadsTheSameStreamAgain() throws Exception {
        deploy("keyed", guest -> {
            house.commands.count("keyed").incrementAndGet();
            guest.call(chunk("1"));
            return "2";
        });
        try (Sse sse = Sse.call(house, "keyed", "{}", "Idempotency-Key", "k")) {
            assertEquals(List.of("chunk 1", "result 2"), sse.told());
            try (Sse again = Sse.call(house, "keyed", "{}", "Idempotency-Key", "k")) {
                assertEquals(sse.id(), again.id());
                assertEquals(List.of("chunk 1", "result 2"), again.told());
            }
        }
        assertEquals(
                "2", house.invoke("keyed", "{}", "Idempotency-Key", "k").is(200).body());
        assertEquals(1, house.commands.count("keyed").get());
        house.post("/api/v1/functions/keyed/invoke-stream", "{\"other\":1}", "Idempotency-Key", "k")
                .isProblem(409, "idempotency_conflict");
    }
}
