package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is used is told beside what may be. */
class UsageTest {
    private static JsonNode of(House house, String name) {
        JsonNode items = house.get("/api/v1/usage").is(200).json().get("items");
        return items.valueStream()
                .filter(each -> each.get("name").stringValue().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + items));
    }

    private static void is(House house, String name, long used, long limit, String which) {
        JsonNode item = of(house, name);
        assertEquals(used, item.get("used").longValue(), item.toString());
        assertEquals(limit, item.path("limit").longValue(0), item.toString());
        assertEquals(which, item.path("of").stringValue(""), item.toString());
    }

    @Test
    @Tag("FN-49")
    void whatIsUsedIsToldBesideWhatMayBe(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder)
                .with("executions.max-concurrent", "7")
                .with("executions.max-carried", "8")
                .with("executions.max-queued", "9")
                .open()) {
            for (String none : List.of("functions", "layers", "storedCodeBytes", "unfinishedExecutions")) {
                is(house, none, 0, 0, "");
            }
            is(house, "versionsOfAFunction", 0, 100, "");
            house.deploy("one", "gate held\nreturn 1", "\"maxConcurrent\":4");
            house.deploy("two", "return 1");
            long before = of(house, "storedCodeBytes").get("used").longValue();
            assertTrue(before > 0);
            house.version("two", "return 2");
            house.version("two", "return 1");
            is(house, "functions", 2, 0, "");
            is(house, "versionsOfAFunction", 3, 100, "two");
            long after = of(house, "storedCodeBytes").get("used").longValue();
            assertTrue(after > before && after < 2 * before, "the same code is kept once: " + before + " " + after);
            assertEquals(
                    50L << 20, of(house, "codeBytesOfAVersion").get("limit").longValue());
            is(house, "calls", 0, 7, "");
            is(house, "carriedExecutions", 0, 8, "");
            is(house, "queuedExecutions", 0, 9, "");
            Thread call =
                    Thread.ofVirtual().start(() -> house.invoke("one", "{}").is(200));
            house.commands.gate("held").await(1);
            is(house, "calls", 1, 7, "");
            is(house, "callsOfAFunction", 1, 4, "one");
            house.commands.gate("held").open();
            call.join();
            is(house, "calls", 0, 7, "");
            Flows flows = new Flows(house);
            flows.deploy("waits", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
            String id = flows.start("waits", "{}");
            flows.await(id, "suspended");
            is(house, "unfinishedExecutions", 1, 0, "");
            assertFalse(of(house, "unfinishedExecutions").has("more"));
            Eventually.holds(
                    "nothing is carried while it waits",
                    Duration.ofSeconds(10),
                    () -> of(house, "carriedExecutions").get("used").longValue() == 0);
            assertEquals("node", of(house, "carriedExecutions").get("scope").stringValue());
            assertEquals("node", of(house, "callsOfAFunction").get("scope").stringValue());
            assertEquals("tenant", of(house, "functions").get("scope").stringValue());
        }
    }
}
