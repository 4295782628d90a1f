package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function, a tenant, one execution, a node is paused: what was accepted waits, and goes on when it is resumed. */
class PausesDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String ECHO = "/api/v1/functions/echo";

    @TempDir
    Path folder;

    private static boolean held(Flows flows, String id) {
        return flows.show(id).at("/waitsFor").equals("held");
    }

    @Test
    @Tag("EX-06")
    @Tag("IV-06")
    void aPausedFunctionIsTakenOnAndStartedWhenItIsResumed() throws Exception {
        try (House house = House.at(folder).open()) {
            Flows flows = new Flows(house);
            house.deploy("echo", "count echo\necho");
            house.deploy("other", "echo");
            house.post("/api/v1/functions/gone:pause", "{}").isProblem(404, "not_found");
            house.post(ECHO + ":resume", "{}").isProblem(409, "invalid_state");
            house.post(ECHO + ":pause", "{\"reason\":5}").isProblem(400, "malformed");
            house.post(ECHO + ":pause?dryRun=true", "{}").is(200);
            house.invoke("echo", "1").is(200);
            house.post(ECHO + ":pause", "{\"reason\":\"broken since noon\"}").is(200);
            house.post(ECHO + ":pause", "{}").isProblem(409, "invalid_state");
            assertEquals(
                    "broken since noon",
                    house.get("/api/v1/executions:paused").is(200).at("/items/0/reason"));

            Reply refused = house.invoke("echo", "1").isProblem(503, "paused");
            assertEquals("30", refused.header("Retry-After"));
            assertTrue(refused.body().contains("broken since noon"), refused.body());
            house.invoke("other", "1").is(200);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ids.add(flows.start("echo", "" + i));
            }
            String last = ids.getLast();
            Eventually.holds("it is held", () -> held(flows, last));
            assertEquals("queued", flows.status(last));
            String why = house.get("/api/v1/executions/" + last + "/explain").at("/why");
            assertTrue(why.contains("\"echo\" is paused since") && why.contains(ECHO + ":resume"), why);
            flows.await(flows.start("other", "2"), "succeeded");
            assertEquals(1, house.commands.count("echo").get());
            flows.control(last, "cancel").is(202);
            flows.await(last, "canceled");

            house.post(ECHO + ":resume?dryRun=true", "{}").is(200);
            house.post(ECHO + ":resume", "{}").is(200);
            for (int i = 0; i < 19; i++) {
                assertEquals("" + i, flows.await(ids.get(i), "succeeded").at("/output"));
            }
            assertEquals(20, house.commands.count("echo").get());
            house.invoke("echo", "1").is(200);
            assertEquals(
                    0,
                    house.get("/api/v1/executions:paused").json().get("items").size());
            assertTrue(left(house).isEmpty(), () -> left(house).toString());
        }
    }

    private static List<String> left(House house) {
        return Aged.keys(house.state, "c/shard/").stream()
                .filter(key -> key.contains("/held/"))
                .toList();
    }

    @Test
    @Tag("EX-06")
    void whatWaitedIsNotGoneOnWithWhileItsTenantIsPausedAndLosesNothing() throws Exception {
        try (House house = House.at(folder).open()) {
            Flows flows = new Flows(house);
            flows.deploy("naps", guest -> {
                guest.sleep(1500);
                return guest.call(Guest.event("go", HOUR));
            });
            String id = flows.start("naps", "{}");
            flows.await(id, "suspended");
            house.post("/api/v1/executions:pause", "{}").is(200);
            house.invoke("naps", "{}").isProblem(503, "paused");
            Eventually.holds("its timer does not wake it", () -> held(flows, id));
            assertEquals("suspended", flows.status(id));
            flows.signal(id, "go", "7").is(202);
            String why = house.get("/api/v1/executions/" + id + "/explain").at("/why");
            assertTrue(why.contains("all executions of the tenant \"default\" are paused"), why);
            house.post("/api/v1/executions:resume", "{}").is(200);
            assertEquals("7", flows.await(id, "succeeded").at("/output"));
        }
    }

    @Test
    @Tag("EX-03")
    @Tag("EX-06")
    void whatIsPausedInTheQueueStaysQueuedUntilItIsResumedItself() throws Exception {
        try (House house = House.at(folder).open()) {
            Flows flows = new Flows(house);
            house.deploy("echo", "echo");
            house.post(ECHO + ":pause", "{}").is(200);
            String id = flows.start("echo", "5");
            Eventually.holds("it is held", () -> held(flows, id));
            assertTrue(flows.control(id, "pause").is(202).at("/status").contains("queued"));
            Eventually.holds(
                    "it is paused", () -> flows.show(id).at("/waitsFor").equals("paused"));
            assertEquals("queued", flows.status(id));
            String other = flows.start("echo", "6");
            house.post(ECHO + ":resume", "{}").is(200);
            flows.await(other, "succeeded");
            assertEquals("queued", flows.status(id));
            flows.control(id, "pause").isProblem(409, "invalid_state");
            flows.control(id, "resume").is(202);
            assertEquals("5", flows.await(id, "succeeded").at("/output"));
            assertEquals(
                    List.of("started", "succeeded"),
                    flows.events(id).stream().distinct().toList());
        }
    }

    @Test
    @Tag("EX-06")
    @Tag("NF-11")
    void aPauseOutlivesTheNodeAndWhatItHeldIsFoundByTheNext(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        CutStore store = new CutStore(state);
        try (House first = House.at(one).on(store, blobs).open()) {
            Flows before = new Flows(first);
            first.deploy("echo", "echo");
            first.post(ECHO + ":pause", "{}").is(200);
            String id = before.start("echo", "1");
            Eventually.holds("it is held", () -> held(before, id));
            store.cut();
            try (House next =
                    House.at(Flows.sameNode(first, two)).on(state, blobs).open()) {
                Flows after = new Flows(next);
                String later = after.start("echo", "2");
                Eventually.holds("it is held too", () -> held(after, later));
                assertEquals("queued", after.status(id));
                // it is resumed while nobody is there to hear it
                assertTrue(next.post(ECHO + ":resume", "{}").is(200).body().contains("false"));
                after.await(id, "succeeded");
                after.await(later, "succeeded");
            }
        }
    }

    @Test
    @Tag("EX-06")
    void everyNodeFollowsAPause(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        try (House left = House.at(one).on(state, blobs).open();
                House right = House.at(two).on(state, blobs).open()) {
            left.deploy("echo", "echo");
            Eventually.holds("both know it", () -> right.get(ECHO).status() == 200);
            left.post(ECHO + ":pause", "{}").is(200);
            Eventually.holds(
                    "the other follows", () -> right.invoke("echo", "1").status() == 503);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                ids.add(new Flows(i % 2 == 0 ? left : right).start("echo", "{}"));
            }
            Flows flows = new Flows(left);
            for (String id : ids) {
                Eventually.holds("it is held", () -> held(flows, id));
            }
            right.post(ECHO + ":resume", "{}").is(200);
            for (String id : ids) {
                flows.await(id, "succeeded");
            }
        }
    }

    @Test
    @Tag("EX-06")
    @Tag("FH-14")
    void aNodeThatIsStartedPausedAnswersCallsAndCarriesNothing() throws Exception {
        try (House house = House.at(folder).with("executions.paused", "true").open()) {
            Flows flows = new Flows(house);
            house.deploy("echo", "echo");
            house.get("/health/ready").is(200);
            house.invoke("echo", "1").is(200);
            String id = flows.start("echo", "2");
            Reply nodes = house.get("/api/v1/nodes").is(200);
            assertEquals("paused", nodes.at("/items/0/status"));
            String node = nodes.at("/items/0/id");
            assertEquals("paused", house.get("/api/v1/nodes/" + node).at("/status"));
            assertEquals("queued", flows.status(id));
            house.post("/api/v1/nodes/elsewhere:resume", "{}").isProblem(404, "not_found");
            house.post("/api/v1/nodes/" + node + ":resume?dryRun=true", "{}").is(200);
            assertEquals("queued", flows.status(id));
            house.post("/api/v1/nodes/" + node + ":resume", "{}").is(200);
            assertEquals("2", flows.await(id, "succeeded").at("/output"));
            house.post("/api/v1/nodes/" + node + ":resume", "{}").isProblem(409, "invalid_state");
            assertEquals("ready", house.get("/api/v1/nodes/" + node).at("/status"));
        }
    }
}
