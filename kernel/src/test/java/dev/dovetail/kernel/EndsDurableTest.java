package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How executions end otherwise than well: attempts, dead letters, compensation, control. */
@ExtendWith(OpenHouse.class)
record EndsDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String QUICK = "\"traits\":{\"retry\":{\"maxAttempts\":2,\"initialDelayMs\":5}}";

    private static String undo(Guest guest, List<String> log) {
        Entry.Compensation entry = (Entry.Compensation) guest.invocation().entry();
        log.add(entry.step() + " " + entry.stepInput().text() + " "
                + entry.stepOutput().orElseThrow().text());
        return "null";
    }

    @Test
    @Tag("WF-18")
    @Tag("WF-20")
    void stepsAreUndoneInTheReverseOrderOfTheirCompletion() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        house.commands.flow("undo-order", guest -> undo(guest, log));
        flows.deploy("saga", guest -> {
            guest.undoable("one", "undo-order", (_, _) -> "1");
            guest.step("plain", (_, _) -> "0");
            guest.undoable("two", "undo-order", (_, _) -> "2");
            guest.sleep(1100);
            guest.undoable("three", "undo-order", (_, _) -> {
                throw Guest.fails("no third");
            });
            return "1";
        });
        String id = flows.start("saga", "{}");
        Reply reply = flows.await(id, "compensated");
        assertEquals("no third", reply.at("/error/message"));
        assertEquals(List.of("two {\"of\":\"two\"} 2", "one {\"of\":\"one\"} 1"), log);
        List<String> events = flows.events(id);
        assertEquals(
                List.of("compensation_started", "compensation_completed", "compensation_completed", "compensated"),
                events.subList(events.size() - 4, events.size()));
    }

    @Test
    @Tag("WF-19")
    @Tag("WF-22")
    @Tag("WF-17")
    void aCompensationThatFailsDoesNotStopTheRestAndIsADeadLetter() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        AtomicInteger broken = new AtomicInteger();
        house.commands.flow("undo-well", guest -> undo(guest, log));
        house.commands.flow("undo-badly", _ -> {
            broken.incrementAndGet();
            throw Guest.fails("cannot undo");
        });
        flows.deploy("broken-saga", guest -> {
            guest.undoable("one", "undo-well", (_, _) -> "1");
            guest.undoable("two", "undo-badly", (_, _) -> "2");
            throw Guest.fails("the cause");
        });
        String id = flows.start("broken-saga", "{\"x\":1}");
        assertEquals("the cause", flows.await(id, "dead_lettered").at("/error/message"));
        assertEquals(List.of("one {\"of\":\"one\"} 1"), log);
        assertEquals(3, broken.get(), "a compensation has tries of its own");
        assertTrue(flows.events(id).contains("compensation_failed"));
        assertEquals(
                "it ended: the cause; it could not be undone: step 1 (\"two\"): cannot undo",
                house.get("/api/v1/executions/" + id + "/explain").is(200).at("/why"));
        Reply letter = house.get("/api/v1/dead-letters/" + id).is(200);
        assertEquals("{\"x\":1}", letter.at("/input"));
    }

    @Test
    @Tag("WF-21")
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
                        guest.call(Guest.event("go", HOUR));
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
    @Tag("WF-21")
    void aFunctionIsNotItsOwnHandler() {
        String members = "\"kind\":\"workflow\",\"traits\":{\"workflow\":{\"compensation\":{\"onCancel\":\"itself\"}}}";
        Reply refused = house.post("/api/v1/functions", House.function("itself", "return 1", members))
                .isProblem(422, "validation");
        assertEquals("/traits/workflow/compensation/onCancel", refused.at("/errors/0/path"));
    }

    @Test
    @Tag("EX-04")
    @Tag("EX-09")
    void whatHasEndedIsNotControlledAnyMore() throws Exception {
        flows.deploy("quick", _ -> "1");
        String id = flows.start("quick", "{}");
        flows.await(id, "succeeded");
        for (String what : List.of("cancel", "pause", "resume", "terminate")) {
            Reply reply = flows.control(id, what).isProblem(409, "invalid_state");
            assertTrue(reply.at("/currentStatus").contains("succeeded"), reply.body());
        }
    }

    @Test
    @Tag("EX-06")
    @Tag("EX-09")
    void whatWaitsIsCanceledAndUndoneOrTerminatedAsItIs() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        house.commands.flow("undo-wait", guest -> undo(guest, log));
        flows.deploy("waiting", guest -> {
            guest.undoable("s", "undo-wait", (_, _) -> "1");
            return guest.call(Guest.event("go", HOUR));
        });
        String canceled = flows.start("waiting", "{}");
        String terminated = flows.start("waiting", "{}");
        flows.await(canceled, "suspended");
        flows.await(terminated, "suspended");
        flows.control(terminated, "terminate").is(202);
        flows.await(terminated, "canceled");
        assertEquals(List.of(), log);
        flows.control(canceled, "cancel").is(202);
        flows.await(canceled, "compensated");
        assertEquals(1, log.size());
    }

    @Test
    @Tag("EX-06")
    void codeThatRunsAndDoesNotAskIsStoppedWhenItIsCanceled() throws Exception {
        flows.deploy(
                "busy",
                guest -> guest.step("s", (_, _) -> {
                    house.commands.gate("busy").pass();
                    return "1";
                }));
        String id = flows.start("busy", "{}");
        house.commands.gate("busy").await(1);
        flows.control(id, "cancel").is(202);
        flows.await(id, "canceled");
        house.deploy("busy-function", "gate never");
        String plain = flows.start("busy-function", "{}");
        house.commands.gate("never").await(1);
        flows.control(plain, "cancel").is(202);
        flows.await(plain, "canceled");
    }

    @Test
    @Tag("IV-06")
    @Tag("WF-24")
    @Tag("QF-03")
    void aFunctionThatFailsIsTriedAgainAndThenADeadLetterThatIsDrivenAgain() throws Exception {
        house.deploy("fragile", "count fragile\nfail input", QUICK);
        String id = flows.start("fragile", "\"broken\"");
        Reply dead = flows.await(id, "dead_lettered");
        assertEquals("broken", dead.at("/error/message").replaceAll("\\W", ""));
        assertEquals(2, house.commands.count("fragile").get());
        assertEquals("2", dead.at("/attempt"));
        Reply letter = house.get("/api/v1/dead-letters/" + id).is(200);
        assertEquals("broken", letter.at("/input"));
        assertEquals("2", letter.at("/attempts"));
        house.version("fragile", "echo");
        Reply again = house.post("/api/v1/dead-letters/" + id + ":redrive", "{\"version\":2}")
                .is(202);
        assertEquals(
                "broken", flows.await(again.at("/executionId"), "succeeded").at("/output"));
        assertEquals(id, flows.show(again.at("/executionId")).at("/redriveOf"));
        house.get("/api/v1/dead-letters/" + id).is(404);
        flows.await(id, "dead_lettered");
    }

    @Test
    @Tag("WF-24")
    void aDeadLetterIsDrivenAgainWhenItsExecutionIsNotKeptAnyMore() throws Exception {
        house.deploy("outlived", "count outlived\nfail input", QUICK);
        String id = flows.start("outlived", "\"kept\"");
        flows.await(id, "dead_lettered");
        for (Instant day : List.of(Instant.now(), Instant.now().minus(Duration.ofDays(1)))) {
            String path = day.toString().substring(0, 10).replace("-", "") + "/t/default/w/" + id + "/";
            house.state.drop(Range.prefix(Key.Space.HISTORY, path));
        }
        house.get("/api/v1/jobs/" + id + "/result").isProblem(404, "not_found");
        assertEquals("kept", house.get("/api/v1/dead-letters/" + id).is(200).at("/input"));
        house.version("outlived", "echo");
        Reply again = house.post("/api/v1/dead-letters/" + id + ":redrive", "{\"version\":2}")
                .is(202);
        assertEquals("kept", flows.await(again.at("/executionId"), "succeeded").at("/output"));
    }

    @Test
    @Tag("WF-24")
    void deadLettersAreDrivenAgainByFilterAfterCountingThem() throws Exception {
        house.deploy("many", "count many\nfail always", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        for (int i = 0; i < 3; i++) {
            flows.await(flows.start("many", "{}"), "dead_lettered");
        }
        String filter = "{\"filter\":{\"function\":\"many\"}";
        Reply count = house.post("/api/v1/dead-letters:redrive", filter + ",\"dryRun\":true}")
                .is(200);
        assertEquals("3", count.at("/matched"));
        assertEquals(3, house.commands.count("many").get(), "a dry run runs nothing");
        Reply driven = house.post("/api/v1/dead-letters:redrive", filter + "}").is(202);
        assertEquals("3", driven.at("/redriven"));
        for (var each : driven.json().get("executions")) {
            flows.await(each.stringValue(), "dead_lettered");
        }
        assertEquals(6, house.commands.count("many").get());
    }

    @Test
    @Tag("WF-15")
    @Tag("FH-09")
    void anErrorThatIsNotRetryableIsADeadLetterAtOnce() throws Exception {
        house.deploy(
                "never-again",
                "count never-again\nfail once",
                "\"traits\":{\"retry\":{\"maxAttempts\":5,\"initialDelayMs\":1,\"nonRetryable\":[\""
                        + dev.dovetail.spi.Fault.CODE + "\"]}}");
        flows.await(flows.start("never-again", "{}"), "dead_lettered");
        assertEquals(1, house.commands.count("never-again").get());
    }

    @Test
    @Tag("FH-14")
    void whatIsThePlatformsFaultCostsNoAttempt() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger steps = new AtomicInteger();
        flows.deploy("unlucky", guest -> {
            String once = guest.undoable("s", "none", (_, _) -> "" + steps.incrementAndGet());
            if (runs.incrementAndGet() < 3) {
                throw new IllegalStateException("the executor has a bug");
            }
            return once;
        });
        String id = flows.start("unlucky", "{}");
        Reply reply = flows.await(id, "succeeded");
        assertEquals("1", reply.at("/output"));
        assertEquals("1", reply.at("/attempt"));
        assertEquals(3, runs.get());
        assertEquals(2, house.commands.count("closed unlucky").get(), "another instance each time");
        assertFalse(flows.events(id).contains("compensation_started"));
    }

    @Test
    @Tag("EX-07")
    @Tag("EX-08")
    void aReplayIsANewExecutionOfTheSameInput() throws Exception {
        house.deploy("again", "echo");
        String id = flows.start("again", "{\"a\":1,\"b\":2}");
        flows.await(id, "succeeded");
        Reply replay = house.post("/api/v1/jobs/" + id + ":replay", "{\"params_override\":{\"b\":3}}")
                .is(202);
        assertEquals(id, replay.at("/replayed_from"));
        assertEquals(
                "{\"a\":1,\"b\":3}",
                flows.await(replay.at("/job_id"), "succeeded").at("/output"));
        house.post("/api/v1/jobs/" + id + ":retry", "{}").isProblem(409, "invalid_state");
        String text = flows.start("again", "\"text\"");
        flows.await(text, "succeeded");
        house.post("/api/v1/jobs/" + text + ":replay", "{\"params_override\":{\"b\":3}}")
                .isProblem(422, "validation");
    }
}
