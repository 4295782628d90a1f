package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

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

    /** It is not over before its handler is, and then as that says. */
    @Test
    void aHandlerThatWaitsIsWaitedFor() throws Exception {
        flows.deploy("asks", guest -> {
            if (guest.call(Guest.event("settled", Duration.ofHours(1))).equals("false")) {
                throw Guest.fails("not settled");
            }
            return "1";
        });
        String traits = "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"asks\"}}}";
        flows.deploy(
                "asked",
                _ -> {
                    throw Guest.fails("why");
                },
                traits);
        for (boolean settles : List.of(true, false)) {
            String id = flows.start("asked", "{}");
            for (int tries = settles ? 1 : 3; tries > 0; tries--) {
                String asks = Eventually.found("its handler waits", Eventually.PATIENCE, () -> waiting("asks"));
                assertEquals("compensating", flows.status(id));
                flows.signal(asks, "settled", Boolean.toString(settles)).is(202);
                flows.await(asks, settles ? "succeeded" : "failed");
            }
            flows.await(id, settles ? "compensated" : "dead_lettered");
        }
    }

    /** Nothing goes on for it then, and somebody learns that something was left undone. */
    @Test
    @Tag("EX-09")
    void whoeverTerminatesAnExecutionEndsItsHandlerToo() throws Exception {
        flows.deploy("hangs", guest -> guest.call(Guest.event("never", Duration.ofHours(1))));
        flows.deploy("hung", failing("why"), "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"hangs\"}}}");
        String id = flows.start("hung", "{}");
        String hangs = Eventually.found("its handler waits", Eventually.PATIENCE, () -> waiting("hangs"));
        flows.control(id, "cancel").isProblem(409, "invalid_state");
        flows.control(id, "terminate").is(202);
        assertEquals("why", flows.await(id, "dead_lettered").at("/error/message"));
        flows.await(hangs, "canceled");
        house.get("/api/v1/dead-letters/" + id).is(200);
        flows.control(id, "terminate").isProblem(409, "invalid_state");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("EX-09")
    void codeThatUndoesIsStoppedWhenItsExecutionIsTerminated(boolean step) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        String name = "endless-" + step;
        house.commands.flow(name, _ -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.countDown();
            }
            return "1";
        });
        house.deploy(name, "flow " + name);
        flows.deploy(
                "stopped-" + step,
                guest -> {
                    if (step) {
                        guest.undoable("s", name, (_, _) -> "1");
                    }
                    throw Guest.fails("why");
                },
                "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"" + name + "\"}}}");
        String id = flows.start("stopped-" + step, "{}");
        begun.await();
        flows.control(id, "terminate").is(202);
        flows.await(id, "dead_lettered", 10);
        stopped.await();
        String log = house.get("/api/v1/executions/" + id + "/logs").body();
        assertTrue(log.contains("It was terminated before all was done"), log);
    }

    private static Guest.Flow failing(String why) {
        return _ -> {
            throw Guest.fails(why);
        };
    }

    private Optional<String> waiting(String name) {
        JsonNode items = house.get("/api/v1/executions?status=suspended&function=" + name)
                .is(200)
                .json()
                .get("items");
        return items.isEmpty()
                ? Optional.empty()
                : Optional.of(items.get(0).get("id").stringValue());
    }

    @Test
    void handlersThatAreCalledForEachOthersFailuresComeToAnEnd() throws Exception {
        Set<String> calls = ConcurrentHashMap.newKeySet();
        for (String name : List.of("ping", "pong")) {
            String other = name.equals("ping") ? "pong" : "ping";
            String traits = "\"traits\":{\"workflow\":{\"compensation\":{\"onFailure\":\"" + other + "\"}}}";
            flows.deploy(
                    name,
                    guest -> {
                        calls.add(guest.invocation().executionId());
                        throw Guest.fails("as always");
                    },
                    traits);
        }
        flows.await(flows.start("ping", "{}"), "dead_lettered");
        // without an end, three to the 16th; the code of one that is taken over may begin anew, but no other is called
        // for it
        assertEquals(1 + 3 + 9 * 15, calls.size());
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
