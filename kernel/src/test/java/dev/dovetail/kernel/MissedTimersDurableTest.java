package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timers that were due while nobody looked fire as soon as somebody does: each once, and in the order in which they were due. */
@Tag("FH-12")
class MissedTimersDurableTest {
    private static final int TIMERS = 20;
    /** Longer than what is waited for in memory. */
    private static final int SHORTEST_MS = 1200;

    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final List<String> fired = new CopyOnWriteArrayList<>();
    private final long seed = new Random().nextLong();

    /** One that carries one at a time, so that they fire in the order in which they are begun. */
    private House house(Path folder, StateStore on) throws Exception {
        return House.at(folder)
                .on(on, blobs)
                .with("executions.max-carried", "1")
                .knowing("timed", guest -> {
                    guest.sleep(guest.input().get("ms").longValue());
                    return guest.step("fires", (it, _) -> {
                        fired.add(it.invocation().executionId());
                        return "1";
                    });
                })
                .open();
    }

    /** Starts them, and returns when they all wait. */
    private List<String> start(House house) throws Exception {
        Flows flows = new Flows(house);
        flows.deploy("timed", house.commands.flow("timed"));
        Random random = new Random(seed);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < TIMERS; i++) {
            ids.add(flows.start("timed", "{\"ms\":" + (SHORTEST_MS + random.nextInt(400)) + "}"));
        }
        for (String id : ids) {
            Eventually.holds(
                    "it waits or has fired",
                    () -> List.of("suspended", "succeeded").contains(flows.status(id)));
        }
        return ids;
    }

    private record Timer(long due, String id) {}

    /** Those that lie in the store, in the order in which they are due. */
    private List<Timer> timers() {
        return Aged.keys(state, "c/shard/").stream()
                .map(path -> path.split("/"))
                .filter(parts -> parts.length == 6 && parts[3].equals("due"))
                .map(parts -> new Timer(Long.parseLong(parts[4], 16), parts[5]))
                .sorted(Comparator.comparing(Timer::due).thenComparing(Timer::id))
                .toList();
    }

    private void allOnce(House house, List<String> ids) throws Exception {
        Flows flows = new Flows(house);
        for (String id : ids) {
            flows.await(id, "succeeded");
        }
        assertEquals(TIMERS, fired.size(), () -> "each fires once, seed " + seed + ": " + fired);
        assertEquals(new HashSet<>(ids), new HashSet<>(fired));
        // what is left of one that ended goes when its record is listed
        Eventually.holds("none is left", () -> timers().isEmpty());
    }

    @Test
    void whatWasDueWhileNoNodeRanFiresAfterTheStartInOrder(@TempDir Path one, @TempDir Path two) throws Exception {
        List<String> ids;
        try (House house = house(one, state)) {
            ids = start(house);
        }
        int before = fired.size(); // of a machine that was slow
        List<Timer> missed = timers();
        assertTrue(missed.size() > 1, "too slow a machine to miss anything");
        Eventually.holds(
                "all are overdue",
                () -> System.currentTimeMillis() > missed.getLast().due());
        try (House house = house(two, state)) {
            allOnce(house, ids);
        }
        assertEquals(
                missed.stream().map(Timer::id).toList(),
                fired.subList(before, fired.size()),
                () -> "in the order in which they were due, seed " + seed);
    }

    @Test
    void whatADeadNodeWouldHaveFiredIsFiredByAnother(@TempDir Path one, @TempDir Path two) throws Exception {
        CutStore store = new CutStore(state);
        try (House dies = house(one, store)) {
            List<String> ids = start(dies);
            store.cut();
            try (House other = house(two, state)) {
                Eventually.holds(
                        "it is seen that the first one is dead",
                        () -> other.get("/api/v1/nodes").body().contains("\"status\":\"lost\""));
                allOnce(other, ids);
            }
        }
    }
}
