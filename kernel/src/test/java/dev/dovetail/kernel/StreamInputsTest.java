package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.host.HostCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is sent to a call while it runs, and what is seen of its log. */
@ExtendWith(OpenHouse.class)
record StreamInputsTest(House house) {
    private void deploy(String name, Guest.Flow flow, String... members) {
        house.commands.flow(name, flow);
        house.deploy(name, "flow " + name, members);
    }

    @Test
    @Tag("IV-12")
    void aFunctionReadsThePiecesThatItIsSentUntilTheEnd() throws Exception {
        List<String> read = new CopyOnWriteArrayList<>();
        deploy("reads", guest -> {
            while (true) {
                String piece = guest.call(new HostCall.Read());
                read.add(piece);
                if (piece.equals("null")) {
                    assertEquals("null", guest.call(new HostCall.Read()));
                    return "" + read.size();
                }
                guest.call(StreamsTest.chunk(piece));
            }
        });
        try (Sse sse = Sse.call(house, "reads", "{}")) {
            String path = "/api/v1/executions/" + sse.id() + "/input";
            house.post(path, "{\"data\":1,\"more\":2}").isProblem(400, "malformed");
            house.post(path, "{}").isProblem(400, "malformed");
            house.post(path + "?dryRun=true", "{\"data\":0}").is(200);
            for (int i = 1; i <= 40; i++) {
                house.post(path, "{\"data\":" + (i == 7 ? "null" : "" + i) + "}")
                        .is(202);
                assertEquals(
                        "{\"data\":" + (i == 7 ? "null" : "" + i) + "}",
                        sse.take().data());
            }
            house.post("/json-rpc/input/" + sse.id(), "{\"end_of_stream\":true}")
                    .is(202);
            assertEquals(List.of("result 41"), sse.told());
            house.post(path, "{\"data\":3}").isProblem(409, "invalid_state");
        }
        house.post("/api/v1/executions/0190aaaa-0000-7000-8000-000000000000/input", "{\"data\":3}")
                .isProblem(404, "not_found");
    }

    @Test
    @Tag("IV-12")
    void piecesThatNobodyTakesAreRefusedWithATimeToComeBack() throws Exception {
        deploy("never-reads", guest -> {
            house.commands.gate("never-reads").pass();
            return "1";
        });
        try (Sse sse = Sse.call(house, "never-reads", "{}")) {
            String path = "/api/v1/executions/" + sse.id() + "/input";
            Reply reply = house.post(path, "{\"data\":1}");
            int taken = 0;
            while (reply.status() == 202 && taken < 100) {
                taken++;
                reply = house.post(path, "{\"data\":1}");
            }
            reply.isProblem(429, "quota_exceeded");
            assertEquals("1", reply.header("Retry-After"));
            assertEquals(64, taken);
            house.commands.gate("never-reads").open();
            assertEquals(List.of("result 1"), sse.told());
        }
    }

    @Test
    @Tag("EX-16")
    @Tag("OB-08")
    void whatIsLoggedIsSeenWhileTheCodeRuns() throws Exception {
        for (String kind : List.of("function", "workflow")) {
            String name = "logs-" + kind;
            deploy(
                    name,
                    guest -> {
                        guest.log("one");
                        guest.call(StreamsTest.chunk("1"));
                        guest.log("two");
                        guest.call(StreamsTest.chunk("2"));
                        house.commands.gate(name).pass();
                        guest.log("three");
                        return "3";
                    },
                    "\"kind\":\"" + kind + "\"");
            try (Sse sse = Sse.call(house, name, "{}")) {
                house.commands.gate(name).await(1);
                String path = "/api/v1/executions/" + sse.id() + "/logs";
                try (Sse logs = Sse.open(house.request(path + "?follow=true"))) {
                    List<String> said = new ArrayList<>();
                    said.add(logs.take().json().get("message").stringValue());
                    said.add(logs.take().json().get("message").stringValue());
                    assertEquals(2, house.get(path).is(200).json().get("items").size());
                    house.commands.gate(name).open();
                    said.add(logs.take().json().get("message").stringValue());
                    assertEquals(List.of("one", "two", "three"), said);
                    assertEquals("end", logs.take().type());
                }
            }
        }
    }
}
