package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Open executions that go on on another version. */
class MoveDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Map<String, AtomicInteger> ran = new ConcurrentHashMap<>();

    private AtomicInteger ran(String step) {
        return ran.computeIfAbsent(step, any -> new AtomicInteger());
    }

    private String step(Guest guest, String label, String answer) throws InterruptedException {
        return guest.step(label, (_, _) -> {
            ran(label).incrementAndGet();
            return answer;
        });
    }

    /** Two steps, a wait, and a step of its own name. */
    private Guest.Flow flow(String last) {
        return guest -> {
            String a = step(guest, "a", "1");
            String b = step(guest, "b", "2");
            String go = guest.call(Guest.event("go", HOUR));
            String c = step(guest, last, "\"" + last + "\"");
            return "[" + a + "," + b + "," + go + "," + c + "]";
        };
    }

    private static void version(House house, String function, String flow, Guest.Flow code) {
        house.commands.flow(flow, code);
        house.version(function, "flow " + flow);
    }

    private static Reply move(House house, String id, String body) {
        return house.post("/api/v1/executions/" + id + ":move", body);
    }

    @Test
    void anExecutionIsMovedWhereItWaitsAndGoesOnThereAfterARestart(@TempDir Path one, @TempDir Path two)
            throws Exception {
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("moved", flow("c"));
            id = flows.start("moved", "{}");
            flows.await(id, "suspended");
            version(house, "moved", "moved-d", flow("d"));
            version(house, "moved", "moved-x", guest -> step(guest, "x", "1"));
            Reply refused = move(house, id, "{\"version\":3}").isProblem(409, "invalid_state");
            assertEquals(0, refused.json().at("/difference/step").intValue(), refused.body());
            assertEquals("1", flows.show(id).at("/version"));
            house.post("/api/v1/executions/" + id + ":move?dryRun=true", "{\"version\":2}")
                    .is(200);
            assertEquals("1", flows.show(id).at("/version"));
            Reply moved = move(house, id, "{\"version\":2}").is(200);
            assertEquals("2", moved.at("/version"), moved.body());
            assertEquals("2", flows.show(id).at("/version"));
            assertTrue(flows.events(id).contains("moved"), flows.events(id).toString());
            flows.await(id, "suspended");
            JsonNode shots = house.get("/api/v1/executions/" + id + "/snapshots")
                    .is(200)
                    .json()
                    .get("items");
            assertEquals(1, shots.at("/0/version").intValue(), shots.toString());
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            house.commands.flow("moved-d", flow("d"));
            flows.signal(id, "go", "7").is(202);
            assertEquals("[1,2,7,\"d\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, ran("a").get());
            assertEquals(0, ran("c").get());
            move(house, id, "{\"version\":1}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void aMoveThatWasToldIsMadeByWhoeverCarriesTheExecutionNext(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("told", flow("c"));
            String id = flows.start("told", "{}");
            flows.await(id, "suspended");
            version(house, "told", "told-d", flow("d"));
            store.cutBefore(changes -> CutStore.touches(changes, "t/default/o/"));
            assertTrue(move(house, id, "{\"version\":2}").status() >= 202, "nobody says that it was moved");
            assertTrue(store.isCut(), "it died at the commit that moves it");
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                next.commands.flow("told", flow("c"));
                next.commands.flow("told-d", flow("d"));
                Flows after = new Flows(next);
                Flows.until("it is moved", () -> after.show(id).at("/version").equals("2"));
                after.signal(id, "go", "7").is(202);
                assertEquals("[1,2,7,\"d\"]", after.await(id, "succeeded").at("/output"));
                assertEquals(1, ran("a").get());
                assertEquals(
                        1, after.events(id).stream().filter("moved"::equals).count(), "once");
            }
        }
    }

    @Test
    void anExecutionIsMovedBetweenTwoStepsOfWhatItDoesNow(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("running", guest -> {
                for (int i = 0; i < 5000; i++) {
                    paced(guest, i);
                }
                return "\"nobody moved it\"";
            });
            version(house, "running", "running-new", guest -> {
                for (int i = 0; guest.host().replaying(); i++) {
                    paced(guest, i);
                }
                return step(guest, "new", "3");
            });
            String id = house.post("/api/v1/functions/running/invoke-async?version=1", "{}")
                    .is(202)
                    .at("/executionId");
            Flows.until("it is under way", () -> ran("0").get() == 1);
            Reply moved = move(house, id, "{\"version\":2}").is(200);
            assertEquals("2", moved.at("/version"), moved.body());
            assertEquals("3", flows.await(id, "succeeded").at("/output"));
            ran.forEach((step, times) -> assertEquals(1, times.get(), "step " + step));
        }
    }

    private void paced(Guest guest, int number) throws InterruptedException {
        guest.step("" + number, (_, _) -> {
            ran("" + number).incrementAndGet();
            Thread.sleep(2);
            return "1";
        });
    }

    @Test
    void whatIsOverOrCannotBeMovedIsToldSo(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("over", flow("c"));
            String id = flows.start("over", "{}");
            flows.await(id, "suspended");
            move(house, id, "{}").isProblem(400, "malformed");
            move(house, id, "{\"version\":4}").isProblem(404, "not_found");
            version(house, "over", "over-d", flow("d"));
            house.post("/api/v1/functions/over/versions/2:disable", "{}").is(200);
            move(house, id, "{\"version\":2}").isProblem(409, "not_active");
            move(house, id, "{\"version\":1}").is(200);
            house.deploy("over-plain", "echo");
            String plain = flows.start("over-plain", "{}");
            move(house, plain, "{\"version\":1}").isProblem(409, "invalid_state");
            move(house, "01a1fda5-d977-71ec-916d-794d23cb51a6", "{\"version\":1}")
                    .isProblem(404, "not_found");
        }
    }
}
