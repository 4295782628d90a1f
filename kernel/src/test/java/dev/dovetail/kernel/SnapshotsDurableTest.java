package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
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

    /** As an executor asks that tells what the variables have. */
    private static HostCall checkpoint(String label, String... variables) {
        String told = "[{\"function\":\"main\",\"line\":3,\"variables\":{" + String.join(",", variables) + "}}]";
        return new HostCall.Other(
                "checkpoint", 1, Bytes.utf8("{\"label\":\"" + label + "\",\"variables\":" + told + "}"));
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

    /** All that the requirement names is in one snapshot, which is found by its label. */
    @Test
    @Tag("WF-06")
    void aSnapshotHoldsEverythingThatAnExecutionHasAndIsFoundByItsLabel() throws Exception {
        flows.deploy("shot-all", guest -> {
            guest.undoable("book", "unbook", (_, _) -> "{\"seat\":7}");
            guest.call(new HostCall.Now());
            guest.call(new HostCall.Random(Optional.empty()));
            guest.call(checkpoint("early", "\"seat\":\"1\""));
            guest.ask(Guest.event("paid", HOUR));
            guest.ask(new HostCall.Sleep(HOUR));
            guest.call(checkpoint("all", "\"seat\":\"7\"", "\"apiKey\":\"\\\"k\\\"\"", "\"n\":\"no JSON\""));
            guest.call(checkpoint("late", "\"seat\":\"8\""));
            return guest.call(Guest.event("go", HOUR));
        });
        String id = flows.start("shot-all", "{\"of\":\"me\"}");
        flows.await(id, "suspended");
        JsonNode all =
                house.get("/api/v1/executions/" + id + "/snapshots/all").is(200).json();
        assertEquals("all", all.get("label").stringValue());
        assertEquals(2, all.get("number").intValue());
        assertEquals(7, all.at("/place/line").intValue(), "the position of the call");
        assertEquals("me", all.at("/input/of").stringValue());
        assertEquals(
                "[{\"function\":\"main\",\"line\":3,\"variables\":{\"seat\":7,\"apiKey\":\"***\",\"n\":\"no JSON\"}}]",
                all.get("variables").toString());
        assertEquals(7, all.at("/calls/0/response/result/seat").intValue(), "what a completed step gave");
        assertEquals("unbook", all.at("/compensations/0/function").stringValue());
        assertEquals("now", all.at("/calls/1/call").stringValue());
        assertTrue(all.at("/calls/1/response/result").isString());
        assertEquals("random", all.at("/calls/2/call").stringValue());
        assertTrue(all.at("/calls/2/response/result").isString());
        assertEquals("event", all.at("/waits/0/call").stringValue(), "a promise that is open");
        assertEquals("paid", all.at("/waits/0/type").stringValue(), "what it subscribed to");
        assertEquals("sleep", all.at("/waits/1/call").stringValue());
        assertFalse(all.at("/calls/4").has("response"), all.toString());
        assertFalse(
                house.get("/api/v1/executions/" + id + "/trace").is(200).body().contains("apiKey"), "of no call");
        house.get("/api/v1/executions/" + id + "/snapshots/none").isProblem(404, "not_found");
        String again =
                house.get("/api/v1/executions/" + id + "/snapshots/2").is(200).body();
        assertEquals(all, house.get("/api/v1/executions/" + id + "/snapshots/2").json(), again);
    }

    /** Code that was changed where nobody sees it from outside goes on: what its variables have is told, and not compared. */
    @Test
    @Tag("WF-06")
    void variablesAreNoPartOfWhatAReplayCompares() throws Exception {
        flows.deploy("shot-renamed", guest -> {
            guest.call(checkpoint("half", "\"a\":\"1\""));
            return guest.call(Guest.event("go", HOUR));
        });
        String id = flows.start("shot-renamed", "{}");
        flows.await(id, "suspended");
        flows.version("shot-renamed", "shot-renamed-on", guest -> {
            guest.call(checkpoint("half", "\"b\":\"2\"", "\"c\":\"3\""));
            return guest.call(Guest.event("go", HOUR));
        });
        house.post("/api/v1/executions/" + id + ":compare", "{\"version\":2}").is(200);
        house.post("/api/v1/executions/" + id + ":move", "{\"version\":2}").is(200);
        house.commands.flow("shot-renamed-on", guest -> {
            guest.call(checkpoint("half")); // of an executor that tells none
            return guest.call(Guest.event("go", HOUR));
        });
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
        assertEquals(
                1,
                house.get("/api/v1/executions/" + id + "/snapshots/half")
                        .is(200)
                        .json()
                        .at("/variables/0/variables/a")
                        .intValue());
    }

    @Test
    @Tag("WF-06")
    void variablesAreKeptWithinBounds() throws Exception {
        String large = "\"x\":\"" + "x".repeat(60_000) + "\"";
        flows.deploy("shot-large", guest -> {
            guest.call(checkpoint("larger", large, large.replace("\"x\"", "\"y\"")));
            for (int i = 0; i < 20; i++) {
                guest.call(checkpoint("n" + i, large));
            }
            return guest.call(Guest.event("go", HOUR));
        });
        String id = flows.start("shot-large", "{}");
        flows.await(id, "suspended");
        assertTrue(variables(id, "larger").stringValue().contains("not kept"));
        assertTrue(variables(id, "n16").isArray());
        assertTrue(variables(id, "n17").isString(), "the journal is no place for all of them");
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
    }

    @Test
    @Tag("WF-06")
    void whatASecretIsIsInNoVariable() throws Exception {
        house.put("/api/v1/secrets/shot-key", "{\"value\":\"hush-hush\"}").is(200);
        flows.deploy(
                "shot-secret",
                guest -> {
                    String secret = guest.call(new HostCall.ReadSecret("shot-key"));
                    assertTrue(secret.contains("hush-hush"), secret);
                    guest.call(checkpoint("knows", "\"x\":\"\\\"it is hush-hush\\\"\""));
                    return guest.call(Guest.event("go", HOUR));
                },
                "\"secrets\":[\"shot-key\"]");
        String id = flows.start("shot-secret", "{}");
        flows.await(id, "suspended");
        assertEquals(
                "it is ***",
                variables(id, "knows").at("/0/variables/x").stringValue().replaceAll("\\*+", "***"));
        assertFalse(Aged.keys(house.state, "t/default/j/" + id).isEmpty(), "its journal is there, and has it neither");
        assertFalse(house.state.list(Range.prefix(Key.Space.STATE, "t/default/j/" + id), 100).stream()
                .anyMatch(each -> each.value().text().contains("hush")));
    }

    private JsonNode variables(String id, String label) {
        return house.get("/api/v1/executions/" + id + "/snapshots/" + label)
                .is(200)
                .json()
                .get("variables");
    }
}
