package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** As many functions as the platform promises to hold: ten thousand with {@code DOVETAIL_PROVE=all}. */
class ManyFunctionsTest {
    private static final int MANY = "all".equals(System.getenv("DOVETAIL_PROVE")) ? 10_000 : 1_000;
    private static final int CALLED = 200;

    @Test
    @Tag("FN-50")
    @Tag("NF-26")
    @Tag("NF-27")
    void allAreKeptListedAndFoundAndHundredsStayWarmOnOneNode(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryStateStore state = new InMemoryStateStore();
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        try (House house = House.at(one).on(state, blobs).open()) {
            try (var threads = Executors.newFixedThreadPool(8)) {
                List<Future<Reply>> made = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    String name = name(i);
                    String code = i % (MANY / CALLED) == 0 ? "return " + i : "echo";
                    made.add(threads.submit(() -> house.deploy(name, code)));
                }
                for (Future<Reply> each : made) {
                    each.get();
                }
            }
            all(house);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < MANY; i += MANY / CALLED) {
                    assertEquals("" + i, house.invoke(name(i), "{}").is(200).body());
                }
                assertEquals(
                        CALLED,
                        house.commands.launches().stream()
                                .map(launch -> launch.version().function())
                                .distinct()
                                .count());
            }
            assertTrue(
                    house.commands.launches().size() < 2 * CALLED,
                    "they stay warm beside one another: "
                            + house.commands.launches().size() + " starts");
        }
        try (House house = House.at(two).on(state, blobs).open()) {
            all(house);
            int last = MANY - MANY / CALLED;
            assertEquals("" + last, house.invoke(name(last), "{}").is(200).body());
            assertEquals("{}", house.invoke(name(MANY - 1), "{}").is(200).body());
        }
    }

    private static String name(int i) {
        return String.format("f-%05d", i);
    }

    /** Goes through the whole list, page by page. */
    private static void all(House house) {
        Set<String> names = new HashSet<>();
        String cursor = "";
        do {
            JsonNode page =
                    house.get("/api/v1/functions?limit=100" + cursor).is(200).json();
            for (JsonNode each : page.get("items")) {
                assertTrue(names.add(each.get("name").stringValue()), each::toString);
            }
            JsonNode next = page.get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
        } while (!cursor.isEmpty());
        assertEquals(MANY, names.size());
    }
}
