package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers are there for what is measured, and for what was needed before. */
class ScalingTest {
    private static final String WORKER = "\"runtime\":\"worker\"";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private House house;

    @AfterEach
    void stop() {
        house.close();
    }

    @Tag("SL-03")
    @Test
    void thereAreAsManyAsTheCodesOwnMetricAsksFor(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        new Flows(house);
        house.commands.flow("waiting", guest -> {
            guest.host().tell(new HostNote.Measure("orders.waiting", 38, Map.of()));
            return "1";
        });
        house.deploy("shop", "flow waiting", WORKER);
        house.put(
                        "/api/v1/functions/shop/scaling",
                        "{\"maxInstances\":3,\"metrics\":[{\"name\":\"orders.waiting\",\"target\":10}]}")
                .is(200);
        Reply shown = house.get("/api/v1/functions/shop").is(200);
        assertEquals("orders.waiting", shown.at("/scaling/metrics/0/name"));
        house.invoke("shop", "{}").is(200);
        Eventually.holds("there are as many as may be", PATIENCE, () -> house.started("shop") == 3);
        house.put("/api/v1/functions/shop/scaling", "{\"maxInstances\":100}").is(200);
        Eventually.holds("there is one for each ten", PATIENCE, () -> house.started("shop") == 4);
    }

    @Tag("SL-09")
    @Test
    void whatWasNeededADayAgoIsThereBeforeAnybodyCalls(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        house.deploy("shop", "echo", WORKER, "\"scaling\":{\"predictiveWarming\":true}");
        house.deploy("other", "echo", WORKER);
        house.invoke("shop", "{}").is(200);
        assertEquals("true", house.get("/api/v1/functions/shop").at("/scaling/predictiveWarming"));
        House before = house;
        before.close();
        needed(before, folder, 2, "shop", "other");
        house = House.at(folder).on(before.state, before.blobs).open();
        Eventually.holds("there are two", PATIENCE, () -> house.started("shop") == 2);
        assertTrue(house.invoke("shop", "{}", "Accept", "application/vnd.dovetail.result+json")
                .is(200)
                .body()
                .contains("\"wasColdStart\":false"));
        assertEquals(0, house.started("other"), "nobody asked for it");
    }

    @Tag("SL-03")
    @Test
    void aMetricOfTheCodesOwnIsForTheVersionThatIsCalledAndForNoOther(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        new Flows(house);
        house.commands.flow("waiting", guest -> {
            guest.host().tell(new HostNote.Measure("orders.waiting", 28, Map.of()));
            return "1";
        });
        String scaling =
                "\"scaling\":{\"scaleDownCooldown\":\"PT1S\",\"metrics\":[{\"name\":\"orders.waiting\",\"target\":10}]}";
        house.deploy("shop", "flow waiting", WORKER, scaling);
        house.invoke("shop", "{}").is(200);
        house.version("shop", "flow waiting", WORKER);
        Eventually.holds("the second version has its three", PATIENCE, () -> {
            house.invoke("shop", "{}").is(200);
            return started("shop", 2) >= 3;
        });
        assertEquals(1, started("shop", 1), "the first has what its call started");
    }

    private long started(String function, int version) {
        return house.commands.launches().stream()
                .filter(launch -> launch.version().function().text().equals(function)
                        && launch.version().number() == version)
                .count();
    }

    @Tag("SL-09")
    @Test
    void whatIsOnlyExpectedTakesNobodysMemoryAndGoesFirst(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        house.deploy("shop", "echo", WORKER, "\"scaling\":{\"predictiveWarming\":true}");
        house.deploy("urgent", "echo", WORKER);
        House before = house;
        before.close();
        needed(before, folder, 3, "shop");
        house = House.at(folder)
                .on(before.state, before.blobs)
                .with("workers.memory-mb", "700")
                .open();
        Eventually.holds("two have room", PATIENCE, () -> house.started("shop") == 2);
        house.invoke("urgent", "{}").is(200);
        assertEquals(1, house.commands.count("closed shop").get(), "one made room");
        house.deploy("tick", "echo", WORKER, "\"memoryMb\":128,\"scaling\":{\"scaleDownCooldown\":\"PT0.1S\"}");
        for (int rounds = 1; rounds <= 3; rounds++) {
            int seen = rounds;
            house.invoke("tick", "{}").is(200);
            Eventually.holds(
                    "the pools are looked at",
                    PATIENCE,
                    () -> house.commands.count("closed tick").get() == seen);
        }
        assertEquals(1, house.started("urgent"), "its idle worker does not go for one that is only expected");
        assertEquals(2, house.started("shop"));
    }

    /** As if so many workers had been needed at all times of the day before. */
    private static void needed(House house, Path folder, int workers, String... functions) throws Exception {
        String node = Files.readString(folder.resolve("data").resolve("node")).strip();
        long yesterday = Instant.now().getEpochSecond() / 300 - 288;
        String needed = String.join(",", Collections.nCopies(288, "" + workers));
        for (String function : functions) {
            house.state.commit(
                    CommitId.fresh(),
                    List.of(new Change.Put(
                            Key.state("c/traffic/default/" + function + "/" + node),
                            Bytes.utf8("{\"latest\":" + (yesterday + 2) + ",\"needed\":[" + needed + "]}"),
                            Expectation.anything())));
        }
    }

    @Tag("SL-03")
    @Test
    void aMetricThatIsNoneIsRefusedWithItsField(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        house.deploy("shop", "echo", WORKER);
        refused("metrics", "{\"name\":\"orders.total\",\"target\":1}", "/scaling/metrics/0/name");
        refused("metrics", "{\"name\":\"Orders\",\"target\":1}", "/scaling/metrics/0/name");
        refused("metrics", "{\"name\":\"cpu\",\"target\":101}", "/scaling/metrics/0/target");
        refused(
                "metrics",
                "{\"name\":\"cpu\",\"target\":70},{\"name\":\"cpu\",\"target\":80}",
                "/scaling/metrics/1/name");
        house.put("/api/v1/functions/shop/scaling", "{\"metrics\":[{\"name\":\"cpu\",\"target\":0}]}")
                .isProblem(422, "validation");
    }

    @Tag("SL-02")
    @Test
    void aScheduleThatIsNoneIsRefusedWithItsField(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        house.deploy("shop", "echo", WORKER);
        refused("schedules", "{\"cron\":\"0 25 * * *\",\"min\":1}", "/scaling/schedules/0/cron");
        refused(
                "schedules",
                "{\"cron\":\"0 8 * * *\",\"timezone\":\"Europe/Nowhere\",\"min\":1}",
                "/scaling/schedules/0/timezone");
        refused(
                "schedules",
                "{\"cron\":\"0 8 * * *\",\"duration\":\"PT90S\",\"min\":1}",
                "/scaling/schedules/0/duration");
        refused("schedules", "{\"cron\":\"0 8 * * *\",\"min\":101}", "/scaling/maxInstances");
    }

    private void refused(String list, String items, String field) {
        Reply reply = house.put("/api/v1/functions/shop/scaling", "{\"" + list + "\":[" + items + "]}")
                .is(422);
        assertTrue(reply.body().contains(field), reply.body());
    }
}
