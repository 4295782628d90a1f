package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits is told by the plugin that it waits for, also by a node that has just begun. */
@Tag("OB-18")
class CensusDurableTest {
    private static final int MANY = 300;

    private static final Guest.Flow WAITS = guest -> {
        guest.call(Guest.event("go", Duration.ofHours(1)));
        return guest.call(Guest.event("end", Duration.ofHours(1)));
    };

    @Test
    void whatWaitsIsCountedOverRestartsAndWhileItIsCounted(@TempDir Path folder) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        List<String> ids = new ArrayList<>();
        House first = House.at(folder.resolve("one")).on(state, blobs).open();
        Flows before = new Flows(first);
        before.deploy("waits", WAITS);
        for (int i = 0; i < MANY; i++) {
            ids.add(before.start("waits", "{}"));
        }
        awaits(first, "executions_suspended", MANY);
        awaits(first, "subscriptions", MANY);
        double rows = sum(first, "journal_rows");
        assertTrue(rows >= MANY, () -> "each has a journal: " + rows);
        first.close();
        try (House second = House.at(Flows.sameNode(first, folder.resolve("two")))
                .on(state, blobs)
                .knowing("waits", WAITS)
                .open()) {
            Flows flows = new Flows(second);
            for (String id : ids.subList(0, MANY / 3)) {
                flows.signal(id, "go", "1").is(202); // while it is counted
            }
            for (String id : ids.subList(MANY / 3, MANY / 2)) {
                flows.control(id, "terminate").is(202);
            }
            awaits(second, "executions_suspended", MANY / 2 + MANY / 3);
            awaits(second, "subscriptions", MANY / 2 + MANY / 3);
            for (String id : ids.subList(0, MANY / 3)) {
                flows.signal(id, "end", "1").is(202);
                flows.await(id, "succeeded");
            }
            for (String id : ids.subList(MANY / 2, MANY)) {
                flows.control(id, "cancel").is(202);
                flows.await(id, "canceled");
            }
            awaits(second, "executions_suspended", 0);
            awaits(second, "journal_rows", 0);
        }
    }

    private static void awaits(House house, String what, double expected) throws InterruptedException {
        Eventually.holds(
                what + " is " + expected,
                Duration.ofSeconds(30),
                () -> sum(house, what) == expected,
                () -> lines(house, what));
    }

    /** Of all plugins; each has to be named. */
    private static double sum(House house, String what) {
        return lines(house, what)
                .lines()
                .peek(line -> assertTrue(line.contains("plugin=\"lent\""), line))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String lines(House house, String what) {
        return house.get("/metrics")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.startsWith("plugin_" + what + "{"))
                .reduce("", (all, line) -> all + line + "\n");
    }
}
