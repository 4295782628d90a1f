package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers are started for those who call, kept as the function says, and shared fairly. */
class PoolsTest {
    private static final String WORKER = "\"runtime\":\"worker\"";
    private House house;

    @AfterEach
    void stop() {
        house.close();
    }

    private House open(Path folder, String... settings) throws Exception {
        House.Plan plan = House.at(folder);
        for (int i = 0; i < settings.length; i += 2) {
            plan.with(settings[i], settings[i + 1]);
        }
        house = plan.open();
        return house;
    }

    private boolean cold(String function) {
        return house.invoke(function, "{}", "Accept", "application/vnd.dovetail.result+json")
                .is(200)
                .body()
                .contains("\"wasColdStart\":true");
    }

    @Tag("RT-23")
    @Tag("SL-10")
    @Test
    void aWarmWorkerIsUsedAgainAndAColdStartTellsItsParts(@TempDir Path folder) throws Exception {
        open(folder).deploy("again", "echo", WORKER);
        Reply first = house.invoke("again", "{}", "Accept", "application/vnd.dovetail.result+json")
                .is(200);
        for (String part : List.of("queueMs", "fetchMs", "startMs")) {
            assertTrue(Double.parseDouble(first.at("/coldStart/" + part)) >= 0, first.body());
        }
        for (int i = 0; i < 5; i++) {
            assertTrue(!cold("again"));
        }
        assertEquals(1, house.started("again"));
        assertTrue(house.get("/metrics").body().contains("functions_init_stage_seconds")
                || house.get("/metrics").body().contains("function_init_stage_seconds"));
    }

    @Tag("SL-01")
    @Test
    void noMoreWorkersThanTheFunctionAllowsAndCallsWaitForOne(@TempDir Path folder) throws Exception {
        open(folder).deploy("narrow", "gate narrow\nreturn 1", WORKER, "\"scaling\":{\"maxInstances\":2}");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(threads.submit(() -> house.invoke("narrow", "{}")));
            }
            house.commands.gate("narrow").await(2);
            house.commands.gate("narrow").open();
            for (Future<Reply> each : calls) {
                assertEquals("1", each.get().is(200).body());
            }
        }
        assertEquals(2, house.started("narrow"));
    }

    @Test
    void aCallIsServedByAWorkerThatComesBackBeforeItsOwnIsThere(@TempDir Path folder) throws Exception {
        open(folder).deploy("slow-to-start", "start-slowly 3000\ngate slow\nreturn 1", WORKER);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> first = threads.submit(() -> house.invoke("slow-to-start", "{}"));
            house.commands.gate("slow").await(1);
            Future<Reply> second = threads.submit(
                    () -> house.invoke("slow-to-start", "{}", "Accept", "application/vnd.dovetail.result+json"));
            Eventually.holds("there is a second start", () -> house.started("slow-to-start") == 2);
            house.commands.gate("slow").open();
            first.get().is(200);
            assertTrue(second.get().is(200).body().contains("\"wasColdStart\":false"));
        }
    }

    @Tag("SL-07")
    @Tag("SL-11")
    @Test
    void provisionedWorkersAreThereBeforeAnybodyCalls(@TempDir Path folder) throws Exception {
        open(folder).deploy("ready", "echo", WORKER);
        house.put("/api/v1/functions/ready/concurrency", "{\"preProvisionedConcurrency\":3}")
                .is(200);
        Eventually.holds("there are three workers", () -> house.started("ready") == 3);
        assertTrue(!cold("ready"));
        house.version("ready", "echo", WORKER);
        house.put("/api/v1/functions/ready/concurrency", "{\"preProvisionedConcurrency\":0}")
                .is(200);
        house.post("/api/v1/functions/ready/aliases", "{\"name\":\"live\",\"version\":1,\"provisionedConcurrency\":2}")
                .is(201);
        assertEquals("2", house.get("/api/v1/functions/ready/aliases/live").at("/provisionedConcurrency"));
    }

    @Tag("SL-02")
    @Test
    void whileAWindowIsOpenMoreAreKeptAndARestartForgetsNothing(@TempDir Path folder) throws Exception {
        String always = "{\"cron\":\"* * * * *\",\"timezone\":\"Europe/Berlin\",\"min\":3}";
        String never = "{\"cron\":\"0 0 31 2 *\",\"min\":4,\"duration\":\"PT24H\"}";
        open(folder)
                .deploy(
                        "timed",
                        "echo",
                        WORKER,
                        "\"scaling\":{\"scaleDownCooldown\":\"PT0.1S\",\"schedules\":[" + never + "," + always + "]}");
        Eventually.holds("there are three of them", () -> house.started("timed") == 3);
        House before = house;
        before.close();
        house = House.at(folder).on(before.state, before.blobs).open();
        Eventually.holds("there are three of them again", () -> house.started("timed") == 3);
        assertEquals("Europe/Berlin", house.get("/api/v1/functions/timed").at("/scaling/schedules/1/timezone"));
        assertEquals("PT24H", house.get("/api/v1/functions/timed").at("/scaling/schedules/0/duration"));
        assertTrue(!cold("timed"));
        house.put("/api/v1/functions/timed/scaling", "{\"schedules\":[" + never + "]}")
                .is(200);
        Eventually.holds(
                "all of them are gone",
                () -> house.commands.count("closed timed").get() == 3);
    }

    @Tag("SL-06")
    @Test
    void keptWarmTheLastWorkerStays(@TempDir Path folder) throws Exception {
        open(folder)
                .deploy(
                        "kept",
                        "echo",
                        WORKER,
                        "\"scaling\":{\"keepWarmInterval\":\"PT1M\",\"scaleDownCooldown\":\"PT0.1S\"}");
        house.deploy("let-go", "echo", WORKER, "\"scaling\":{\"scaleDownCooldown\":\"PT0.1S\"}");
        Eventually.holds("one of them is warm", () -> house.started("kept") == 1);
        assertTrue(cold("let-go"));
        Eventually.holds(
                "the other is gone", () -> house.commands.count("closed let-go").get() == 1);
        assertTrue(cold("let-go"));
        assertTrue(!cold("kept"));
        assertEquals(1, house.started("kept"));
    }

    @Tag("RT-24")
    @Test
    void whatIsIdleGoesWhenAnotherFunctionNeedsItsMemory(@TempDir Path folder) throws Exception {
        open(folder, "workers.memory-mb", "600");
        house.deploy("first", "echo", WORKER);
        house.deploy("second", "echo", WORKER);
        house.deploy("third", "echo", WORKER);
        assertTrue(cold("first"));
        assertTrue(cold("second"));
        assertTrue(!cold("first"));
        assertTrue(cold("third"));
        assertTrue(!cold("first"), "the one used less lately went");
        assertTrue(cold("second"));
    }

    @Test
    void oneFunctionsManyStartsDoNotHoldUpAnothersFirst(@TempDir Path folder) throws Exception {
        open(folder, "workers.starts", "1");
        house.deploy("greedy", "start-slowly 200\ngate greedy", WORKER, "\"maxConcurrent\":50");
        house.deploy("modest", "echo", WORKER);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                calls.add(threads.submit(() -> house.invoke("greedy", "{}")));
            }
            house.commands.gate("greedy").await(1);
            house.invoke("modest", "{}").is(200);
            assertTrue(
                    house.started("greedy") < 40, "the other one waited for all of them: " + house.started("greedy"));
            house.commands.gate("greedy").open();
            for (Future<Reply> each : calls) {
                each.get().is(200);
            }
        }
    }

    @Tag("SL-01")
    @Test
    void whileProcessorsAreBusyCallersWaitForAWorkerThatComesBackSoon(@TempDir Path folder) throws Exception {
        open(folder, "workers.busy-percent", "0").deploy("quick", "start-slowly 20\nsleep 3\necho", WORKER);
        assertTrue(cold("quick"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                callers.add(threads.submit(() -> {
                    for (int k = 0; k < 20; k++) {
                        house.invoke("quick", "{}").is(200);
                    }
                    return null;
                }));
            }
            for (Future<?> each : callers) {
                each.get();
            }
        }
        // more than one only where the machine stood still for longer than a caller is patient
        assertTrue(house.started("quick") <= 4, house.started("quick") + " workers for 10 callers");
    }

    @Test
    void aWorkerThatDoesNotComeBackIsNotWaitedForHoweverBusyTheProcessorsAre(@TempDir Path folder) throws Exception {
        open(folder, "workers.busy-percent", "0").deploy("held", "gate held\nreturn 1", WORKER);
        house.commands.gate("held").open();
        house.invoke("held", "{}").is(200);
        house.commands.gate("held").await(1);
        house.commands.gate("held").shut();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> first = threads.submit(() -> house.invoke("held", "{}"));
            house.commands.gate("held").await(1);
            Future<Reply> second = threads.submit(() -> house.invoke("held", "{}"));
            Eventually.holds("a worker for the second", () -> house.started("held") == 2);
            house.commands.gate("held").open();
            assertEquals("1", first.get().is(200).body());
            assertEquals("1", second.get().is(200).body());
        }
    }

    @Test
    void aWorkerThatDoesNotStartFailsItsCallerAndNobodyElse(@TempDir Path folder) throws Exception {
        open(folder).deploy("broken", "start-broken", WORKER);
        house.deploy("whole", "echo", WORKER);
        for (int i = 0; i < 3; i++) {
            house.invoke("broken", "{}").isProblem(500, "code");
        }
        house.invoke("whole", "{}").is(200);
    }

    @Tag("SL-04")
    @Test
    void scalingIsSaidAndShownAndChecked(@TempDir Path folder) throws Exception {
        open(folder).deploy("scaled", "echo", WORKER);
        house.put(
                        "/api/v1/functions/scaled/scaling",
                        "{\"minInstances\":2,\"maxInstances\":5,\"scaleDownCooldown\":\"PT9M\"}")
                .is(200);
        Reply shown = house.get("/api/v1/functions/scaled").is(200);
        assertEquals("2", shown.at("/scaling/minInstances"));
        assertEquals("PT9M", shown.at("/scaling/scaleDownCooldown"));
        assertEquals("1", shown.at("/activeVersion"), "scaling makes no version");
        house.put("/api/v1/functions/scaled/scaling", "{\"maxInstances\":1}").isProblem(422, "validation");
        house.put("/api/v1/functions/scaled/scaling", "{\"scaleDownCooldown\":\"soon\"}")
                .isProblem(422, "validation");
        house.put("/api/v1/functions/scaled/scaling", "{\"minimum\":1}").isProblem(400, "malformed");
    }
}
