package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** New code on old journals: what would go another way is known before it is put in use. */
@ExtendWith(OpenHouse.class)
record RehearsalDurableTest(House house, Flows flows) {
    private static final Duration HOUR = Duration.ofHours(1);

    private static final AtomicInteger EFFECTS = new AtomicInteger();

    /** A step, a wait for an event, and another step. */
    private Guest.Flow flow(String first, String second) {
        return guest -> {
            String a = guest.step(first, (_, _) -> "" + EFFECTS.incrementAndGet());
            String go = guest.call(Guest.event("go", HOUR));
            String b = guest.step(second, (_, _) -> "" + EFFECTS.incrementAndGet());
            return "[" + a + "," + go + "," + b + "]";
        };
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
        flows.version("checked", "checked-same", flow("a", "c"));
        flows.version("checked", "checked-other", flow("z", "b"));
        int before = EFFECTS.get();
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

        assertEquals(before, EFFECTS.get(), "nothing ran");
        assertEquals(timeline, flows.timeline(one).toString(), "nothing was written");
        assertEquals("suspended", flows.status(one));
        flows.signal(one, "go", "7").is(202);
        assertTrue(flows.await(one, "succeeded").at("/output").contains(",7,"));
    }

    @Test
    void aSecretIsReadAgainAndToldToNobody() throws Exception {
        house.put("/api/v1/secrets/pin", "{\"value\":\"hush-hush\"}");
        Guest.Flow reads = guest -> {
            String pin = guest.call(new HostCall.ReadSecret("pin"));
            guest.step(pin.equals("\"hush-hush\"") ? "right" : "wrong", (_, _) -> "1");
            return guest.call(Guest.event("go", HOUR));
        };
        flows.deploy("secretive", reads, "\"secrets\":[\"pin\"]");
        waiting("secretive");
        flows.version("secretive", "secretive-telling", guest -> {
            String pin = guest.call(new HostCall.ReadSecret("pin"));
            return guest.step("it is " + pin.replace("\"", ""), (_, _) -> "1");
        });
        assertEquals(1, check("secretive", "{\"version\":1}").get("same").intValue());
        JsonNode told = check("secretive", "{\"version\":2}");
        assertEquals(1, told.get("differing").size(), told.toString());
        assertFalse(told.toString().contains("hush"), told.toString());
        assertTrue(told.at("/differing/0/found").stringValue().contains("it is"), told.toString());
    }

    @Test
    void whatTheCodeSaysThatIsNoJsonIsADifference() throws Exception {
        flows.deploy("said", flow("a", "b"));
        waiting("said");
        flows.version("said", "said-badly", guest -> guest.step("a\"", (_, _) -> "1"));
        JsonNode told = check("said", "{\"version\":2}");
        assertEquals(0, told.at("/differing/0/step").intValue(), told.toString());
        assertTrue(told.at("/differing/0/found").stringValue().startsWith("what is no JSON"), told.toString());
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
        Reply other = house.post(
                        "/api/v1/functions/many/versions:check",
                        "{\"limit\":2,\"executions\":[],\"version\":1,\"cursor\":" + first.get("nextCursor") + "}")
                .isProblem(400, "malformed");
        assertEquals("/cursor", other.at("/errors/0/path"));
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
        flows.version("shorter", "shorter-end", guest -> guest.step("a", (_, _) -> "1"));
        flows.version("shorter", "shorter-fails", guest -> {
            guest.step("a", (_, _) -> "1");
            throw Guest.fails("does not like it");
        });
        flows.version("shorter", "shorter-loops", guest -> {
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
}
