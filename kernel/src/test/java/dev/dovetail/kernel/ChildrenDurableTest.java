package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an execution has started stays what it was, whatever becomes of its function and of what is kept of it. */
@ExtendWith(OpenHouse.class)
record ChildrenDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    /** A caller that waits for its child, and is paused. */
    private String paused(String caller, String child) throws Exception {
        flows.deploy(caller, guest -> guest.child(child, "{}"));
        String id = flows.start(caller, "{}");
        flows.await(id, "suspended");
        Eventually.holds(
                "the child waits", () -> waiting(child).json().get("items").size() == 1);
        flows.control(id, "pause").is(202);
        Eventually.holds("it is paused", () -> flows.show(id).at("/waitsFor").equals("paused"));
        return id;
    }

    private void goesOn(String parent) throws Exception {
        flows.control(parent, "resume").is(202);
        Eventually.holds(
                "it waits for its child again",
                () -> flows.show(parent).at("/waitsFor").equals("child"));
    }

    private Reply waiting(String child) {
        return house.get("/api/v1/jobs?status=suspended&method=" + child);
    }

    @Test
    @Tag("WF-26")
    void aChildWhoseFunctionIsDeletedMeanwhileStillAnswersItsParent() throws Exception {
        flows.deploy("orphan", guest -> guest.call(Guest.event("go", HOUR)));
        String parent = paused("keeper", "orphan");
        String child = waiting("orphan").at("/items/0/job_id");
        house.delete("/api/v1/functions/orphan").is(204);
        goesOn(parent);
        flows.signal(child, "go", "7").is(202);
        assertEquals("7", flows.await(parent, "succeeded", 10).at("/output"));
    }

    @Test
    @Tag("WF-26")
    void aChildWhoseVersionIsDisabledMeanwhileIsCanceledWithItsParent() throws Exception {
        flows.deploy("switched-off", guest -> guest.call(Guest.event("go", HOUR)));
        String parent = paused("switcher", "switched-off");
        String child = waiting("switched-off").at("/items/0/job_id");
        house.post("/api/v1/functions/switched-off/versions/1:disable", "{}").is(200);
        goesOn(parent);
        flows.control(parent, "cancel").is(202);
        flows.await(child, "canceled", 10);
    }

    @Test
    @Tag("WF-26")
    void aChildThatIsNotKeptAnyMoreWhenItsParentGoesOnIsNotBegunAnew() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        flows.deploy("forgotten", guest -> {
            guest.call(Guest.event("go", HOUR));
            return "" + runs.incrementAndGet();
        });
        String parent = paused("late", "forgotten");
        String child = waiting("forgotten").at("/items/0/job_id");
        flows.signal(child, "go", "7").is(202);
        flows.await(child, "succeeded");
        house.state.drop(Range.prefix(Key.Space.HISTORY, ""));
        house.get("/api/v1/jobs/" + child).is(404);
        flows.control(parent, "resume").is(202);
        assertEquals("1", flows.await(parent, "succeeded", 10).at("/output"));
        for (String status : List.of("queued", "running", "suspended")) {
            Reply open = house.get("/api/v1/jobs?method=forgotten&status=" + status);
            assertEquals(0, open.json().get("items").size(), open.body());
        }
    }
}
