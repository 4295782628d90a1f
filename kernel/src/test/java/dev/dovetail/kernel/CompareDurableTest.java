package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What an execution did beside what another version does with it, and how it was at its stages. */
@ExtendWith(OpenHouse.class)
record CompareDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    private String waiting(String function) throws Exception {
        String id = flows.start(function, "{}");
        flows.await(id, "suspended");
        return id;
    }

    @Test
    @Tag("EX-24")
    void anyExecutionIsComparedWithAnyVersion() throws Exception {
        Guest.Flow sums = guest -> {
            String a = guest.step("a", (_, _) -> "20");
            return "" + (Integer.parseInt(a) + 1);
        };
        flows.deploy("compared", sums);
        String id = flows.start("compared", "{}");
        flows.await(id, "succeeded");
        flows.version(
                "compared", "compared-other", guest -> "" + (Integer.parseInt(guest.step("a", (_, _) -> "0")) + 2));
        flows.version("compared", "compared-more", guest -> {
            guest.step("a", (_, _) -> "0");
            return guest.step("b", (_, _) -> "0");
        });
        flows.version("compared", "compared-else", guest -> guest.step("x", (_, _) -> "0"));
        String path = "/api/v1/executions/" + id + ":compare";
        Reply own = house.post(path, "{\"version\":1}").is(200);
        assertTrue(own.json().get("same").booleanValue(), own.body());
        Reply other = house.post(path, "{\"version\":2}").is(200);
        assertFalse(other.json().get("same").booleanValue());
        assertEquals(21, other.json().at("/output/was/output").intValue());
        assertEquals(22, other.json().at("/output/is/output").intValue());
        assertFalse(other.json().has("difference"));
        Reply more = house.post(path, "{\"version\":3}").is(200);
        assertFalse(more.json().get("same").booleanValue());
        assertTrue(more.json().at("/output/is/goesOn").booleanValue(), more.body());
        Reply other2 = house.post(path, "{\"version\":4}").is(200);
        assertEquals(0, other2.json().at("/difference/step").intValue(), other2.body());
        house.post(path, "{}").isProblem(400, "malformed");
        house.deploy("compared-plain", "echo");
        String plain = flows.start("compared-plain", "{}");
        flows.await(plain, "succeeded");
        house.post("/api/v1/executions/" + plain + ":compare", "{\"version\":1}")
                .isProblem(409, "invalid_state");
    }

    @Test
    @Tag("WF-35")
    @Tag("EX-24")
    void checkpointsAndSuspensionsAreSnapshotsThatShowTheStateAsItWas() throws Exception {
        flows.deploy("shot", guest -> {
            guest.step("a", (_, _) -> "{\"n\":1}");
            guest.call(new HostCall.Other("checkpoint", 1, dev.dovetail.spi.Bytes.utf8("{\"label\":\"half\"}")));
            guest.step("b", (_, _) -> "2");
            return guest.call(Guest.event("go", HOUR));
        });
        String id = waiting("shot");
        String path = "/api/v1/executions/" + id + "/snapshots";
        JsonNode items = house.get(path).is(200).json().get("items");
        assertEquals(2, items.size(), items.toString());
        assertEquals("half", items.at("/0/label").stringValue());
        assertEquals("checkpoint", items.at("/0/kind").stringValue());
        assertEquals(0, items.at("/0/waits").size());
        assertEquals("suspension", items.at("/1/kind").stringValue());
        assertEquals("go", items.at("/1/waits/0/type").stringValue());
        assertEquals(1, items.at("/1/version").intValue());
        JsonNode first = house.get(path + "/1").is(200).json();
        assertEquals(2, first.get("calls").size(), first.toString());
        assertEquals(1, first.at("/calls/0/response/result/n").intValue());
        JsonNode second = house.get(path + "/2").is(200).json();
        assertEquals(4, second.get("calls").size(), second.toString());
        assertFalse(second.at("/calls/3").has("response"), "the wait was open");
        JsonNode page = house.get(path + "?limit=1").is(200).json();
        JsonNode rest = house.get(
                        path + "?limit=1&cursor=" + page.get("nextCursor").stringValue())
                .is(200)
                .json();
        assertEquals(2, rest.at("/items/0/number").intValue());
        house.get(path + "/3").isProblem(404, "not_found");
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
        assertEquals(second, house.get(path + "/2").is(200).json(), "the same after the end");
    }
}
