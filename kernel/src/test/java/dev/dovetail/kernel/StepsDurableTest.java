package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Steps and answers of workflows: what is settled stays, in the order in which it was answered. */
@ExtendWith(OpenHouse.class)
record StepsDurableTest(House house, Flows flows) {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    @Tag("WF-04")
    @Tag("WF-03")
    void aSettledStepDoesNotRunAgainAfterASuspension() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        flows.deploy("settled", guest -> {
            String first = guest.step("a", (_, _) -> "" + ran.incrementAndGet());
            guest.sleep(1500);
            return "[" + first + "," + guest.step("b", (_, _) -> "" + ran.incrementAndGet()) + "]";
        });
        String id = flows.start("settled", "{}");
        flows.await(id, "suspended");
        assertEquals("[1,2]", flows.await(id, "succeeded").at("/output"));
        assertEquals(2, ran.get());
        assertEquals(
                List.of("started", "step_started", "step_completed", "called", "suspended", "resumed", "answered"),
                flows.events(id).subList(0, 7));
    }

    /** The first rule of the host: answers come again in the order in which they came. */
    @Test
    @Tag("WF-07")
    void answersComeInTheSameOrderWhenReplayed() throws Exception {
        List<List<String>> orders = new CopyOnWriteArrayList<>();
        flows.deploy("order", guest -> {
            Map<Long, String> open = new HashMap<>();
            open.put(guest.ask(new HostCall.Sleep(Duration.ofMillis(300))), "slow");
            open.put(guest.ask(new HostCall.Sleep(Duration.ofMillis(20))), "quick");
            open.put(guest.ask(new HostCall.Now()), "now");
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                order.add(open.get(guest.next().ticket()));
            }
            orders.add(order);
            guest.sleep(1200);
            return "1";
        });
        flows.await(flows.start("order", "{}"), "succeeded");
        assertEquals(List.of(List.of("now", "quick", "slow"), List.of("now", "quick", "slow")), orders);
    }

    @Test
    @Tag("WF-27")
    void stepsAtOnceAreNumberedInScopesOfTheirOwnAndSettleInTheirOrder() throws Exception {
        List<String> effects = new CopyOnWriteArrayList<>();
        flows.deploy("at-once", guest -> {
            Map<Long, String> labels = new HashMap<>();
            for (String label : List.of("a", "b", "c")) {
                labels.put(guest.ask(Guest.step(label)), label);
            }
            List<HostReply.Run> runs = new ArrayList<>();
            List<String> settled = new ArrayList<>();
            while (settled.size() < 3) {
                Answer.Reply reply = guest.next();
                if (reply.reply() instanceof HostReply.Run run) {
                    effects.add(run.effectId());
                    runs.add(run);
                    if (runs.size() == 3) { // ended in the opposite order
                        for (HostReply.Run each : runs.reversed()) {
                            long ticket = guest.ask(new HostCall.StepDone(
                                    each.scope(), guest.result(each, (_, it) -> "\"" + it.effectId() + "\"")));
                            labels.put(
                                    ticket,
                                    each.effectId().substring(each.effectId().indexOf('/')));
                        }
                    }
                } else {
                    settled.add(labels.get(reply.ticket()));
                }
            }
            guest.sleep(1100);
            return "\"" + settled + "\"";
        });
        String id = flows.start("at-once", "{}");
        Reply reply = flows.await(id, "succeeded");
        assertEquals(List.of(id + "/0", id + "/1", id + "/2"), effects, "each step's code ran once");
        assertEquals("[c, b, a]", reply.at("/output"));
        assertEquals(
                List.of("c", "b", "a"),
                flows.timeline(id).stream()
                        .filter(each -> each.get("eventType").stringValue().equals("step_completed"))
                        .map(each -> each.get("stepName").stringValue())
                        .toList());
    }

    @Test
    @Tag("WF-07")
    @Tag("WF-32")
    void codeThatDoesSomethingElseIsToldWhereAndWhat() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        flows.deploy("differs", guest -> {
            guest.step(runs.incrementAndGet() == 1 ? "first" : "other", (_, _) -> "1");
            guest.sleep(1100);
            return "1";
        });
        Reply reply = flows.await(flows.start("differs", "{}"), "failed");
        assertTrue(reply.at("/error/message").contains("call 0 was"), reply.body());
        assertEquals("0", reply.at("/error/details/number"), reply.body());
        assertTrue(reply.at("/error/details/expected").contains("first"), reply.body());
        assertTrue(reply.at("/error/details/found").contains("other"), reply.body());
        assertEquals("main.cmd:7:3", reply.at("/error/place"), reply.body());
        assertEquals(2, runs.get());
    }

    @Test
    @Tag("WF-14")
    @Tag("WF-15")
    @Tag("WF-16")
    void aStepIsTriedAgainUnderTheSameNameUntilItsAttemptsAreUsedUp() throws Exception {
        List<String> effects = new CopyOnWriteArrayList<>();
        flows.deploy("tries", guest -> {
            HostCall.Step step = Guest.step("t", Optional.empty(), Guest.policy(3, Duration.ofMillis(10), MINUTE));
            try {
                return guest.step(step, (_, run) -> {
                    effects.add(run.attempt() + " " + run.effectId());
                    throw Guest.fails("out of cheese");
                });
            } catch (Guest.Refused e) {
                return "\"caught " + e.fault().message() + "\"";
            }
        });
        String id = flows.start("tries", "{}");
        assertEquals("caught out of cheese", flows.await(id, "succeeded").at("/output"));
        assertEquals(List.of("1 " + id + "/0", "2 " + id + "/0", "3 " + id + "/0"), effects);
        List<String> events = flows.events(id);
        assertEquals(2, events.stream().filter("step_retried"::equals).count(), events::toString);
        assertEquals(1, events.stream().filter("step_failed"::equals).count(), events::toString);
    }

    @Test
    @Tag("WF-15")
    @Tag("FH-09")
    void anErrorThatIsNotRetryableIsNotTriedAgain() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        flows.deploy(
                "hopeless",
                guest -> guest.step(
                        Guest.step("t", Optional.empty(), Guest.policy(5, Duration.ofMillis(1), MINUTE, Fault.CODE)),
                        (_, _) -> {
                            ran.incrementAndGet();
                            throw Guest.fails("for good");
                        }));
        Reply reply = flows.await(flows.start("hopeless", "{}"), "failed");
        assertEquals("for good", reply.at("/error/message"));
        assertEquals(1, ran.get());
    }

    @Test
    @Tag("WF-14")
    void aStepThatTakesTooLongIsStoppedAndTriedAgain() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        flows.deploy(
                "late",
                guest -> guest.step(
                        Guest.step(
                                "t", Optional.empty(), Guest.policy(2, Duration.ofMillis(1), Duration.ofMillis(300))),
                        (_, _) -> {
                            if (ran.incrementAndGet() == 1) {
                                Thread.sleep(60_000);
                            }
                            return "\"second\"";
                        }));
        String id = flows.start("late", "{}");
        assertEquals("second", flows.await(id, "succeeded").at("/output"));
        assertTrue(
                flows.events(id).contains("step_retried"),
                () -> flows.events(id).toString());
    }

    @Test
    @Tag("WF-02")
    void nothingWaitsLongInsideOfAStep() throws Exception {
        flows.deploy(
                "inside",
                guest -> guest.step("t", (it, run) -> {
                    List<String> refused = new ArrayList<>();
                    for (HostCall call : List.of(
                            Guest.event("e", MINUTE),
                            new HostCall.Sleep(Duration.ofHours(1)),
                            Guest.step("nested"),
                            Guest.invoke("inside", "{}", HostCall.Mode.SYNC, HostCall.ParentClose.CANCEL))) {
                        try {
                            it.call(run.scope(), call);
                        } catch (Guest.Refused e) {
                            refused.add(e.fault().id());
                        }
                    }
                    return ""
                            + refused.stream()
                                    .filter(each -> each.contains("suspend_in_step"))
                                    .count();
                }));
        assertEquals("4", flows.await(flows.start("inside", "{}"), "succeeded").at("/output"));
    }

    /** The fifth rule of the host. */
    @Test
    void whatCodeReturnsAfterItWasToldToSuspendDoesNotCount() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        flows.deploy("deaf", guest -> {
            runs.incrementAndGet();
            try {
                guest.sleep(1300);
            } catch (Guest.Left e) {
                return "\"too early\"";
            }
            return "\"in time\"";
        });
        assertEquals(
                "in time", flows.await(flows.start("deaf", "{}"), "succeeded").at("/output"));
        assertEquals(2, runs.get());
    }

    @Test
    void aStepThatIsNotWaitedForIsToldOfInTheLog() throws Exception {
        flows.deploy("hasty", guest -> {
            guest.step("settled", (_, _) -> "1");
            guest.ask(Guest.step("forgotten"));
            return "2";
        });
        String id = flows.start("hasty", "{}");
        flows.await(id, "succeeded");
        String log = house.get("/api/v1/executions/" + id + "/logs").is(200).body();
        assertTrue(log.contains("The step \\\"forgotten\\\" (main.cmd:7) was not waited for"), log);
        assertFalse(log.contains("settled"), log);
    }

    /** Loaded again it would take the memory of everybody, each time, and could not even be ended. */
    @Test
    void aJournalThatWouldFillTheMemoryEndsItsExecution() throws Exception {
        String large = '"' + "x".repeat(250_000) + '"';
        long most = Runtime.getRuntime().maxMemory() / 1_000_000; // a quarter of it is a few more than so many
        AtomicInteger ran = new AtomicInteger();
        flows.deploy("fills", guest -> {
            for (int i = 0; i < most; i++) {
                guest.step("large", (_, _) -> {
                    ran.incrementAndGet();
                    return large;
                });
            }
            return "1";
        });
        String id = flows.start("fills", "{}");
        Reply failed = flows.await(id, "failed", 120);
        assertTrue(failed.at("/error/message").startsWith("The journal of this execution is full"), failed.body());
        assertTrue(ran.get() > most / 8, ran::toString);
    }
}
