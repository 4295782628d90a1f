package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What one node tells of another, and what is asked at a node that it is not for. */
class SeveralNodesTest {
    private static final String NODES = "/api/v1/nodes";
    private static final String BREAK = "{\"locations\":[{\"line\":4}]}";

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    @TempDir
    Path folder;

    private House.Plan node(String name) {
        return House.at(folder.resolve(name)).on(state, blobs);
    }

    /** The node that answers, as it lists itself. */
    private static Optional<JsonNode> self(House house) {
        return StreamSupport.stream(house.get(NODES).is(200).json().get("items").spliterator(), false)
                .filter(each -> each.get("here").booleanValue())
                .findFirst();
    }

    private static String id(House house) {
        return self(house).orElseThrow().get("id").stringValue();
    }

    private static boolean shares(House house, int shards) {
        return self(house).filter(it -> it.get("shards").size() == shards).isPresent();
    }

    @Test
    @Tag("EX-13")
    void whatIsAskedOfCodeAtANodeThatDoesNotCarryItNamesTheOneThatDoes() throws Exception {
        try (House here = node("here").open();
                House there = node("there").open()) {
            new Flows(here).deploy("waits", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
            Eventually.holds(
                    "both know it", () -> there.get("/api/v1/functions/waits").status() == 200);
            Eventually.holds("both have their share", () -> shares(here, 32) && shares(there, 32));
            String id = new Flows(here).start("waits", "{}");
            Eventually.holds(
                    "it waits", () -> new Flows(there).show(id).at("/waitsFor").equals("event"));
            boolean own = here.get("/api/v1/executions/" + id + "/explain")
                    .json()
                    .at("/carriedBy/here")
                    .booleanValue();
            House carrier = own ? here : there;
            House other = own ? there : here;
            String one = "/api/v1/executions/" + id;

            for (Reply refused : List.of(
                    other.post(one + "/breakpoints", BREAK),
                    other.get(one + "/breakpoints"),
                    other.delete(one + "/breakpoints"),
                    other.get(one + "/stack"),
                    other.get(one + "/locals"),
                    other.post(one + ":step", "{\"action\":\"continue\"}"))) {
                refused.isProblem(409, "invalid_state");
                assertTrue(refused.at("/detail").contains("\"" + id(carrier) + "\""), refused.body());
                assertEquals(id(carrier), refused.at("/node"));
                assertEquals("http://127.0.0.1:" + carrier.port(), refused.at("/address"));
            }
            Reply never = carrier.post(one + "/breakpoints", BREAK).isProblem(409, "invalid_state");
            assertTrue(never.at("/detail").startsWith("Code of the runtime cmd cannot be held"), never.body());
            assertTrue(carrier.get(one + "/breakpoints")
                    .is(200)
                    .json()
                    .at("/items")
                    .isEmpty());

            Reply explained = other.get(one + "/explain").is(200);
            assertEquals(id(carrier), explained.at("/carriedBy/node"));
            assertEquals("http://127.0.0.1:" + carrier.port(), explained.at("/carriedBy/address"));
            assertFalse(explained.json().at("/carriedBy/here").booleanValue());
            other.get("/api/v1/executions/none/stack").isProblem(404, "not_found");
            new Flows(other).signal(id, "go", "7").is(202);
            new Flows(other).await(id, "succeeded");
            assertFalse(other.get(one + "/explain").json().has("carriedBy"));
        }
    }

    @Test
    @Tag("EX-26")
    void gatesAreSetListedReleasedAndDeletedAtANodeThatDoesNotCarryWhatTheyHold() throws Exception {
        try (House here = node("here").open();
                House there = node("there").open()) {
            Guest.Flow flow = guest -> "[" + guest.call(Guest.event("go", Duration.ofHours(1))) + ","
                    + guest.step("a", (_, _) -> "1") + "," + guest.step("b", (_, _) -> "2") + "]";
            new Flows(here).deploy("gated", flow);
            there.commands.flow("gated", flow);
            Eventually.holds(
                    "both know it", () -> there.get("/api/v1/functions/gated").status() == 200);
            Eventually.holds("both have their share", () -> shares(here, 32) && shares(there, 32));
            String id = new Flows(here).start("gated", "{}");
            Eventually.holds(
                    "it waits", () -> new Flows(there).show(id).at("/waitsFor").equals("event"));
            boolean own = here.get("/api/v1/executions/" + id + "/explain")
                    .json()
                    .at("/carriedBy/here")
                    .booleanValue();
            House other = own ? there : here;
            String gates = AtGates.gates(id);
            assertEquals(
                    "waiting-for",
                    other.post(gates, AtGates.gate("after", "a")).is(201).at("/state"));
            other.post(gates, AtGates.gate("before", "b")).is(201);
            new Flows(other).signal(id, "go", "7").is(202);
            JsonNode held = AtGates.held(other, id);
            assertEquals(
                    "released",
                    AtGates.release(other, id, held, "{\"output\":5}").is(200).at("/state"));
            Eventually.holds(
                    "b is held", () -> other.get(gates).at("/items/1/state").equals("held"));
            other.delete(gates + "/" + other.get(gates).at("/items/1/id")).is(204);
            assertEquals("[7,5,2]", new Flows(other).await(id, "succeeded").at("/output"));
        }
    }

    @Test
    @Tag("EX-06")
    void aPausedNodeIsSeenByAllTakesNoShareAndTakesItWhenItIsResumed() throws Exception {
        try (House one = node("one").open();
                House aside = node("aside").with("executions.paused", "true").open()) {
            String paused = id(aside);
            String address = "http://127.0.0.1:" + aside.port();
            Eventually.holds(
                    "it says where it serves",
                    () -> one.get(NODES + "/" + paused).at("/address").equals(address));
            assertEquals("paused", one.get(NODES + "/" + paused).is(200).at("/status"));
            assertEquals("paused", aside.get(NODES + "/" + paused).is(200).at("/status"));
            assertEquals("ready", aside.get(NODES + "/" + id(one)).is(200).at("/status"));
            Reply refused = one.post(NODES + "/" + paused + ":resume", "{}").isProblem(404, "not_found");
            assertTrue(refused.at("/detail").contains(address), refused.body());
            one.deploy("echo", "echo");
            Flows flows = new Flows(one);
            for (int i = 0; i < 20; i++) {
                flows.await(flows.start("echo", "" + i), "succeeded");
            }
            assertTrue(shares(one, 64) && shares(aside, 0), one.get(NODES).body());

            aside.post(NODES + "/" + paused + ":resume", "{}").is(200);
            Eventually.holds("both have their share", () -> shares(one, 32) && shares(aside, 32));
            assertEquals("ready", one.get(NODES + "/" + paused).at("/status"));
        }
    }

    @Test
    @Tag("SL-17")
    void aNodeTellsHowAnotherOneFares() throws Exception {
        try (House here = node("here").open();
                House there = node("there").open()) {
            here.deploy("echo", "echo");
            here.deploy("fails", "fail mine");
            Eventually.holds(
                    "both know them", () -> there.get("/api/v1/functions/fails").status() == 200);
            for (int i = 0; i < 5; i++) {
                there.invoke("echo", "" + i).is(200);
            }
            there.invoke("fails", "{}").is(500);

            String other = NODES + "/" + id(there);
            Eventually.holds(
                    "its next beat tells of them",
                    () -> here.get(other).json().at("/metrics/invocations").asInt(0) == 6);
            JsonNode told = here.get(other).json();
            assertFalse(told.get("here").booleanValue());
            assertEquals(1, told.at("/metrics/errors").intValue());
            assertEquals(2, told.at("/metrics/coldStarts").intValue());
            assertTrue(told.at("/metrics/avgDuration").doubleValue() > 0, told::toString);
            assertEquals("{\"echo:v1\":1,\"fails:v1\":1}", told.get("instances").toString());
            assertEquals(0, told.get("callsUnderWay").intValue());
            assertEquals(
                    Runtime.getRuntime().availableProcessors(),
                    told.at("/resources/processors").intValue());
            assertEquals(
                    Runtime.getRuntime().maxMemory() >> 20,
                    told.at("/resources/memoryMaxMb").longValue());
            assertEquals(
                    there.get(other).at("/startedAt"), told.get("startedAt").stringValue());
            assertEquals(
                    0,
                    here.get(NODES + "/" + id(here))
                            .json()
                            .at("/metrics/invocations")
                            .intValue(),
                    "each counts its own");
        }
    }

    @Test
    void whatKeepsANodeFromServingIsSeenAtAll() throws Exception {
        try (House here = node("here").open();
                House unwell = node("unwell").missing("geo").open()) {
            String other = NODES + "/" + id(unwell);
            String slot = "the executor slot \"native-geo\"";
            String why = "no plugin provides the type \"native-nowhere\" yet";
            assertEquals(why, unwell.get(other).json().get("troubles").get(slot).stringValue());
            Eventually.holds(
                    "its next beat tells of it",
                    () -> why.equals(
                            here.get(other).json().path("troubles").path(slot).asString("")));
            assertEquals("not_ready", here.get(other).at("/status"));
            assertEquals("ready", unwell.get(NODES + "/" + id(here)).at("/status"));
        }
    }

    @Test
    void aNodeThatListensEverywhereNamesAnAddressOfItsMachine() throws Exception {
        try (House one = node("one").with("http.host", "0.0.0.0").open()) {
            String port = ":" + one.port();
            Eventually.holds(
                    "it says where it serves",
                    () -> self(one).orElseThrow().get("address").stringValue().endsWith(port));
            assertFalse(
                    one.get(NODES).body().contains("0.0.0.0"), one.get(NODES).body());
        }
    }

    @Test
    @Tag("FH-15")
    void aNodeThatStoodStillTellsOfAnExecutionWhatTheStoreHasAndNotWhatItRemembers() throws Exception {
        CutStore way = new CutStore(state);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        try (House slow = House.at(folder.resolve("slow")).on(way, blobs).open()) {
            new Flows(slow)
                    .deploy(
                            "steps",
                            guest -> guest.step("first", (_, _) -> {
                                inside.countDown();
                                until.await(); // heeds nobody: it goes on when its process does
                                return "1";
                            }));
            Flows stale = new Flows(slow);
            String id = stale.start("steps", "{}");
            inside.await();
            assertEquals("running", stale.status(id));
            way.stop();
            try (House next = node("next")
                    .knowing("steps", guest -> guest.step("first", (_, _) -> "2"))
                    .open()) {
                assertEquals("2", new Flows(next).await(id, "succeeded").at("/output"));
                way.letGo();
                assertEquals("succeeded", stale.status(id));
                assertEquals("succeeded", stale.events(id).getLast());
                assertTrue(stale.events(id).contains("step_completed"), stale.timeline(id)::toString);
                assertEquals(
                        "it ended well",
                        slow.get("/api/v1/executions/" + id + "/explain")
                                .is(200)
                                .at("/why"));
                assertEquals(
                        0,
                        slow.get("/api/v1/executions?status=running")
                                .is(200)
                                .json()
                                .get("items")
                                .size());
            } finally {
                until.countDown();
                way.letGo();
            }
        }
    }
}
