package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What began on a version goes on with it, or is undone with it, when that version is in no list any more. */
@ExtendWith(OpenHouse.class)
record RemovedVersionsDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String ALL = "/api/v1/functions/";

    private static String waits(Guest guest) throws InterruptedException {
        return guest.call(Guest.event("go", HOUR));
    }

    private String waiting(String name) throws Exception {
        String id = flows.start(name, "{}");
        flows.await(id, "suspended");
        return id;
    }

    private void goesOn(Flows in, String id) throws Exception {
        in.signal(id, "go", "7").is(202);
        assertEquals("7", in.await(id, "succeeded", 10).at("/output"));
    }

    @Test
    @Tag("FN-25")
    void itGoesOnWhenItsFunctionWasDeletedAndAnotherOneHasItsName() throws Exception {
        flows.deploy("renewed", RemovedVersionsDurableTest::waits);
        String id = waiting("renewed");
        house.delete(ALL + "renewed").is(204);
        house.deploy("renewed", "return 2");
        assertEquals("2", house.invoke("renewed", "{}").is(200).body());
        goesOn(flows, id);
        house.get(ALL + "renewed/versions/1").isProblem(404, "not_found");
    }

    @Test
    @Tag("FN-25")
    void itIsUndoneWhenItsVersionWasDeleted() throws Exception {
        List<String> undone = new CopyOnWriteArrayList<>();
        house.commands.flow("undo-removed", _ -> {
            undone.add("it");
            return "1";
        });
        flows.deploy("shortened", guest -> {
            guest.undoable("one", "undo-removed", (_, _) -> "1");
            return waits(guest);
        });
        String id = waiting("shortened");
        house.version("shortened", "return 2");
        house.delete(ALL + "shortened/versions/1").is(204);
        flows.control(id, "cancel").is(202);
        flows.await(id, "compensated", 10);
        assertEquals(List.of("it"), undone);
    }

    @Test
    @Tag("FN-25")
    void itGoesOnAfterARestartWhenAHundredVersionsCameAfterIts(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        String id;
        try (House first = House.at(one).on(state, blobs).open()) {
            Flows in = new Flows(first);
            in.deploy("busy", RemovedVersionsDurableTest::waits);
            id = in.start("busy", "{}");
            in.await(id, "suspended");
            for (int i = 0; i < 100; i++) {
                first.patch(ALL + "busy", "{\"environment\":{\"N\":\"" + i + "\"}}")
                        .is(200);
            }
            first.get(ALL + "busy/versions/1").isProblem(404, "not_found");
        }
        try (House second = House.at(two)
                .on(state, blobs)
                .knowing("busy", RemovedVersionsDurableTest::waits)
                .open()) {
            goesOn(new Flows(second), id);
        }
    }
}
