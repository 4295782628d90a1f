package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostCall.Mode;
import dev.dovetail.spi.host.HostCall.ParentClose;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** So much waits to be carried, and no more is taken on; and what nobody waits for any longer is not gone on with. */
class BackpressureDurableTest {
    private static final int FEW = 20;
    private static final String ASYNC =
            "\"traits\":{\"invocation\":{\"supported\":[\"sync\",\"async\"],\"default\":\"async\"}}";

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private House.Plan narrow(Path folder, StateStore on) {
        return House.at(folder).on(on, blobs).with("executions.max-carried", "1");
    }

    private static int queued(House house) {
        return Integer.parseInt(house.get("/api/v1/nodes").is(200).at("/items/0/executionsQueued"));
    }

    /** One is carried and waits at the gate, and the next has been taken from the queue. */
    private static void occupy(House house) throws Exception {
        house.deploy("held", "gate held\ncount done");
        Flows flows = new Flows(house);
        flows.start("held", "{}");
        house.commands.gate("held").await(1);
        flows.start("held", "{}");
        Eventually.holds("the next has been taken", () -> queued(house) == 0);
    }

    private static void done(House house, int all) throws Exception {
        Eventually.holds(
                "all that was accepted is done",
                () -> house.commands.count("done").get() == all);
        Eventually.holds("none waits", () -> queued(house) == 0);
    }

    private static Reply async(House house, String name, String... headers) {
        return house.post("/api/v1/functions/" + name + "/invoke-async", "{}", headers);
    }

    @Test
    @Tag("QF-02")
    void soManyWaitAndTheNextIsToldToComeAgainWhateverItCameThrough(@TempDir Path folder) throws Exception {
        try (House house =
                narrow(folder, state).with("executions.max-queued", "" + FEW).open()) {
            Flows flows = new Flows(house);
            occupy(house);
            house.deploy("counted", "count done", ASYNC);
            flows.deploy("steps", guest -> guest.step("s", (_, _) -> "1"));
            for (int i = 0; i < FEW; i++) {
                async(house, "counted").is(202);
            }
            assertEquals(FEW, queued(house));
            Reply full = async(house, "counted", "Idempotency-Key", "k").isProblem(503, "unavailable");
            assertEquals("1", full.header("Retry-After"));
            assertEquals(
                    "On this node 20 accepted executions wait to be carried, which is the most (executions.max-queued)",
                    full.at("/detail"));
            house.post("/api/v1/jobs", "{\"jsonrpc\":\"2.0\",\"method\":\"counted\",\"id\":1}")
                    .isProblem(503, "unavailable");
            Reply rpc = house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"counted\",\"id\":1}");
            assertTrue(rpc.at("/error").contains("max-queued"), rpc.body());
            house.invoke("steps", "{}").isProblem(503, "unavailable");
            house.post("/api/v1/functions/steps/invoke-stream", "{}").isProblem(503, "unavailable");
            assertEquals(FEW, queued(house), "none of them was taken on");
            String gauges = house.get("/metrics").body();
            assertTrue(gauges.lines().anyMatch(line -> line.matches("executions_queued " + FEW + "(\\.0)?")), gauges);

            house.post("/api/v1/functions/counted/invoke-async?dryRun=true", "{}")
                    .is(200);
            house.deploy("plain", "return 1");
            house.invoke("plain", "{}").is(200); // what is answered at once has a bound of its own
            String throttled = house.get("/metrics").body();
            assertTrue(
                    throttled
                            .lines()
                            .anyMatch(line -> line.startsWith("functions_invocations_throttled_total{")
                                    && line.contains("function=\"counted\"")
                                    && line.endsWith(" 3")),
                    throttled);

            house.commands.gate("held").open();
            done(house, FEW + 2);
            // the key of what was refused is free, and the same request is taken on now
            String id = flows.start("counted", "{}", "Idempotency-Key", "k");
            assertEquals(id, flows.start("counted", "{}", "Idempotency-Key", "k"));
            done(house, FEW + 3);
        }
    }

    @Test
    @Tag("QF-02")
    void whoeverComesAgainIsTakenOnAndNothingAcceptedIsLost(@TempDir Path folder) throws Exception {
        int each = 15;
        int senders = 4;
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (House house = narrow(folder, state)
                        .with("executions.max-queued", "" + FEW)
                        .open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            occupy(house);
            house.deploy("counted", "count done");
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                all.add(threads.submit(() -> {
                    for (int accepted = 0; accepted < each; ) {
                        Reply reply = async(house, "counted");
                        if (reply.status() == 202) {
                            accepted++;
                        } else {
                            reply.isProblem(503, "unavailable");
                            refused.incrementAndGet();
                            most.accumulateAndGet(queued(house), Math::max);
                            house.commands.gate("held").open();
                        }
                    }
                }));
            }
            for (Future<?> sender : all) {
                sender.get();
            }
            done(house, 2 + senders * each);
        }
        assertTrue(refused.get() > 0, "none was refused");
        assertTrue(most.get() <= FEW, most + " waited at once");
    }

    @Test
    @Tag("QF-02")
    void unlessSaidOtherwiseTenThousandWait(@TempDir Path one, @TempDir Path two) throws Exception {
        String accepted;
        try (House house = narrow(one, state).with("executions.paused", "true").open()) {
            house.deploy("held", "gate held");
            accepted = new Flows(house).start("held", "{}"); // and nobody carries it
        }
        Aged.copied(state, accepted, 10_000); // one will be carried, one be taken, and 9,999 wait
        try (House house = narrow(two, state).open()) {
            house.commands.gate("held").await(1);
            Eventually.holds("all that lie there are read", () -> queued(house) == 9_999);
            async(house, "held").is(202);
            Reply full = async(house, "held").isProblem(503, "unavailable");
            assertTrue(full.at("/detail").contains("10000 accepted executions wait"), full.body());
            assertEquals("1", full.header("Retry-After"));
            assertEquals(10_000, queued(house));
            house.commands.gate("held").open();
        }
    }

    @Test
    void whatCarriedWorkStartsIsTakenOnAlthoughManyWait(@TempDir Path folder) throws Exception {
        try (House house =
                narrow(folder, state).with("executions.max-queued", "1").open()) {
            Flows flows = new Flows(house);
            house.deploy("child", "return 7");
            flows.deploy("parent", guest -> {
                house.commands.gate("parent").pass();
                return guest.call(Guest.invoke("child", "{}", Mode.ASYNC, ParentClose.ABANDON));
            });
            String id = flows.start("parent", "{}");
            house.commands.gate("parent").await(1);
            String taken = flows.start("child", "{}");
            Eventually.holds("it has been taken", () -> queued(house) == 0);
            String waits = flows.start("child", "{}");
            async(house, "child").isProblem(503, "unavailable");
            house.commands.gate("parent").open();
            String child = flows.await(id, "succeeded").at("/output/job_id");
            for (String each : List.of(child, taken, waits)) {
                assertEquals("7", flows.await(each, "succeeded").at("/output"));
            }
        }
    }

    @Test
    void aRedriveOfManyStopsWhenAsMuchWaitsAsMayAndLeavesTheOthers(@TempDir Path folder) throws Exception {
        try (House house =
                narrow(folder, state).with("executions.max-queued", "2").open()) {
            Flows flows = new Flows(house);
            house.deploy("fails", "fail always", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
            for (int i = 0; i < 5; i++) {
                flows.await(flows.start("fails", "{}"), "dead_lettered");
            }
            occupy(house);
            Reply redriven = house.post("/api/v1/dead-letters:redrive", "{}").is(202);
            assertEquals("5", redriven.at("/matched"));
            assertEquals("2", redriven.at("/redriven"));
            assertTrue(redriven.at("/stoppedBecause").contains("max-queued"), redriven.body());
            assertEquals(
                    3, house.get("/api/v1/dead-letters").json().get("items").size());
            house.post("/api/v1/dead-letters:redrive", "{}").isProblem(503, "unavailable");
            house.commands.gate("held").open();
            done(house, 2);
            Eventually.holds(
                    "the two have failed again",
                    () -> house.get("/api/v1/dead-letters").json().get("items").size() == 5);
        }
    }

    private static HostCall within(String callable, Duration timeout, ParentClose close) {
        return new HostCall.Invoke(callable, Bytes.utf8("{}"), Mode.SYNC, timeout, close);
    }

    /** Waits for a child in vain, and then for somebody. */
    private static void waitInVain(House house) {
        house.commands.flow("slow", guest -> {
            guest.undoable("hold", "release", (_, _) -> "1");
            return guest.call(Guest.event("never", Duration.ofHours(1)));
        });
        house.commands.flow(
                "release", _ -> "" + house.commands.count("released").incrementAndGet());
        house.commands.flow("impatient", guest -> {
            String said;
            try {
                said = guest.call(within("slow", Duration.ofMillis(1100), ParentClose.CANCEL));
            } catch (Guest.Refused e) {
                said = "\"" + e.fault().id().equals(Fault.TIMEOUT) + "\"";
            }
            guest.call(Guest.event("go", Duration.ofHours(1)));
            return said;
        });
    }

    @Test
    @Tag("QF-02")
    @Tag("WF-26")
    void aChildWhoseCallerWaitsNoLongerIsCanceledAndUndoneAlsoIfTheNodeDiesThen(@TempDir Path one, @TempDir Path two)
            throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            waitInVain(house);
            flows.deploy("slow", house.commands.flow("slow"));
            flows.deploy("impatient", house.commands.flow("impatient"));
            store.cutBefore(changes -> CutStore.touches(changes, "/cancel-by-parent"));
            String id = flows.start("impatient", "{}");
            Eventually.holds("it dies when its child is to be canceled", store::isCut);
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                waitInVain(next);
                Flows after = new Flows(next);
                Eventually.holds(
                        "the child is undone",
                        () -> next.get("/api/v1/jobs?method=slow&status=compensated")
                                        .json()
                                        .get("items")
                                        .size()
                                == 1);
                assertEquals(1, next.commands.count("released").get());
                after.await(id, "suspended"); // its caller goes on, and waits for something else
                after.signal(id, "go", "1").is(202);
                assertEquals("true", after.await(id, "succeeded").at("/output"));
            }
        }
    }

    @Test
    void aChildThatIsToGoOnByItselfDoesSoWhenItsCallerWaitsNoLonger(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("long", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
            flows.deploy("leaves", guest -> {
                try {
                    return guest.call(within("long", Duration.ofMillis(50), ParentClose.ABANDON));
                } catch (Guest.Refused e) {
                    return "\"left\"";
                }
            });
            assertEquals(
                    "left",
                    flows.await(flows.start("leaves", "{}"), "succeeded").at("/output"));
            String child = house.get("/api/v1/jobs?method=long").at("/items/0/job_id");
            flows.await(child, "suspended");
            flows.signal(child, "go", "3").is(202);
            assertEquals("3", flows.await(child, "succeeded").at("/output"));
        }
    }
}
