package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What plain calls register to be called if they fail. */
@ExtendWith(OpenHouse.class)
@Tag("WF-34")
record CompensationsDurableTest(House house, Flows flows) {
    private static final AtomicInteger NAMES = new AtomicInteger();

    static HostCall compensate(String function, String input) {
        return new HostCall.Other(
                "compensate", 1, Bytes.utf8("{\"function\":\"" + function + "\",\"input\":" + input + "}"));
    }

    /** A plain function; its name. */
    private String function(Guest.Flow code, String... members) {
        String name = "plain-" + NAMES.incrementAndGet();
        house.commands.flow(name, code);
        house.deploy(name, "flow " + name, members);
        return name;
    }

    /** A function that remembers its inputs, and fails on those that say so. */
    private String undoing(List<String> seen) {
        return function(
                guest -> {
                    seen.add(guest.invocation().input().text());
                    if (guest.input().path("bad").booleanValue(false)) {
                        throw Guest.fails("cannot be undone");
                    }
                    return "null";
                },
                "\"traits\":{\"retry\":{\"maxAttempts\":2,\"initialDelayMs\":1}}");
    }

    private Reply invoke(String name) {
        return house.post("/api/v1/functions/" + name + "/invoke", "{}");
    }

    private static String id(Reply reply) {
        return reply.header("X-Execution-Id");
    }

    private String log(String id) {
        return house.get("/api/v1/executions/" + id + "/logs").body();
    }

    @Test
    void theyRunInReverseOnceTheCallHasFailed() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        String fails = function(guest -> {
            for (int i = 1; i <= 3; i++) {
                assertEquals("null", guest.call(compensate(undo, "{\"n\":" + i + "}")));
            }
            assertTrue(seen.isEmpty());
            throw Guest.fails("no");
        });
        Reply failed = invoke(fails);
        assertEquals("no", failed.is(500).at("/detail"));
        Reply shown = flows.await(id(failed), "compensated");
        assertEquals(List.of("{\"n\":3}", "{\"n\":2}", "{\"n\":1}"), seen);
        assertEquals("no", shown.at("/error/message"));
        assertEquals("sync", shown.at("/mode"));
        JsonNode all = shown.json().get("compensations");
        assertEquals(3, all.size());
        for (JsonNode each : all) {
            assertEquals("succeeded", each.get("status").stringValue());
            JsonNode own =
                    flows.show(each.get("executionId").stringValue()).is(200).json();
            assertEquals(id(failed), own.get("parentExecutionId").stringValue());
        }
        List<String> events = flows.events(id(failed));
        assertEquals(
                List.of("started", "compensation_started", "compensation_started", "compensation_completed"),
                events.subList(0, 4));
        String log = log(id(failed));
        assertTrue(log.contains("compensation:start") && log.contains("compensation:end"), log);
        assertFalse(log.contains("compensation:alert"), log);
        house.get("/api/v1/dead-letters/" + id(failed)).isProblem(404, "not_found");
    }

    @Test
    void whatSucceedsDropsThem() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        String works = function(guest -> guest.call(compensate(undo, "{}")));
        String id = id(invoke(works).is(200));
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
        String undo = undoing(seen);
        String fails = function(guest -> {
            guest.call(compensate(undo, "1"));
            guest.call(compensate(undo, "{\"bad\":true}"));
            guest.call(compensate(undo, "3"));
            throw Guest.fails("no");
        });
        String id = id(invoke(fails));
        Reply shown = flows.await(id, "dead_lettered");
        assertEquals(List.of("3", "{\"bad\":true}", "{\"bad\":true}", "1"), seen, "with the attempts that it has");
        assertEquals("no", shown.at("/error/message"));
        assertEquals("failed", shown.at("/compensations/1/status"));
        assertEquals("cannot be undone", shown.at("/compensations/1/error/message"));
        assertEquals("succeeded", shown.at("/compensations/2/status"));
        house.get("/api/v1/dead-letters/" + id).is(200);
        house.get("/api/v1/dead-letters/" + shown.at("/compensations/1/executionId"))
                .is(200);
        String log = log(id);
        assertTrue(log.contains("compensation:error") && log.contains("compensation:alert"), log);
        String metrics = house.get("/metrics").body();
        assertTrue(metrics.contains("plugin_compensations_total{outcome=\"failed\"} "), metrics);
    }

    @Test
    void aCallThatTimesOutIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        String late = function(
                guest -> {
                    guest.call(compensate(undo, "1"));
                    guest.sleep(60_000);
                    return "1";
                },
                "\"timeoutSeconds\":1");
        flows.await(id(invoke(late).isProblem(504, "timeout")), "compensated");
        assertEquals(List.of("1"), seen);
    }

    /** A function that is called by one whose time is over is stopped with it. */
    @Test
    void aCallWhoseCallerTimesOutIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        String inner = function(guest -> {
            guest.call(compensate(undo, "\"inner\""));
            guest.sleep(60_000);
            return "1";
        });
        String outer = function(
                guest -> {
                    guest.call(compensate(undo, "\"outer\""));
                    return guest.child(inner, "{}");
                },
                "\"timeoutSeconds\":1");
        flows.await(id(invoke(outer).isProblem(504, "timeout")), "compensated");
        Eventually.holds(
                "both are undone",
                Eventually.PATIENCE,
                () -> List.copyOf(seen).containsAll(List.of("\"inner\"", "\"outer\"")),
                seen::toString);
    }

    @Test
    void aCallThatIsCanceledOrBreaksItsContractIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        String breaks = function(
                guest -> {
                    guest.call(compensate(undo, "1"));
                    return "\"no number\"";
                },
                "\"contract\":{\"returns\":{\"type\":\"number\"}}");
        flows.await(id(invoke(breaks)), "compensated");
        CountDownLatch begun = new CountDownLatch(1);
        Map<String, String> ids = new ConcurrentHashMap<>();
        String endless = function(guest -> {
            guest.call(compensate(undo, "2"));
            ids.put("endless", guest.invocation().executionId());
            begun.countDown();
            guest.sleep(60_000);
            return "1";
        });
        Thread caller = Thread.startVirtualThread(() -> invoke(endless));
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
        String undo = undoing(seen);
        List<Integer> before = new CopyOnWriteArrayList<>();
        String job = function(
                guest -> {
                    before.add(seen.size());
                    guest.call(compensate(undo, "" + guest.invocation().attempt()));
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
        String undo = undoing(seen);
        String fails = function(guest -> {
            guest.call(compensate(undo, "1"));
            throw Guest.fails("no");
        });
        Reply streamed = house.post("/api/v1/functions/" + fails + "/invoke-stream", "{}");
        flows.await(id(streamed), "compensated");
        assertEquals(List.of("1"), seen);
    }

    @Test
    void whatCannotBeCalledIsRefusedAtOnce() throws Exception {
        String strict = function(_ -> "1", "\"contract\":{\"params\":{\"type\":\"number\"}}");
        List<String> told = new CopyOnWriteArrayList<>();
        String asks = function(guest -> {
            for (HostCall each : List.of(
                    compensate("not-there", "1"),
                    compensate(strict, "\"text\""),
                    compensate(strict, "\"" + "x".repeat(300_000) + "\""),
                    new HostCall.Other("compensate", 1, Bytes.utf8("{\"input\":1}")),
                    new HostCall.Other(
                            "compensate", 1, Bytes.utf8("{\"function\":\"" + strict + "\",\"input\":1,\"version\":9}")),
                    new HostCall.Other("compensate", 1, Bytes.utf8("[]")),
                    new HostCall.Other("compensate", 2, Bytes.utf8("{}")))) {
                try {
                    told.add(guest.call(each));
                } catch (Guest.Refused e) {
                    told.add(e.fault().message());
                }
            }
            for (int i = 0; i < 50; i++) {
                guest.call(compensate(strict, "1"));
            }
            return guest.call(compensate(strict, "1"));
        });
        assertTrue(invoke(asks).body().contains("at most 50 compensations"));
        assertTrue(told.get(0).contains("There is no function"), told::toString);
        assertTrue(told.get(1).contains("does not fit the contract"), told::toString);
        assertTrue(told.get(2).contains("may have 262144"), told::toString);
        assertTrue(told.get(3).contains("expected {function, input, version?}"), told::toString);
        assertTrue(told.get(4).contains("version"), told::toString);
        assertTrue(told.get(5).contains("expected {function, input, version?}"), told::toString);
        assertTrue(told.get(6).contains("no host function \"compensate\" of version 2"), told::toString);
    }

    @Test
    void aWorkflowIsToldThatItsStepsHaveCompensations() throws Exception {
        String undo = undoing(new CopyOnWriteArrayList<>());
        flows.deploy("registers", guest -> guest.call(compensate(undo, "1")));
        String told = flows.await(flows.start("registers", "{}"), "failed").at("/error/message");
        assertTrue(told.contains("a step's compensation does that"), told);
    }

    /** A compensation that fails registers nothing for its own end, or there might be none. */
    @Test
    void compensationsHaveNone() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        String name = "own-undoing";
        house.commands.flow(name, guest -> {
            calls.incrementAndGet();
            guest.call(compensate(name, "1"));
            throw Guest.fails("no");
        });
        house.deploy(name, "flow " + name, "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        Reply shown = flows.await(id(invoke(name)), "dead_lettered");
        assertEquals(2, calls.get());
        assertTrue(shown.at("/compensations/0/error/message").contains("tried again instead"), shown.body());
    }

    /** Whoever repeats a key while it is undone is told of the same failure. */
    @Test
    void theKeyOfACallThatIsUndoneStandsForItsFailure() throws Exception {
        String waits = function(guest -> {
            house.commands.gate("undone").pass();
            return "1";
        });
        String fails = function(guest -> {
            guest.call(compensate(waits, "1"));
            throw Guest.fails("no");
        });
        String path = "/api/v1/functions/" + fails + "/invoke";
        Reply first = house.post(path, "{}", "Idempotency-Key", "k").is(500);
        house.commands.gate("undone").await(1);
        assertEquals("compensating", flows.status(id(first)));
        Reply again = house.post(path, "{}", "Idempotency-Key", "k").is(500);
        assertEquals("no", again.at("/detail"));
        assertEquals(id(first), id(again));
        house.commands.gate("undone").open();
        flows.await(id(first), "compensated");
        assertEquals(
                id(first), id(house.post(path, "{}", "Idempotency-Key", "k").is(500)));
    }

    @Test
    void oneVersionMayBeWanted() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = undoing(seen);
        house.version(undo, "return 2");
        String fails = function(guest -> {
            guest.call(new HostCall.Other(
                    "compensate", 1, Bytes.utf8("{\"function\":\"" + undo + "\",\"input\":1,\"version\":1}")));
            throw Guest.fails("no");
        });
        flows.await(id(invoke(fails)), "compensated");
        assertEquals(List.of("1"), seen);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoTerminatesTheJobHasNothingUndoneMore(boolean during) throws Exception {
        String gate = "ends-" + during;
        String waits = function(guest -> {
            house.commands.gate(gate).pass();
            return "1";
        });
        String fails = function(
                guest -> {
                    guest.call(compensate(waits, "1"));
                    if (!during) {
                        house.commands.gate(gate).arrives();
                        guest.sleep(60_000);
                    }
                    throw Guest.fails("no");
                },
                "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        String id = flows.start(fails, "{}");
        house.commands.gate(gate).await(1);
        flows.control(id, "terminate").is(202);
        flows.await(id, during ? "dead_lettered" : "canceled");
        if (during) {
            flows.await(flows.show(id).at("/compensations/0/executionId"), "canceled");
        }
    }
}
