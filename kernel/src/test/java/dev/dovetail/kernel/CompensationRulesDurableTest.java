package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be registered to be called if a plain call fails, where, and by what it is found and ended. */
@ExtendWith(OpenHouse.class)
@Tag("WF-34")
final class CompensationRulesDurableTest {
    private final House house;
    private final Flows flows;
    private final PlainCalls calls;

    CompensationRulesDurableTest(House house, Flows flows) {
        this.house = house;
        this.flows = flows;
        this.calls = new PlainCalls(house);
    }

    @Test
    void whatCannotBeCalledIsRefusedAtOnce() throws Exception {
        String strict = calls.function(_ -> "1", "\"contract\":{\"params\":{\"type\":\"number\"}}");
        List<String> told = new CopyOnWriteArrayList<>();
        String asks = calls.function(guest -> {
            for (HostCall each : List.of(
                    PlainCalls.compensate("not-there", "1"),
                    PlainCalls.compensate(strict, "\"text\""),
                    PlainCalls.compensate(strict, "\"" + "x".repeat(300_000) + "\""),
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
                guest.call(PlainCalls.compensate(strict, "1"));
            }
            return guest.call(PlainCalls.compensate(strict, "1"));
        });
        assertTrue(calls.invoke(asks).body().contains("at most 50 compensations"));
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
        String undo = calls.undoing(new CopyOnWriteArrayList<>());
        flows.deploy("registers", guest -> guest.call(PlainCalls.compensate(undo, "1")));
        String told = flows.await(flows.start("registers", "{}"), "failed").at("/error/message");
        assertTrue(told.contains("a step's compensation does that"), told);
    }

    /** A compensation that fails registers nothing for its own end, or there might be none. */
    @Test
    void compensationsHaveNone() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        String name = "own-undoing";
        house.commands.flow(name, guest -> {
            ran.incrementAndGet();
            guest.call(PlainCalls.compensate(name, "1"));
            throw Guest.fails("no");
        });
        house.deploy(name, "flow " + name, "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        Reply shown = flows.await(PlainCalls.id(calls.invoke(name)), "dead_lettered");
        assertEquals(2, ran.get());
        assertTrue(shown.at("/compensations/0/error/message").contains("tried again instead"), shown.body());
    }

    /** Whoever repeats a key while it is undone is told of the same failure. */
    @Test
    void theKeyOfACallThatIsUndoneStandsForItsFailure() throws Exception {
        String waits = calls.function(guest -> {
            house.commands.gate("undone").pass();
            return "1";
        });
        String fails = calls.function(guest -> {
            guest.call(PlainCalls.compensate(waits, "1"));
            throw Guest.fails("no");
        });
        String path = "/api/v1/functions/" + fails + "/invoke";
        Reply first = house.post(path, "{}", "Idempotency-Key", "k").is(500);
        house.commands.gate("undone").await(1);
        assertEquals("compensating", flows.status(PlainCalls.id(first)));
        assertEquals("no", flows.show(PlainCalls.id(first)).at("/error/message"), "the cause is there meanwhile");
        Reply again = house.post(path, "{}", "Idempotency-Key", "k").is(500);
        assertEquals("no", again.at("/detail"));
        assertEquals(PlainCalls.id(first), PlainCalls.id(again));
        house.commands.gate("undone").open();
        flows.await(PlainCalls.id(first), "compensated");
        assertEquals(
                PlainCalls.id(first),
                PlainCalls.id(house.post(path, "{}", "Idempotency-Key", "k").is(500)));
    }

    @Test
    void oneVersionMayBeWanted() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        house.version(undo, "return 2");
        String fails = calls.function(guest -> {
            guest.call(new HostCall.Other(
                    "compensate", 1, Bytes.utf8("{\"function\":\"" + undo + "\",\"input\":1,\"version\":1}")));
            throw Guest.fails("no");
        });
        flows.await(PlainCalls.id(calls.invoke(fails)), "compensated");
        assertEquals(List.of("1"), seen);
    }

    /** However often a job is tried, what it registers has an end. */
    @Test
    void allAttemptsOfAJobRegisterSoManyTogether() throws Exception {
        String undo = calls.function(_ -> "1");
        String job = calls.function(
                guest -> {
                    for (int i = 0; i < 50; i++) {
                        try {
                            guest.call(PlainCalls.compensate(undo, "1"));
                        } catch (Guest.Refused e) {
                            return "\"" + guest.invocation().attempt() + " "
                                    + e.fault().message() + "\"";
                        }
                    }
                    throw Guest.fails("no");
                },
                "\"traits\":{\"retry\":{\"maxAttempts\":12,\"initialDelayMs\":1,\"maxDelayMs\":1}}");
        String told = flows.await(flows.start(job, "{}"), "succeeded").at("/output");
        assertEquals("11 All attempts of a call register at most 500 compensations", told);
    }

    /** What a function says of its failure has no bounds of its own. */
    @Test
    void anErrorOfAnyLengthIsUndone() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        String undo = calls.undoing(seen);
        String loud = calls.function(guest -> {
            guest.call(PlainCalls.compensate(undo, "1"));
            throw Guest.fails("x".repeat(3_000_000));
        });
        Reply shown = flows.await(PlainCalls.id(calls.invoke(loud)), "compensated");
        assertEquals(List.of("1"), seen);
        assertTrue(shown.at("/error/message").length() < 10_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoTerminatesTheJobHasNothingUndoneMore(boolean during) throws Exception {
        String gate = "ends-" + during;
        String waits = calls.function(guest -> {
            house.commands.gate(gate).pass();
            return "1";
        });
        String fails = calls.function(
                guest -> {
                    guest.call(PlainCalls.compensate(waits, "1"));
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
