package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Which stages of a workflow are snapshots, and what one shows. */
@ExtendWith(OpenHouse.class)
record SnapshotsDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    private static HostCall checkpoint(String label) {
        return new HostCall.Other("checkpoint", 1, Bytes.utf8("{\"label\":\"" + label + "\"}"));
    }

    private static String strategy(String word) {
        return "\"traits\":{\"workflow\":{\"checkpointing\":{\"strategy\":\"" + word + "\"}}}";
    }

    private static void halfAndWait(Guest guest) throws InterruptedException {
        guest.step("a", (_, _) -> "1");
        assertEquals("null", guest.call(checkpoint("half")));
        guest.call(Guest.event("go", HOUR));
    }

    private String waiting(String function, String... traits) throws Exception {
        flows.deploy(
                function,
                guest -> {
                    halfAndWait(guest);
                    return "2";
                },
                traits);
        String id = flows.start(function, "{}");
        flows.await(id, "suspended");
        return id;
    }

    private List<String> labels(String id, String query) {
        JsonNode items = house.get("/api/v1/executions/" + id + "/snapshots" + query)
                .is(200)
                .json()
                .get("items");
        return StreamSupport.stream(items.spliterator(), false)
                .map(each -> each.get("label").stringValue())
                .toList();
    }

    private List<String> checkpoints(String id) {
        return flows.events(id).stream()
                .filter(event -> event.equals("checkpoint_created") || event.equals("suspended"))
                .toList();
    }

    @Test
    @Tag("WF-05")
    void theStrategyOfAWorkflowSaysWhatIsASnapshot() throws Exception {
        String usual = waiting("shot-usual");
        String automatic = waiting("shot-automatic", strategy("automatic"));
        String manual = waiting("shot-manual", strategy("manual"));
        String disabled = waiting("shot-disabled", strategy("disabled"));
        assertEquals(List.of("half", "event"), labels(usual, ""));
        assertEquals(List.of("half", "event"), labels(automatic, ""));
        assertEquals(List.of("half"), labels(manual, ""));
        assertEquals(List.of(), labels(disabled, ""));
        // that it was suspended is in its story all the same
        assertEquals(List.of("checkpoint_created", "suspended"), checkpoints(manual));
        assertEquals(List.of("suspended"), checkpoints(disabled));
        // nor is a pause by somebody a snapshot of one that takes none by itself
        assertTrue(flows.control(manual, "pause").status() < 300);
        Eventually.holds(
                "it is paused, and goes on",
                () -> flows.control(manual, "resume").status() < 300);
        for (String id : List.of(usual, automatic, manual, disabled)) {
            flows.signal(id, "go", "1").is(202);
            assertEquals("2", flows.await(id, "succeeded").at("/output"), "replay has all that it needs");
        }
        assertEquals(List.of("half"), labels(manual, ""));
        assertEquals(List.of(), labels(disabled, ""));
        Reply wrong = house.post(
                        "/api/v1/functions",
                        House.function("shot-wrong", "flow shot-usual", "\"kind\":\"workflow\"", strategy("often")))
                .isProblem(422, "validation");
        assertEquals("/traits/workflow/checkpointing/strategy", wrong.at("/errors/0/path"));
    }

    @Test
    @Tag("WF-05")
    void aVersionThatAnExecutionIsMovedToSaysWhatIsASnapshotFromThenOn() throws Exception {
        String id = waiting("shot-moved");
        house.commands.flow("shot-moved-on", guest -> {
            halfAndWait(guest);
            guest.call(checkpoint("three quarters"));
            guest.call(Guest.event("on", HOUR));
            return "2";
        });
        house.version("shot-moved", "flow shot-moved-on", strategy("disabled"));
        house.post("/api/v1/executions/" + id + ":move", "{\"version\":2}").is(200);
        flows.signal(id, "go", "1").is(202);
        flows.signal(id, "on", "1").is(202);
        flows.await(id, "succeeded");
        assertEquals(List.of("half", "event"), labels(id, ""), "what was taken before is kept");
    }

    @Test
    void aSnapshotIsFoundByItsLabelAndShowsWhatWouldBeUndoneAndWhatWasRecorded() throws Exception {
        flows.deploy("shot-full", guest -> {
            guest.undoable("book", "unbook", (_, _) -> "{\"seat\":7,\"apiKey\":\"k\"}");
            guest.call(new HostCall.Now());
            guest.call(new HostCall.Random(Optional.empty()));
            guest.call(checkpoint("booked"));
            guest.undoable("pay", "refund", (_, _) -> "9");
            guest.call(checkpoint("paid"));
            guest.call(checkpoint("booked"));
            return guest.call(Guest.event("go", HOUR));
        });
        String id = flows.start("shot-full", "{}");
        flows.await(id, "suspended");
        assertEquals(List.of("booked", "booked"), labels(id, "?label=booked"));
        assertEquals(List.of("paid"), labels(id, "?label=paid"));
        assertEquals(List.of(), labels(id, "?label=none"));
        String path = "/api/v1/executions/" + id + "/snapshots";
        JsonNode page = house.get(path + "?label=booked&limit=1").is(200).json();
        JsonNode rest = house.get(path + "?label=booked&limit=1&cursor="
                        + page.get("nextCursor").stringValue())
                .is(200)
                .json();
        assertEquals(3, rest.at("/items/0/number").intValue(), rest.toString());
        JsonNode booked = house.get(path + "/1").is(200).json();
        assertEquals(7, booked.at("/place/line").intValue(), booked.toString());
        assertEquals(1, booked.get("compensations").size(), booked.toString());
        assertEquals("unbook", booked.at("/compensations/0/function").stringValue());
        assertEquals("book", booked.at("/compensations/0/input/of").stringValue());
        assertEquals(7, booked.at("/compensations/0/output/seat").intValue());
        assertEquals("***", booked.at("/compensations/0/output/apiKey").stringValue());
        assertEquals("now", booked.at("/calls/1/call").stringValue());
        assertTrue(booked.at("/calls/1/response/result").isString());
        assertEquals("random", booked.at("/calls/2/call").stringValue());
        assertTrue(booked.at("/calls/2/response/result").isString());
        JsonNode paid = house.get(path + "/2").is(200).json();
        assertEquals(
                "refund", paid.at("/compensations/0/function").stringValue(), "what was done last is undone first");
        assertEquals("unbook", paid.at("/compensations/1/function").stringValue());
        JsonNode waits = house.get(path + "/4").is(200).json();
        assertEquals("go", waits.at("/waits/0/type").stringValue(), waits.toString());
        assertFalse(waits.at("/waits/0").has("input"));
    }

    /** One that has ended is looked at as it was, and begun again from there; what it had done by then is not done again. */
    @Test
    @Tag("EX-19")
    void anExecutionGoesAnotherWayFromAnyOfItsSnapshots() throws Exception {
        AtomicInteger before = new AtomicInteger();
        flows.deploy("turns", guest -> {
            String a = guest.step("a", (_, _) -> "" + before.incrementAndGet());
            String random = guest.call(new HostCall.Random(Optional.empty()));
            guest.call(checkpoint("half"));
            String way = guest.call(Guest.event("go", HOUR));
            return "[" + a + "," + random + "," + guest.step("b", (_, _) -> way) + "]";
        });
        String id = flows.start("turns", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "go", "\"left\"").is(202);
        JsonNode was = flows.await(id, "succeeded").json().get("output");
        assertEquals("left", was.get(2).stringValue());
        String path = "/api/v1/executions/" + id + "/snapshots";
        assertEquals(List.of("half", "event"), labels(id, ""));
        for (int number = 1; number <= 2; number++) {
            JsonNode then = house.get(path + "/" + number).is(200).json();
            assertEquals(1, then.at("/calls/0/response/result").intValue(), then.toString());
            assertFalse(then.toString().contains("left"), "that came later");
            String fork = house.post(
                            "/api/v1/executions/" + id + ":fork", "{\"from\":\"" + then.get("forkFrom") + "\"}")
                    .is(202)
                    .at("/executionId");
            flows.await(fork, "suspended");
            flows.signal(fork, "go", "\"right\"").is(202);
            JsonNode is = flows.await(fork, "succeeded").json().get("output");
            assertEquals(was.get(1), is.get(1), "what was recorded");
            assertEquals("right", is.get(2).stringValue());
        }
        assertEquals(1, before.get());
    }
}
