package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the journal of a workflow keeps besides steps: time and chance, what was logged, and as much of it as there is. */
@ExtendWith(OpenHouse.class)
record JournalDurableTest(House house, Flows flows) {
    @Test
    @Tag("EX-16")
    void whatIsLoggedBeforeAWaitIsKeptOnce() throws Exception {
        flows.deploy("logs", guest -> {
            guest.log("before");
            guest.sleep(1100);
            guest.log("between");
            guest.step("s", (it, _) -> {
                it.log("inside");
                return "1";
            });
            guest.sleep(1100);
            guest.log("after");
            return "1";
        });
        String id = flows.start("logs", "{}");
        flows.await(id, "succeeded");
        List<String> messages = new ArrayList<>();
        house.get("/api/v1/executions/" + id + "/logs")
                .is(200)
                .json()
                .get("items")
                .forEach(each -> messages.add(each.get("message").stringValue()));
        assertEquals(List.of("before", "between", "inside", "after"), messages);
    }

    @Test
    void aSegmentMayBeLargerThanTheStoreTakesAtOnce() throws Exception {
        String large = "\"" + "x".repeat(200_000) + "\"";
        flows.deploy("large", guest -> {
            for (int i = 0; i < 12; i++) {
                assertEquals(large, guest.step("s" + i, (_, _) -> large));
            }
            guest.sleep(1100);
            return "1";
        });
        assertFalse(flows.await(flows.start("large", "{}"), "succeeded")
                .at("/output")
                .isEmpty());
    }

    @Test
    @Tag("FH-04")
    void whatIsNoJsonFailsInsteadOfBeingCarriedForEver() throws Exception {
        flows.deploy("no-json", _ -> "no json");
        flows.deploy("no-json-step", guest -> guest.step("s", (_, _) -> "{"));
        for (String each : List.of("no-json", "no-json-step")) {
            Reply reply = flows.await(flows.start(each, "{}"), "failed");
            assertTrue(reply.at("/error/message").contains("no JSON"), reply.body());
        }
    }

    @Test
    @Tag("FH-05")
    void aFunctionIsRunAnewAndNeverReplayed() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        house.commands.flow("anew", guest -> {
            seen.add(guest.call(new HostCall.Random(Optional.empty())));
            if (seen.size() < 3) {
                throw Guest.fails("once more");
            }
            return "1";
        });
        house.deploy("anew", "flow anew", "\"traits\":{\"retry\":{\"maxAttempts\":3,\"initialDelayMs\":1}}");
        String id = flows.start("anew", "{}");
        flows.await(id, "succeeded");
        assertEquals(3, seen.size());
        assertEquals(3, new HashSet<>(seen).size(), "each attempt has chances of its own");
        assertFalse(
                flows.events(id).contains("called"), () -> flows.events(id) + " is what a workflow is replayed from");
    }

    @Test
    @Tag("FH-05")
    @Tag("WF-07")
    void timeAndChanceAreTheSameWhenReplayed() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        flows.deploy("recorded", guest -> {
            String now = guest.call(new HostCall.Now());
            String random = guest.call(new HostCall.Random(Optional.empty()));
            String label = guest.call(new HostCall.Random(Optional.of("l")));
            seen.add(now + random + label);
            guest.sleep(1100);
            assertEquals(label, guest.call(new HostCall.Random(Optional.of("l"))));
            return "1";
        });
        flows.await(flows.start("recorded", "{}"), "succeeded");
        assertEquals(2, seen.size());
        assertEquals(seen.getFirst(), seen.getLast());
    }
}
