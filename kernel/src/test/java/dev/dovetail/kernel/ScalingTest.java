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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    private long started(String function) {
        return house.commands.launches().stream()
                .filter(launch -> launch.version().function().text().equals(function))
                .count();
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
        Eventually.holds("there are as many as may be", PATIENCE, () -> started("shop") == 3);
        house.put("/api/v1/functions/shop/scaling", "{\"maxInstances\":100}").is(200);
        Eventually.holds("there is one for each ten", PATIENCE, () -> started("shop") == 4);
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
        String node = Files.readString(folder.resolve("data").resolve("node")).strip();
        long yesterday = Instant.now().getEpochSecond() / 300 - 288;
        String needed = IntStream.range(0, 288).mapToObj(any -> "2").collect(Collectors.joining(","));
        for (String function : List.of("shop", "other")) {
            before.state.commit(
                    CommitId.fresh(),
                    List.of(new Change.Put(
                            Key.state("c/traffic/default/" + function + "/" + node),
                            Bytes.utf8("{\"latest\":" + (yesterday + 2) + ",\"needed\":[" + needed + "]}"),
                            Expectation.anything())));
        }
        house = House.at(folder).on(before.state, before.blobs).open();
        Eventually.holds("there are two", PATIENCE, () -> started("shop") == 2);
        assertTrue(house.invoke("shop", "{}", "Accept", "application/vnd.dovetail.result+json")
                .is(200)
                .body()
                .contains("\"wasColdStart\":false"));
        assertEquals(0, started("other"), "nobody asked for it");
    }

    @Tag("SL-03")
    @Test
    void aMetricThatIsNoneIsRefusedWithItsField(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        house.deploy("shop", "echo", WORKER);
        List<String> wrong = List.of(
                "/scaling/metrics/0/name",
                "{\"name\":\"orders.total\",\"target\":1}",
                "/scaling/metrics/0/name",
                "{\"name\":\"Orders\",\"target\":1}",
                "/scaling/metrics/0/target",
                "{\"name\":\"cpu\",\"target\":101}",
                "/scaling/metrics/1/name",
                "{\"name\":\"cpu\",\"target\":70},{\"name\":\"cpu\",\"target\":80}");
        for (int i = 0; i < wrong.size(); i += 2) {
            Reply reply = house.put("/api/v1/functions/shop/scaling", "{\"metrics\":[" + wrong.get(i + 1) + "]}")
                    .is(422);
            assertTrue(reply.body().contains(wrong.get(i)), reply.body());
        }
        house.put("/api/v1/functions/shop/scaling", "{\"metrics\":[{\"name\":\"cpu\",\"target\":0}]}")
                .isProblem(422, "validation");
    }
}
