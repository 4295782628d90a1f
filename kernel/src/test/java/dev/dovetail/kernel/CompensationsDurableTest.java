package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What plain calls register to be called if they fail. */
@ExtendWith(OpenHouse.class)
@Tag("WF-34")
final class CompensationsDurableTest {
    private final House house;
    private final Flows flows;
    private final PlainCalls calls;

    CompensationsDurableTest(House house, Flows flows) {
        this.house = house;
        this.flows = flows;
        this.calls = new PlainCalls(house);
    }

    @Test
    void theyRunInReverseOnceTheCallHasFailed() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String fails = calls.function(guest -> {
            for (int i = 1; i <= 3; i++) {
                assertEquals("null", guest.call(PlainCalls.compensate(undo, "{\"n\":" + i + "}")));
            }
            assertTrue(seen.isEmpty());
            throw Guest.fails("no");
        });
        Reply failed = calls.invoke(fails);
        assertEquals("no", failed.is(500).at("/detail"));
        Reply shown = flows.await(PlainCalls.id(failed), "compensated");
        assertEquals(List.of("{\"n\":3}", "{\"n\":2}", "{\"n\":1}"), seen);
        assertEquals("no", shown.at("/error/message"));
        assertEquals("sync", shown.at("/mode"));
        JsonNode all = shown.json().get("compensations");
        assertEquals(3, all.size());
        for (JsonNode each : all) {
            assertEquals("succeeded", each.get("status").stringValue());
            JsonNode own =
                    flows.show(each.get("executionId").stringValue()).is(200).json();
            assertEquals(PlainCalls.id(failed), own.get("parentExecutionId").stringValue());
        }
        List<String> events = flows.events(PlainCalls.id(failed));
        assertEquals(
                List.of("started", "compensation_started", "compensation_started", "compensation_completed"),
                events.subList(0, 4));
        String log = calls.log(PlainCalls.id(failed));
        assertTrue(log.contains("compensation:start") && log.contains("compensation:end"), log);
        assertFalse(log.contains("compensation:alert"), log);
        house.get("/api/v1/dead-letters/" + PlainCalls.id(failed)).isProblem(404, "not_found");
    }

    @Test
    void whatSucceedsDropsThem() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String works = calls.function(guest -> guest.call(PlainCalls.compensate(undo, "{}")));
        String id = PlainCalls.id(calls.invoke(works).is(200));
        String later = flows.start(works, "{}");
        flows.await(later, "succeeded");
        flows.await(id, "succeeded");
        assertEquals(List.of("started", "succeeded"), flows.events(id));
        house.post("/api/v1/functions/" + undo + "/invoke", "{\"last\":true}").is(200);
        assertEquals(List.of("{\"last\":true}"), seen);
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthersFromRunning() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String fails = calls.function(guest -> {
            guest.call(PlainCalls.compensate(undo, "1"));
            guest.call(PlainCalls.compensate(undo, "{\"bad\":true}"));
            guest.call(PlainCalls.compensate(undo, "3"));
            throw Guest.fails("no");
        });
        String id = PlainCalls.id(calls.invoke(fails));
        Reply shown = flows.await(id, "dead_lettered");
        assertEquals(List.of("3", "{\"bad\":true}", "{\"bad\":true}", "1"), seen, "with the attempts that it has");
        assertEquals("no", shown.at("/error/message"));
        assertEquals("failed", shown.at("/compensations/1/status"));
        assertEquals("cannot be undone", shown.at("/compensations/1/error/message"));
        assertEquals("succeeded", shown.at("/compensations/2/status"));
        house.get("/api/v1/dead-letters/" + id).is(200);
        house.get("/api/v1/dead-letters/" + shown.at("/compensations/1/executionId"))
                .is(200);
        String log = calls.log(id);
        assertTrue(log.contains("compensation:error") && log.contains("compensation:alert"), log);
        String metrics = house.get("/metrics").body();
        assertTrue(metrics.contains("plugin_compensations_total{outcome=\"failed\"} "), metrics);
    }

    @Test
    void aCallThatTimesOutIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String late = calls.function(
                guest -> {
                    guest.call(PlainCalls.compensate(undo, "1"));
                    guest.sleep(60_000);
                    return "1";
                },
                "\"timeoutSeconds\":1");
        flows.await(PlainCalls.id(calls.invoke(late).isProblem(504, "timeout")), "compensated");
        assertEquals(List.of("1"), seen);
    }

    /** A function that is called by one whose time is over is stopped with it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallWhoseCallerTimesOutIsUndone(boolean saysSo) throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String inner = calls.function(guest -> {
            guest.call(PlainCalls.compensate(undo, "\"inner\""));
            try {
                guest.sleep(60_000);
            } catch (InterruptedException e) {
                if (saysSo) {
                    Thread.currentThread().interrupt(); // as code does that lets whoever called it know
                }
            }
            throw Guest.fails("interrupted");
        });
        String outer = calls.function(
                guest -> {
                    guest.call(PlainCalls.compensate(undo, "\"outer\""));
                    return guest.child(inner, "{}");
                },
                "\"timeoutSeconds\":1");
        flows.await(PlainCalls.id(calls.invoke(outer).isProblem(504, "timeout")), "compensated");
        Eventually.holds(
                "both are undone",
                Eventually.PATIENCE,
                () -> List.copyOf(seen).containsAll(List.of("\"inner\"", "\"outer\"")),
                seen::toString);
    }

    @Test
    void aCallThatIsCanceledOrBreaksItsContractIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String breaks = calls.function(
                guest -> {
                    guest.call(PlainCalls.compensate(undo, "1"));
                    return "\"no number\"";
                },
                "\"contract\":{\"returns\":{\"type\":\"number\"}}");
        flows.await(PlainCalls.id(calls.invoke(breaks)), "compensated");
        CountDownLatch begun = new CountDownLatch(1);
        Map<String, String> ids = new ConcurrentHashMap<>();
        String endless = calls.function(guest -> {
            guest.call(PlainCalls.compensate(undo, "2"));
            ids.put("endless", guest.invocation().executionId());
            begun.countDown();
            guest.sleep(60_000);
            return "1";
        });
        Thread caller = Thread.startVirtualThread(() -> calls.invoke(endless));
        begun.await();
        house.post("/api/v1/executions/" + ids.get("endless") + ":cancel", "{}").is(202);
        flows.await(ids.get("endless"), "compensated");
        caller.join();
        assertEquals(List.of("1", "2"), seen);
    }

    /** Between two attempts nothing is undone; in the end what each has registered is. */
    @Test
    void ofAJobAllThatItsAttemptsRegisteredRunsOnceItHasFailedForGood() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        List<Integer> before = new CopyOnWriteArrayList<>();
        String job = calls.function(
                guest -> {
                    before.add(seen.size());
                    guest.call(
                            PlainCalls.compensate(undo, "" + guest.invocation().attempt()));
                    throw Guest.fails("no");
                },
                "\"traits\":{\"retry\":{\"maxAttempts\":3,\"initialDelayMs\":1}}");
        String id = flows.start(job, "{}");
        Reply shown = flows.await(id, "compensated");
        assertEquals(List.of("3", "2", "1"), seen);
        assertEquals(List.of(0, 0, 0), before);
        assertEquals("async", shown.at("/mode"));
    }

    @Test
    void aStreamedCallIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String fails = calls.function(guest -> {
            guest.call(PlainCalls.compensate(undo, "1"));
            throw Guest.fails("no");
        });
        Reply streamed = house.post("/api/v1/functions/" + fails + "/invoke-stream", "{}");
        flows.await(PlainCalls.id(streamed), "compensated");
        assertEquals(List.of("1"), seen);
    }
}
