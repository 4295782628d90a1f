package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The functions that a workflow names for its own failure or cancellation. */
@ExtendWith(OpenHouse.class)
@Tag("WF-21")
record HandlersDurableTest(House house, Flows flows) {
    @Test
    void theFunctionsOwnHandlerIsToldWhenNoStepHadSomethingToUndo() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        house.commands.flow("handler", guest -> {
            told.add(guest.input().get("trigger").stringValue() + " "
                    + guest.input().path("failed_step_error").path("message").stringValue() + " "
                    + guest.input().path("invocation_metadata").path("original_input"));
            return "null";
        });
        house.deploy("handler", "flow handler");
        String traits =
                "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"handler\",\"onCancel\":\"handler\"}}}";
        flows.deploy(
                "handled",
                guest -> {
                    if (guest.input().has("wait")) {
                        guest.call(Guest.event("go", Duration.ofHours(1)));
                    }
                    throw Guest.fails("why");
                },
                traits);
        flows.await(flows.start("handled", "{\"n\":1}"), "compensated");
        String waiting = flows.start("handled", "{\"wait\":1}");
        flows.await(waiting, "suspended");
        flows.control(waiting, "cancel").is(202);
        flows.await(waiting, "compensated");
        assertEquals("failure why {\"n\":1}", told.getFirst());
        assertTrue(
                told.getLast().startsWith("cancellation ") && told.getLast().endsWith("{\"wait\":1}"), told::toString);
    }

    @Test
    void handlersThatAreCalledForEachOthersFailuresComeToAnEnd() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        for (String name : List.of("ping", "pong")) {
            String other = name.equals("ping") ? "pong" : "ping";
            String traits = "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"" + other + "\"}}}";
            flows.deploy(
                    name,
                    _ -> {
                        calls.incrementAndGet();
                        throw Guest.fails("as always");
                    },
                    traits);
        }
        flows.await(flows.start("ping", "{}"), "dead_lettered");
        // 1 + 3 + 9 * 15 if none is begun anew, as on a machine that stands still for seconds; without an end, three to
        // the 16th
        assertTrue(calls.get() >= 139 && calls.get() < 1000, () -> calls + " calls");
    }

    @Test
    void aFunctionIsNotItsOwnHandler() {
        String members = "\"kind\":\"workflow\",\"traits\":{\"workflow\":{\"compensation\":{\"onCancel\":\"itself\"}}}";
        Reply refused = house.post("/api/v1/functions", House.function("itself", "return 1", members))
                .isProblem(422, "validation");
        assertEquals("/traits/workflow/compensation/onCancel", refused.at("/errors/0/path"));
    }

    @Test
    void aHandlerThatFailsIsToldInTheLog() throws Exception {
        flows.deploy(
                "unhandled",
                _ -> {
                    throw Guest.fails("why");
                },
                "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"not-there\"}}}");
        String id = flows.start("unhandled", "{}");
        assertEquals("why", flows.await(id, "dead_lettered").at("/error/message"));
        String log = house.get("/api/v1/executions/" + id + "/logs").body();
        assertTrue(log.contains("failed: \\\"not-there\\\": There is no function"), log);
    }
}
