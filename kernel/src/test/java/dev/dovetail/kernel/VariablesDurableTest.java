package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Everything that an execution has is in a snapshot; what the variables had is there to be looked at, and no more. */
@ExtendWith(OpenHouse.class)
record VariablesDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    /** As an executor asks that tells what the variables have. */
    private static HostCall checkpoint(String label, String... variables) {
        String told = "[{\"function\":\"main\",\"line\":3,\"variables\":{" + String.join(",", variables) + "}}]";
        return new HostCall.Other(
                "checkpoint", 1, Bytes.utf8("{\"label\":\"" + label + "\",\"variables\":" + told + "}"));
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
