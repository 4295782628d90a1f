package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** New code on old journals: what would go another way is known before it is put in use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RehearsalDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private House house;
    private Flows flows;
    private final AtomicInteger effects = new AtomicInteger();

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        flows = new Flows(house);
    }

    @AfterAll
    void close() {
        house.close();
    }

    /** A step, a wait for an event, and another step. */
    private Guest.Flow flow(String first, String second) {
        return guest -> {
            String a = guest.step(first, (_, _) -> "" + effects.incrementAndGet());
            String go = guest.call(Guest.event("go", HOUR));
            String b = guest.step(second, (_, _) -> "" + effects.incrementAndGet());
            return "[" + a + "," + go + "," + b + "]";
        };
    }

    private void version(String function, String flow, Guest.Flow code) {
        house.commands.flow(flow, code);
        house.version(function, "flow " + flow);
    }

    private String waiting(String function) throws Exception {
        String id = flows.start(function, "{}");
        flows.await(id, "suspended");
        return id;
    }

    private JsonNode check(String function, String body) {
        return house.post("/api/v1/functions/" + function + "/versions:check", body)
                .is(200)
                .json();
    }

    @Test
    @Tag("EX-24")
    void aVersionIsTriedOnTheJournalsOfOpenExecutionsAndNothingOfItRuns() throws Exception {
        flows.deploy("checked", flow("a", "b"));
        String one = waiting("checked");
        String two = waiting("checked");
        version("checked", "checked-same", flow("a", "c"));
        version("checked", "checked-other", flow("z", "b"));
        int before = effects.get();
        String timeline = flows.timeline(one).toString();

        JsonNode same = check("checked", "{\"version\":2}");
        assertEquals(2, same.get("checked").intValue());
        assertEquals(2, same.get("same").intValue());

        JsonNode other = check("checked", "{\"version\":\"v3\"}");
        assertEquals(0, other.get("same").intValue());
        assertEquals(
                List.of(two, one),
                other.get("differing")
                        .valueStream()
                        .map(each -> each.get("executionId").stringValue())
                        .toList());
        JsonNode first = other.get("differing").get(0);
        assertEquals(0, first.get("step").intValue());
        assertTrue(first.get("expected").stringValue().contains("\"label\":\"a\""), first.toString());
        assertTrue(first.get("found").stringValue().contains("\"label\":\"z\""), first.toString());
        assertEquals(7, first.get("line").intValue());

        assertEquals(before, effects.get(), "nothing ran");
        assertEquals(timeline, flows.timeline(one).toString(), "nothing was written");
        assertEquals("suspended", flows.status(one));
        flows.signal(one, "go", "7").is(202);
        assertTrue(flows.await(one, "succeeded").at("/output").contains(",7,"));
    }

    @Test
    void aDraftIsTriedAndNotKept() throws Exception {
        flows.deploy("drafted", flow("a", "b"));
        String id = waiting("drafted");
        house.commands.flow("drafted-new", flow("z", "b"));
        JsonNode tried = check("drafted", House.code("flow drafted-new"));
        assertEquals(id, tried.at("/differing/0/executionId").stringValue());
        assertEquals(
                1,
                house.get("/api/v1/functions/drafted/versions")
                        .is(200)
                        .json()
                        .get("items")
                        .size());
        house.post("/api/v1/functions/drafted/versions:check", House.code("nonsense"))
                .isProblem(422, "deploy");
        house.post("/api/v1/functions/drafted/versions:check", "{\"version\":1,\"code\":{\"source\":\"echo\"}}")
                .isProblem(400, "malformed");
        house.post("/api/v1/functions/drafted/versions:check", "{}").isProblem(422, "validation");
        house.post("/api/v1/functions/drafted/versions:check", "{\"version\":9}")
                .isProblem(404, "not_found");
        house.post("/api/v1/functions/drafted/versions:check", "{\"version\":1,\"limit\":0}")
                .isProblem(400, "malformed");
        house.post("/api/v1/functions/drafted/versions:check", "{\"plugin\":{\"id\":\"none\",\"version\":\"1\"}}")
                .isProblem(422, "validation");
    }

    @Test
    void aLongListIsTriedPieceByPiece() throws Exception {
        flows.deploy("many", flow("a", "b"));
        for (int i = 0; i < 3; i++) {
            waiting("many");
        }
        JsonNode first = check("many", "{\"version\":1,\"limit\":2}");
        assertEquals(2, first.get("same").intValue());
        JsonNode rest = check(
                "many",
                "{\"version\":1,\"limit\":2,\"cursor\":\""
                        + first.get("nextCursor").stringValue() + "\"}");
        assertEquals(1, rest.get("same").intValue());
        assertTrue(rest.get("nextCursor").isNull());
    }

    @Test
    void whatCannotBeTriedIsNamedWithTheReason() throws Exception {
        flows.deploy("named", flow("a", "b"));
        String id = waiting("named");
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
        house.deploy("plain", "echo");
        String plain = flows.start("plain", "{}");
        JsonNode tried =
                check("named", "{\"version\":1,\"executions\":[\"" + id + "\",\"" + plain + "\",\"nonsense\"]}");
        assertEquals(3, tried.get("skipped").size());
        assertTrue(tried.at("/skipped/0/why").stringValue().contains("has ended"), tried.toString());
        assertTrue(tried.at("/skipped/1/why").stringValue().contains("no execution"), tried.toString());
    }

    @Test
    void codeThatNoLongerDoesWhatWasDoneDiffersToo() throws Exception {
        flows.deploy("shorter", flow("a", "b"));
        waiting("shorter");
        version("shorter", "shorter-end", guest -> guest.step("a", (_, _) -> "1"));
        version("shorter", "shorter-fails", guest -> {
            guest.step("a", (_, _) -> "1");
            throw Guest.fails("does not like it");
        });
        version("shorter", "shorter-loops", guest -> {
            while (true) {
                guest.log("for ever");
                Thread.sleep(5);
            }
        });
        JsonNode ends = check("shorter", "{\"version\":2}");
        assertEquals(1, ends.at("/differing/0/step").intValue());
        assertEquals("the end of the code", ends.at("/differing/0/found").stringValue());
        JsonNode fails = check("shorter", "{\"version\":3}");
        assertTrue(fails.at("/differing/0/found").stringValue().contains("does not like it"), fails.toString());
        JsonNode loops = check("shorter", "{\"version\":4}");
        assertTrue(loops.at("/skipped/0/why").stringValue().contains("no end within"), loops.toString());
    }

    @Test
    void codeThatAwaitsSeveralThingsAtOnceIsAnsweredInTheOrderOfTheJournal() throws Exception {
        Guest.Flow parallel = guest -> {
            long slow = guest.ask(new HostCall.Sleep(Duration.ofMillis(60)));
            long fast = guest.ask(new HostCall.Sleep(Duration.ofMillis(5)));
            boolean fastFirst = guest.next().ticket() == fast;
            guest.next();
            guest.step(fastFirst ? "fast" : "slow", (_, _) -> "1");
            return guest.call(Guest.event("go", HOUR)) + slow;
        };
        flows.deploy("parallel", parallel);
        waiting("parallel");
        assertEquals(1, check("parallel", "{\"version\":1}").get("same").intValue());
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
        version("compared", "compared-other", guest -> "" + (Integer.parseInt(guest.step("a", (_, _) -> "0")) + 2));
        version("compared", "compared-more", guest -> {
            guest.step("a", (_, _) -> "0");
            return guest.step("b", (_, _) -> "0");
        });
        version("compared", "compared-else", guest -> guest.step("x", (_, _) -> "0"));
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
