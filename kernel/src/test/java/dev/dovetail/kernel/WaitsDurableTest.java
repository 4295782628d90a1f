package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.Mode;
import dev.dovetail.spi.host.HostCall.ParentClose;
import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What workflows wait for: time, events, executions that they start. */
@ExtendWith(OpenHouse.class)
record WaitsDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    @Tag("WF-09")
    @Tag("WF-11")
    void anEventMayComeBeforeItIsWaitedForAndAfter() throws Exception {
        flows.deploy("events", guest -> {
            guest.step("gate", (_, _) -> {
                house.commands.gate("before-wait").pass();
                return "1";
            });
            String early = guest.call(Guest.event("early", HOUR));
            return "[" + early + "," + guest.call(Guest.event("late", HOUR)) + "]";
        });
        String id = flows.start("events", "{}");
        house.commands.gate("before-wait").await(1);
        flows.signal(id, "early", "{\"n\":1}").is(202);
        house.commands.gate("before-wait").open();
        assertEquals("event", flows.await(id, "suspended").at("/waitsFor"));
        flows.signal(id, "other", "{\"n\":3}").is(202);
        flows.signal(id, "late", "{\"n\":2}").is(202);
        assertEquals("[{\"n\":1},{\"n\":2}]", flows.await(id, "succeeded").at("/output"));
        flows.signal(id, "late", "{}").isProblem(409, "invalid_state");
    }

    @Test
    void whatItWaitsForIsNamedAndAnEventThatTheFilterFailsOnIsToldOnce() throws Exception {
        flows.deploy(
                "filters", guest -> guest.call(new HostCall.AwaitEvent("paid", "event.total > 7", Optional.of(HOUR))));
        String id = flows.start("filters", "{}");
        flows.await(id, "suspended");
        String why = house.get("/api/v1/executions/" + id + "/explain").at("/why");
        assertTrue(why.contains(":signal brings one: \"paid\" with event.total > 7"), why);
        flows.signal(id, "paid", "{\"total\":7}").is(202);
        flows.signal(id, "paid", "{\"sum\":9}").is(202);
        flows.signal(id, "paid", "{\"total\":5}").is(202);
        Eventually.holds(
                "it has looked at all and waits",
                () -> flows.events(id).stream().filter("suspended"::equals).count() >= 2
                        && flows.status(id).equals("suspended"));
        flows.signal(id, "paid", "{\"total\":8}").is(202);
        assertEquals("{\"total\":8}", flows.await(id, "succeeded").at("/output"));
        String log = house.get("/api/v1/executions/" + id + "/logs").body();
        assertEquals(1, log.split("was passed over", -1).length - 1, log);
        assertTrue(log.contains("An event of the type \\\"paid\\\" was passed over: the filter fails on it: "), log);
    }

    @Test
    void whoSleepsForLongerThanItMayIsToldSo() throws Exception {
        flows.deploy("sleepy", guest -> guest.call(new HostCall.Sleep(Duration.ofDays(365))));
        String id = flows.start("sleepy", "{}");
        flows.await(id, "suspended");
        String why = house.get("/api/v1/executions/" + id + "/explain").at("/why");
        assertTrue(why.contains(", but may take no longer than until "), why);
        flows.control(id, "cancel").is(202);
    }

    @Test
    void whoTakesHisTimeKeepsNobodyFromBeginning() throws Exception {
        int many = 100;
        flows.deploy("slow", guest -> {
            guest.step("gate", (_, _) -> {
                house.commands.gate("all-began").pass();
                return "1";
            });
            return "1";
        });
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ids.add(flows.start("slow", "{}"));
        }
        house.commands.gate("all-began").await(many);
        house.commands.gate("all-began").open();
        for (String id : ids) {
            flows.await(id, "succeeded");
        }
    }

    @Test
    @Tag("QF-03")
    void theSameEventToldTwiceIsHeardOnceAndEventsAreHeardInTheirOrder() throws Exception {
        flows.deploy("once", guest -> {
            String all = "";
            for (int i = 0; i < 3; i++) {
                all += guest.call(Guest.event("e", HOUR));
                guest.sleep(1);
            }
            return "\"" + all + "\"";
        });
        String id = flows.start("once", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "e", "1", "z").is(202);
        Eventually.holds("the first is heard", () -> flows.events(id).contains("signal_received"));
        flows.signal(id, "e", "1", "z").is(202);
        flows.signal(id, "e", "2", "y").is(202);
        flows.await(id, "suspended");
        flows.signal(id, "e", "3", "x").is(202);
        assertEquals("123", flows.await(id, "succeeded").at("/output"));
    }

    @Test
    @Tag("QF-03")
    void eventsWithoutANameAreEachHeardThoughTheirRequestsHaveOneId() throws Exception {
        flows.deploy(
                "nameless",
                guest -> "[" + guest.call(Guest.event("e", HOUR)) + "," + guest.call(Guest.event("e", HOUR)) + "]");
        String id = flows.start("nameless", "{}");
        for (int i = 1; i <= 2; i++) {
            house.post(
                            "/api/v1/executions/" + id + ":signal",
                            "{\"type\":\"e\",\"payload\":" + i + "}",
                            "X-Request-Id",
                            "batch/7")
                    .is(202);
        }
        assertEquals("[1,2]", flows.await(id, "succeeded", 10).at("/output"));
    }

    @Test
    @Tag("WF-09")
    void aWaitThatIsInVainEndsWithATimeout() throws Exception {
        flows.deploy("vain", guest -> {
            try {
                return guest.call(Guest.event("never", Duration.ofMillis(1200)));
            } catch (Guest.Refused e) {
                return "\"" + e.fault().id() + "\"";
            }
        });
        assertEquals(
                Fault.TIMEOUT,
                flows.await(flows.start("vain", "{}"), "succeeded").at("/output"));
    }

    @Test
    @Tag("WF-09")
    void anEventIsTakenByItsFilterAndABadFilterIsRefusedAtOnce() throws Exception {
        flows.deploy("filtered", guest -> {
            String refused;
            try {
                refused = guest.call(new HostCall.AwaitEvent("paid", "event.total >", Optional.of(HOUR)));
            } catch (Guest.Refused e) {
                refused = "\"" + e.fault().id().equals(Fault.VALIDATION) + "\"";
            }
            return "[" + refused + ","
                    + guest.call(
                            new HostCall.AwaitEvent("paid", "event.total > 10 && event.by == 'ann'", Optional.of(HOUR)))
                    + "]";
        });
        String id = flows.start("filtered", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "paid", "{\"total\":5,\"by\":\"ann\"}").is(202);
        flows.signal(id, "paid", "{\"total\":50,\"by\":\"bob\"}").is(202);
        flows.signal(id, "paid", "\"no object\"").is(202);
        flows.signal(id, "paid", "{\"total\":10.5,\"by\":\"ann\"}").is(202);
        assertEquals(
                "[\"true\",{\"total\":10.5,\"by\":\"ann\"}]",
                flows.await(id, "succeeded").at("/output"));
    }

    @Test
    @Tag("WF-26")
    @Tag("IV-27")
    @Tag("IV-28")
    void aChildAnswersItsParentAndFailsInItsWords() throws Exception {
        flows.deploy("child", guest -> {
            guest.sleep(guest.input().get("ms").longValue());
            if (guest.input().has("fail")) {
                throw Guest.fails("the child's words");
            }
            return "\"of child\"";
        });
        flows.deploy("parent", guest -> {
            String answer = guest.child("child", "{\"ms\":1200}");
            try {
                guest.child("child", "{\"ms\":1,\"fail\":1}");
                return "\"?\"";
            } catch (Guest.Refused e) {
                return "[" + answer + ",\"" + e.fault().message().replace("\"", "") + "\"]";
            }
        });
        String id = flows.start("parent", "{}");
        assertEquals("child", flows.await(id, "suspended").at("/waitsFor"));
        String output = flows.await(id, "succeeded").at("/output");
        assertTrue(output.startsWith("[\"of child\",") && output.contains("the child's words"), output);
    }

    @Test
    @Tag("WF-26")
    void whenTheParentEndsFirstItsChildIsCanceledOrLeft() throws Exception {
        flows.deploy("long", guest -> guest.call(Guest.event("go", HOUR)));
        flows.deploy("leaves", guest -> {
            String bound = guest.call(Guest.invoke("long", "{}", Mode.ASYNC, ParentClose.CANCEL));
            String free = guest.call(Guest.invoke("long", "{}", Mode.ASYNC, ParentClose.ABANDON));
            return "[" + bound + "," + free + "]";
        });
        Reply parent = flows.await(flows.start("leaves", "{}"), "succeeded");
        flows.await(parent.at("/output/0/job_id"), "canceled");
        String free = parent.at("/output/1/job_id");
        flows.await(free, "suspended");
        flows.signal(free, "go", "1").is(202);
        flows.await(free, "succeeded");
    }

    @Test
    @Tag("WF-26")
    @Tag("EX-09")
    void cancelReachesAChildOnce() throws Exception {
        AtomicInteger undone = new AtomicInteger();
        flows.deploy("held", guest -> {
            guest.undoable("hold", "release", (_, _) -> "1");
            return guest.call(Guest.event("go", HOUR));
        });
        house.commands.flow("release", _ -> "" + undone.incrementAndGet());
        flows.deploy("holder", guest -> guest.child("held", "{}"));
        String id = flows.start("holder", "{}");
        flows.await(id, "suspended");
        Eventually.holds(
                "the child waits",
                () -> house.get("/api/v1/jobs?method=held&status=suspended")
                                .json()
                                .get("items")
                                .size()
                        == 1);
        String child = house.get("/api/v1/jobs?method=held").at("/items/0/job_id");
        flows.control(id, "cancel").is(202);
        flows.await(id, "canceled");
        flows.await(child, "compensated");
        assertEquals(1, undone.get());
    }

    @Test
    @Tag("WF-10")
    @Tag("EX-06")
    void whatIsPausedGoesOnWhenItIsResumedAndNotBefore() throws Exception {
        flows.deploy("pausing", guest -> {
            guest.sleep(1200);
            return guest.call(Guest.event("go", HOUR));
        });
        String id = flows.start("pausing", "{}");
        flows.await(id, "suspended");
        flows.control(id, "pause").is(202);
        Eventually.holds("it is paused", () -> flows.show(id).at("/waitsFor").equals("paused"));
        flows.control(id, "pause").isProblem(409, "invalid_state");
        flows.signal(id, "go", "7").is(202);
        flows.deploy("later", guest -> {
            guest.sleep(1300);
            return "1";
        });
        flows.await(
                flows.start("later", "{}"), "succeeded"); // after the paused one's timer, which has not let it go on
        assertEquals("paused", flows.show(id).at("/waitsFor"));
        flows.control(id, "resume").is(202);
        assertEquals("7", flows.await(id, "succeeded").at("/output"));
        flows.control(id, "resume").isProblem(409, "invalid_state");
    }
}
