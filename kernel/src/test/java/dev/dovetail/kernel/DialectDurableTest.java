package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A durable execution stays on the replay semantics in which it began, whichever plugin version serves. */
class DialectDurableTest {
    private final String key = "elder." + UUID.randomUUID();
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void takeBack() {
        System.getProperties().remove(key);
    }

    private House open(Path folder) throws Exception {
        return House.at(folder)
                .on(state, blobs)
                .with("plugins.require-signature", "false")
                .with("plugins.old-version-idle", "PT0.3S")
                .with("plugins.watch-interval", "PT0.05S")
                .lending(key)
                .open();
    }

    private void install(House house, String version, String dialects) {
        Reply reply = house.send("POST", "/api/v1/plugins", Elder.jar(version, dialects, key));
        assertTrue(reply.status() < 300, reply.body());
    }

    private static void activate(House house, String version) {
        house.post("/api/v1/plugins/elder:activate", "{\"version\":\"" + version + "\"}")
                .is(200);
    }

    private Guest.Flow flow() {
        return guest -> {
            String a = guest.step("a", (_, _) -> "" + ran.incrementAndGet());
            String go = guest.call(Guest.event("go", Duration.ofHours(1)));
            return "[" + a + "," + go + "]";
        };
    }

    private String waiting(House house, Flows flows) throws Exception {
        flows.deploy("old", flow(), "\"runtime\":\"elder\"");
        String id = flows.start("old", "{}");
        flows.await(id, "suspended");
        return id;
    }

    private static boolean onlyTheNewestIsLoaded(House house) {
        JsonNode items = house.get("/api/v1/plugins/elder/generations").json().get("items");
        return items.valueStream()
                        .filter(each -> each.get("state").stringValue().equals("active"))
                        .count()
                == 1;
    }

    @Test
    @Tag("PL-04")
    void whatBeganInAnOldDialectGoesOnThereAndWhatBeginsDoesNot(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            Flows flows = new Flows(house);
            String id = waiting(house, flows);
            install(house, "2.0.0", "2");
            activate(house, "2.0.0");
            flows.signal(id, "go", "7").is(202);
            Reply ended = flows.await(id, "succeeded");
            assertEquals("[1,7]", ended.at("/output"));
            assertEquals("elder 1.0.0", ended.at("/plugin"));
            assertEquals(1, ran.get());
            String next = flows.start("old", "{}");
            flows.await(next, "suspended");
            flows.signal(next, "go", "8").is(202);
            assertEquals("elder 2.0.0", flows.await(next, "succeeded").at("/plugin"));
            Eventually.holds("the old version is closed again", () -> onlyTheNewestIsLoaded(house));
        }
    }

    @Test
    void whatIsInAnOldDialectIsTriedMovedAndForkedThere(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            Flows flows = new Flows(house);
            String id = waiting(house, flows);
            install(house, "2.0.0", "2");
            activate(house, "2.0.0");
            house.commands.flow("newer", guest -> {
                String a = guest.step("a", (_, _) -> "" + ran.incrementAndGet());
                return a + guest.call(Guest.event("go", Duration.ofHours(1)));
            });
            house.version("old", "flow newer");
            JsonNode tried = house.post("/api/v1/functions/old/versions:check", "{\"version\":2}")
                    .is(200)
                    .json();
            assertEquals(1, tried.get("same").intValue(), tried.toString());
            JsonNode draft = house.post("/api/v1/functions/old/versions:check", House.code("flow newer"))
                    .is(200)
                    .json();
            assertEquals(1, draft.get("same").intValue(), draft.toString());
            String fork = house.post("/api/v1/executions/" + id + ":fork", "{\"from\":1}")
                    .is(202)
                    .at("/executionId");
            house.post("/api/v1/executions/" + id + ":move", "{\"version\":2}").is(200);
            flows.signal(id, "go", "7").is(202);
            Reply ended = flows.await(id, "succeeded");
            assertEquals("17", ended.at("/output"));
            assertEquals("elder 1.0.0", ended.at("/plugin"));
            flows.await(fork, "suspended");
            flows.signal(fork, "go", "8").is(202);
            Reply forked = flows.await(fork, "succeeded");
            assertEquals("[1,8]", forked.at("/output"));
            assertEquals("elder 1.0.0", forked.at("/plugin"));
            assertEquals(1, ran.get());
        }
    }

    /** What an old version says of its code is not asked: its steps are kept as if the code could reach anything. */
    @Test
    void stepsThatAnOldVersionCarriesOnAreKeptBeforeTheNext(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            Flows flows = new Flows(house);
            List<Boolean> kept = new CopyOnWriteArrayList<>();
            flows.deploy(
                    "old",
                    guest -> {
                        guest.call(Guest.event("go", Duration.ofHours(1)));
                        guest.step("a", (_, _) -> "\"answer of a\"");
                        return guest.step(
                                "b", (_, _) -> "" + kept.add(SettledDurableTest.isKept(state, "answer of a")));
                    },
                    "\"runtime\":\"elder\"");
            String id = flows.start("old", "{}");
            flows.await(id, "suspended");
            install(house, "2.0.0", "2");
            activate(house, "2.0.0");
            flows.signal(id, "go", "7").is(202);
            assertEquals("elder 1.0.0", flows.await(id, "succeeded").at("/plugin"));
            assertEquals(List.of(true), kept);
        }
    }

    @Test
    void theDialectIsKeptOverARestart(@TempDir Path folder) throws Exception {
        String id;
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            id = waiting(house, new Flows(house));
            install(house, "2.0.0", "2");
            activate(house, "2.0.0");
        }
        try (House house = open(folder)) {
            Flows flows = new Flows(house);
            house.commands.flow("old", flow());
            flows.signal(id, "go", "7").is(202);
            assertEquals("elder 1.0.0", flows.await(id, "succeeded").at("/plugin"));
            assertEquals(1, ran.get());
        }
    }

    @Test
    @Tag("WF-29")
    void whatNothingCarriesOnWaitsWithTheReasonUntilSomethingDoes(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            Flows flows = new Flows(house);
            String id = waiting(house, flows);
            install(house, "2.0.0", "2");
            activate(house, "2.0.0");
            Eventually.holds(
                    "the old version is taken off",
                    () -> house.delete("/api/v1/plugins/elder?version=1.0.0").status() < 300);
            flows.signal(id, "go", "7").is(202);
            Eventually.holds(
                    "it waits for a plugin",
                    () -> flows.show(id).at("/waitsFor").equals("plugin"));
            assertEquals("suspended", flows.status(id));
            String why =
                    house.get("/api/v1/executions/" + id + "/explain").is(200).at("/why");
            assertTrue(why.contains("needs a version of plugin elder that reads dialect 1"), why);
            install(house, "1.1.0", "1");
            Reply ended = flows.await(id, "succeeded", 30);
            assertEquals("[1,7]", ended.at("/output"));
            assertEquals("elder 1.1.0", ended.at("/plugin"));
            assertEquals(1, ran.get());
        }
    }

    @Test
    void aPluginVersionIsTriedOnOpenExecutionsBeforeItIsPutInUse(@TempDir Path folder) throws Exception {
        try (House house = open(folder)) {
            install(house, "1.0.0", "1");
            Flows flows = new Flows(house);
            String id = waiting(house, flows);
            install(house, "2.0.0", "2");
            install(house, "3.0.0", "3, 1");
            String path = "/api/v1/functions/old/versions:check";
            JsonNode cannot = house.post(path, "{\"plugin\":{\"id\":\"elder\",\"version\":\"2.0.0\"}}")
                    .is(200)
                    .json();
            assertEquals(id, cannot.at("/skipped/0/executionId").stringValue());
            assertTrue(
                    cannot.at("/skipped/0/why").stringValue().contains("elder 2.0.0 does not read dialect 1"),
                    cannot.toString());
            JsonNode can = house.post(path, "{\"plugin\":{\"id\":\"elder\",\"version\":\"3.0.0\"}}")
                    .is(200)
                    .json();
            assertEquals(1, can.get("same").intValue(), can.toString());
            assertEquals("1.0.0", house.get("/api/v1/plugins/elder").is(200).at("/active"));
            Eventually.holds("what was tried is closed again", () -> onlyTheNewestIsLoaded(house));
        }
    }
}
