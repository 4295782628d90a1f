package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an execution began with it keeps: its version, and its share of time. */
class PinnedDurableTest {
    private static final Duration YEARS = Duration.ofDays(3650);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    private static Guest.Flow saying(String word) {
        return guest -> {
            String before = guest.step("before", (_, _) -> "\"" + word + "\"");
            String go = guest.call(Guest.event("go", YEARS));
            return "[" + before + "," + go + "," + guest.step("after", (_, _) -> "\"" + word + "\"") + "]";
        };
    }

    @Test
    @Tag("FN-22")
    void whatIsInFlightStaysOnItsVersionAndTheNextRunHasTheNewOneUntilThatIsTakenBack(
            @TempDir Path one, @TempDir Path two) throws Exception {
        String first;
        String second;
        try (House house = House.at(one).on(state, blobs).open()) {
            house.commands.flow("old", saying("old"));
            house.commands.flow("new", saying("new"));
            Flows flows = new Flows(house);
            house.deploy("changing", "flow old", "\"kind\":\"workflow\"");
            first = flows.start("changing", "{}");
            flows.await(first, "suspended");
            house.deploy("plain", "gate plain\nreturn 1");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Reply> inFlight = threads.submit(() -> house.invoke("plain", "{}"));
                house.commands.gate("plain").await(1);
                house.version("plain", "return 2");
                assertEquals("2", house.invoke("plain", "{}").is(200).body());
                house.commands.gate("plain").open();
                assertEquals("1", inFlight.get().is(200).body());
            }
            house.version("changing", "flow new", "\"description\":\"says new\"");
            second = flows.start("changing", "{}");
            flows.await(second, "suspended");
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            house.commands.flow("old", saying("old"));
            house.commands.flow("new", saying("new"));
            Flows flows = new Flows(house);
            flows.signal(first, "go", "1").is(202);
            flows.signal(second, "go", "2").is(202);
            Reply old = flows.await(first, "succeeded");
            assertEquals("[\"old\",1,\"old\"]", old.at("/output"));
            assertEquals("1", old.at("/version"));
            Reply young = flows.await(second, "succeeded");
            assertEquals("[\"new\",2,\"new\"]", young.at("/output"));
            assertEquals("2", young.at("/version"));

            // traced: who made which version, when, of what, and that it was made
            Reply versions = house.get("/api/v1/functions/changing/versions").is(200);
            assertEquals(2, versions.json().get("items").size());
            for (var each : versions.json().get("items")) {
                for (String field : new String[] {"createdBy", "createdAt", "codeSha256", "semver", "status"}) {
                    assertTrue(each.path(field).isString(), field + " in " + each);
                }
            }
            assertTrue(versions.body().contains("says new"), versions.body());
            assertTrue(house.get("/api/v1/audit?limit=100").is(200).body().contains("/changing/versions"));

            // reversed: by an alias, and by taking the version out of use
            house.post("/api/v1/functions/changing/aliases", "{\"name\":\"live\",\"version\":2}")
                    .is(201);
            house.put("/api/v1/functions/changing/aliases/live", "{\"version\":1}")
                    .is(200);
            String back = house.post("/api/v1/functions/changing/invoke-async?version=live", "{}")
                    .is(202)
                    .at("/executionId");
            assertEquals("1", flows.await(back, "suspended").at("/version"));
            house.post("/api/v1/functions/changing/versions/2:disable", "{}").is(200);
            String bare = flows.start("changing", "{}");
            assertEquals("1", flows.await(bare, "suspended").at("/version"));
        }
    }

    private static String busy(Guest guest, String which) throws InterruptedException {
        Thread.sleep(guest.input().get(which).intValue());
        return "1";
    }

    @Test
    @Tag("WF-30")
    void theTimeoutIsOfEachActiveStretchAndTheGuardrailOfTheWhole(@TempDir Path one, @TempDir Path two)
            throws Exception {
        Guest.Flow stretches = guest -> {
            guest.step("one", (_, _) -> busy(guest, "first"));
            guest.call(Guest.event("go", YEARS));
            return guest.step("two", (_, _) -> busy(guest, "second"));
        };
        String forgotten;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("stretches", stretches, "\"timeoutSeconds\":4", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
            String both = flows.start("stretches", "{\"first\":2500,\"second\":2500}");
            String late = flows.start("stretches", "{\"first\":0,\"second\":60000}");
            forgotten = flows.start("stretches", "{\"first\":0,\"second\":0}");
            for (String each : new String[] {late, forgotten, both}) {
                flows.await(each, "suspended");
            }
            flows.signal(both, "go", "1").is(202);
            flows.signal(late, "go", "1").is(202);
            assertEquals(
                    "1",
                    flows.await(both, "succeeded").at("/output"),
                    "five seconds of code, of which each stretch had less than four");
            Eventually.holds("the long one ends", () -> flows.show(late).json().has("error"));
            assertTrue(
                    flows.show(late).at("/error/id").contains("timeout"),
                    flows.show(late).body());
        }
        Aged.out(state, forgotten); // as if its thirty days were over
        try (House house = House.at(two).on(state, blobs).open()) {
            house.commands.flow("stretches", stretches);
            Reply ended = new Flows(house).await(forgotten, "failed");
            assertTrue(ended.at("/error/id").contains("suspension_limit"), ended.body());
        }
    }
}
