package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions are put in, replaced, rolled back and taken out while they are called. */
class FunctionSwapTest {
    private static final int SWAPS = 20;
    private static final int CALLERS = 4;

    @Test
    @Tag("PL-09")
    void functionsAreReplacedRolledBackAndAddedUnderLoadAndNoCallFails(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).open()) {
            house.deploy("hot", "return 1");
            house.post("/api/v1/functions/hot/aliases", "{\"name\":\"live\",\"version\":1}")
                    .is(201);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger calls = new AtomicInteger();
            Set<String> seen = ConcurrentHashMap.newKeySet();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<String>>> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    String path = "/api/v1/functions/hot/invoke" + (i % 2 == 0 ? "" : "?version=live");
                    callers.add(threads.submit(() -> {
                        List<String> wrong = new ArrayList<>();
                        int last = 0;
                        while (!over.get()) {
                            Reply reply = house.post(path, "{}");
                            calls.incrementAndGet();
                            seen.add(reply.body());
                            if (reply.status() != 200) {
                                wrong.add(reply.status() + " " + reply.body());
                            } else if (!path.endsWith("live")) {
                                int now = Integer.parseInt(reply.body());
                                if (now < last) {
                                    wrong.add(now + " after " + last);
                                }
                                last = now;
                            }
                        }
                        return wrong;
                    }));
                }
                for (int version = 2; version <= SWAPS; version++) {
                    house.version("hot", "return " + version);
                    assertEquals(
                            "" + version,
                            house.invoke("hot", "{}").is(200).body(),
                            "the new version answers from the moment that it is there");
                    house.put("/api/v1/functions/hot/aliases/live", "{\"version\":" + version + "}")
                            .is(200);
                    if (version % 3 == 0) { // back again
                        house.put("/api/v1/functions/hot/aliases/live", "{\"version\":" + (version - 1) + "}")
                                .is(200);
                        assertEquals(
                                "" + (version - 1),
                                house.post("/api/v1/functions/hot/invoke?version=live", "{}")
                                        .is(200)
                                        .body());
                    }
                    house.deploy("added-" + version, "return " + version);
                    house.invoke("added-" + version, "{}").is(200);
                    house.delete("/api/v1/functions/added-" + version);
                    house.invoke("added-" + version, "{}").isProblem(404, "not_found");
                    int so = calls.get();
                    Eventually.holds("they go on calling", () -> calls.get() > so + 2 * CALLERS);
                }
                over.set(true);
                for (Future<List<String>> each : callers) {
                    assertEquals(List.of(), each.get());
                }
            }
            assertTrue(seen.size() > SWAPS / 2, seen::toString);
        }
    }
}
