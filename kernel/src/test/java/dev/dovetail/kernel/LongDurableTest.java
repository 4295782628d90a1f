package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has waited for weeks is looked at and goes on as anything else, and what came of it is not thrown away with its first day. */
class LongDurableTest {
    private static final Duration LONG = Duration.ofDays(40);

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final AtomicInteger steps = new AtomicInteger();

    private House open(Path folder) throws Exception {
        House house = House.at(folder).on(state, blobs).open();
        house.commands.flow("long", guest -> {
            String first = guest.step("first", (_, _) -> "" + steps.incrementAndGet());
            return "[" + first + "," + guest.call(Guest.event("go", Duration.ofDays(100))) + "]";
        });
        return house;
    }

    /** What lies under days of long ago is let go at the start, and so once this has gone, all of it has. */
    private void letGo() throws Exception {
        Key old = Key.history("20000101/t/default/x/old");
        Change put = new Change.Put(old, Bytes.utf8("{}"), Expectation.anything());
        state.commit(CommitId.fresh(), List.of(put));
    }

    @Test
    @Tag("WF-01")
    void whatHasWaitedForFortyDaysGoesOnAndCanBeSeenAfterItsEnd(
            @TempDir Path one, @TempDir Path two, @TempDir Path three) throws Exception {
        String id;
        try (House house = open(one)) {
            Flows flows = new Flows(house);
            flows.deploy("long", house.commands.flow("long"), "\"traits\":{\"workflow\":{\"maxSuspensionDays\":400}}");
            id = flows.start("long", "{}");
            flows.await(id, "suspended");
        }
        String old = Aged.since(state, id, LONG);
        try (House house = open(two)) {
            Flows flows = new Flows(house);
            house.get("/api/v1/executions/" + id).isProblem(404, "not_found");
            assertEquals("suspended", flows.status(old));
            assertEquals("event", flows.show(old).at("/waitsFor"));
            assertEquals(
                    old,
                    house.get("/api/v1/executions?function=long&status=suspended")
                            .at("/items/0/id"));
            assertTrue(
                    flows.events(old).contains("step_completed"),
                    () -> flows.events(old).toString());
            house.get("/api/v1/jobs/" + old + "/result").isProblem(409, "invalid_state");
            flows.signal(old, "go", "7").is(202);
            assertEquals("[1,7]", flows.await(old, "succeeded").at("/output"));
            assertEquals(1, steps.get(), "a step of forty days ago is not repeated");
        }
        letGo();
        try (House house = open(three)) {
            Eventually.holds(
                    "what is old has been let go",
                    () -> state.find(Key.history("20000101/t/default/x/old")).isEmpty());
            Flows flows = new Flows(house);
            assertEquals("succeeded", flows.status(old));
            assertEquals(
                    "[1,7]",
                    house.get("/api/v1/jobs/" + old + "/result").is(200).body());
            assertTrue(flows.events(old).contains("step_completed"));
        }
    }
}
