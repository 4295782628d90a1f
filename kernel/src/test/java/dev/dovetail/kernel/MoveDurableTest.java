package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Open executions that go on on another version. */
class MoveDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Counted steps = new Counted();

    private static Reply move(House house, String id, String body) {
        return house.post("/api/v1/executions/" + id + ":move", body);
    }

    @Test
    void anExecutionIsMovedWhereItWaitsAndGoesOnThereAfterARestart(@TempDir Path one, @TempDir Path two)
            throws Exception {
        String id;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("moved", steps.flow("c"));
            id = flows.start("moved", "{}");
            flows.await(id, "suspended");
            flows.version("moved", "moved-d", steps.flow("d"));
            flows.version("moved", "moved-x", guest -> steps.step(guest, "x", "1"));
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
            house.commands.flow("moved-d", steps.flow("d"));
            flows.signal(id, "go", "7").is(202);
            assertEquals("[1,2,7,\"d\"]", flows.await(id, "succeeded").at("/output"));
            assertEquals(1, steps.ran("a"));
            assertEquals(0, steps.ran("c"));
            move(house, id, "{\"version\":1}").isProblem(409, "invalid_state");
        }
    }

    @Test
    void aMoveThatWasToldIsMadeByWhoeverCarriesTheExecutionNext(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House house = House.at(one).on(store, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("told", steps.flow("c"));
            String id = flows.start("told", "{}");
            flows.await(id, "suspended");
            flows.version("told", "told-d", steps.flow("d"));
            store.cutBefore(changes -> CutStore.touches(changes, "t/default/o/"));
            assertTrue(move(house, id, "{\"version\":2}").status() >= 202, "nobody says that it was moved");
            assertTrue(store.isCut(), "it died at the commit that moves it");
            try (House next =
                    House.at(Flows.sameNode(house, two)).on(state, blobs).open()) {
                next.commands.flow("told", steps.flow("c"));
                next.commands.flow("told-d", steps.flow("d"));
                Flows after = new Flows(next);
                Eventually.holds(
                        "it is moved", () -> after.show(id).at("/version").equals("2"));
                after.signal(id, "go", "7").is(202);
                assertEquals("[1,2,7,\"d\"]", after.await(id, "succeeded").at("/output"));
                assertEquals(1, steps.ran("a"));
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
            flows.version("running", "running-new", guest -> {
                for (int i = 0; guest.host().replaying(); i++) {
                    paced(guest, i);
                }
                return steps.step(guest, "new", "3");
            });
            String id = house.post("/api/v1/functions/running/invoke-async?version=1", "{}")
                    .is(202)
                    .at("/executionId");
            Eventually.holds("it is under way", () -> steps.ran("0") == 1);
            Reply moved = move(house, id, "{\"version\":2}").is(200);
            assertEquals("2", moved.at("/version"), moved.body());
            assertEquals("3", flows.await(id, "succeeded").at("/output"));
            steps.all().forEach((step, times) -> assertEquals(1, times, "step " + step));
        }
    }

    private void paced(Guest guest, int number) throws InterruptedException {
        guest.step("" + number, (_, _) -> {
            steps.count("" + number);
            Thread.sleep(2);
            return "1";
        });
    }

    @Test
    void whatIsOverOrCannotBeMovedIsToldSo(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("over", steps.flow("c"));
            String id = flows.start("over", "{}");
            flows.await(id, "suspended");
            move(house, id, "{}").isProblem(400, "malformed");
            move(house, id, "{\"version\":4}").isProblem(404, "not_found");
            flows.version("over", "over-d", steps.flow("d"));
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
