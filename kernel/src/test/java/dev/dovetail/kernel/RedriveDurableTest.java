package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many dead letters are driven again at once: each for itself, and not for ever. */
@ExtendWith(OpenHouse.class)
record RedriveDurableTest(House house, Flows flows) {
    private static final String ONCE = "\"traits\":{\"retry\":{\"maxAttempts\":1}}";

    private String dead(String function) throws Exception {
        String id = flows.start(function, "{}");
        flows.await(id, "dead_lettered");
        return id;
    }

    @Test
    @Tag("WF-24")
    void oneThatCannotBeDrivenKeepsNoOtherFromIt() throws Exception {
        house.deploy("gone", "fail always", ONCE);
        house.deploy("there", "fail always", ONCE);
        String before = dead("there");
        String hopeless = dead("gone");
        String after = dead("there");
        house.delete("/api/v1/functions/gone").is(204);
        Reply driven = house.post("/api/v1/dead-letters:redrive", "{}").is(202);
        assertEquals(
                driven.at("/redriven"), "" + driven.json().get("executions").size());
        assertEquals(1, driven.json().get("refused").size(), driven.body());
        assertEquals(hopeless, driven.at("/refused/0/id"));
        assertEquals("not_found", driven.at("/refused/0/code"));
        assertTrue(driven.at("/refused/0/detail").contains("\"gone\""), driven.body());
        house.get("/api/v1/dead-letters/" + before).is(404);
        house.get("/api/v1/dead-letters/" + after).is(404);
        house.get("/api/v1/dead-letters/" + hopeless).is(200);
        house.post("/api/v1/dead-letters:redrive", "{\"filter\":{\"function\":\"gone\"}}")
                .isProblem(404, "not_found");
    }

    @Test
    @Tag("WF-24")
    void aRateThatIsTooSlowForOneRequestLeavesTheOthersForTheNext() throws Exception {
        house.deploy("slowly", "fail always", ONCE);
        dead("slowly");
        dead("slowly");
        Reply driven = house.post(
                        "/api/v1/dead-letters:redrive", "{\"filter\":{\"function\":\"slowly\"},\"rate\":1e-9}")
                .is(202);
        assertEquals("2", driven.at("/matched"));
        assertEquals("1", driven.at("/redriven"));
        assertTrue(driven.at("/stoppedBecause").contains("rate"), driven.body());
    }

    @Test
    @Tag("WF-24")
    void oneIsDrivenOnAnInputAsLargeAsACallMayHave() throws Exception {
        house.deploy("large", "fail always", ONCE);
        String id = dead("large");
        String input = "\"" + "x".repeat(200 * 1024) + "\"";
        house.post("/api/v1/dead-letters/" + id + ":redrive", "{\"input\":" + input + "}")
                .is(202);
    }
}
