package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The functions that are to be called at a workflow's end, when they cannot be. */
@ExtendWith(OpenHouse.class)
record HandlersDurableTest(House house, Flows flows) {
    @Test
    void aHandlerThatFailsIsToldInTheLog() throws Exception {
        String traits = "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"not-there\"}}}";
        flows.deploy(
                "unhandled",
                _ -> {
                    throw Guest.fails("why");
                },
                traits);
        String id = flows.start("unhandled", "{}");
        assertEquals("why", flows.await(id, "dead_lettered").at("/error/message"));
        String log = house.get("/api/v1/executions/" + id + "/logs").body();
        assertTrue(log.contains("failed: \\\"not-there\\\": There is no function"), log);
    }
}
