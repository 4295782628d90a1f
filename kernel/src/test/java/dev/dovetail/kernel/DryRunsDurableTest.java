package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What is asked for with {@code ?dryRun=true} is checked and answered, and does not happen. */
@ExtendWith(OpenHouse.class)
record DryRunsDurableTest(House house, Flows flows) {
    private static final String DRY = "?dryRun=true";

    @Test
    void theDescriptionSaysOfEveryRouteWhatADryRunIs() {
        int changing = 0;
        for (var path : house.get("/openapi.json").is(200).json().get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                boolean shows = operation.getKey().equals("get");
                boolean takes = takesDryRun(operation.getValue());
                boolean harmless = operation.getValue().has("description");
                changing += takes ? 1 : 0;
                assertTrue(
                        (shows ? 1 : 0) + (takes ? 1 : 0) + (harmless ? 1 : 0) == 1,
                        operation.getKey() + " " + path.getKey());
            }
        }
        assertTrue(changing > 50, changing + " routes that change something");
    }

    private static boolean takesDryRun(JsonNode operation) {
        for (JsonNode each : operation.get("parameters")) {
            if (each.get("name").stringValue().equals("dryRun")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void anExecutionIsToldNothing() throws Exception {
        flows.deploy("dry-told", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
        String id = flows.start("dry-told", "{}");
        flows.await(id, "suspended");
        List<String> before = flows.events(id);
        for (String path : List.of(
                "/api/v1/jobs/" + id + ":cancel",
                "/api/v1/jobs/" + id + ":pause",
                "/api/v1/executions/" + id + ":cancel",
                "/api/v1/executions/" + id + ":terminate")) {
            Reply reply = house.post(path + DRY, "{}").is(200);
            assertEquals("true", reply.at("/dryRun"), path);
            assertTrue(reply.at("/message").contains("would be told"), reply.body());
        }
        house.post("/api/v1/jobs/" + id + ":resume" + DRY, "{}").isProblem(409, "invalid_state");
        Reply signal = house.post("/api/v1/executions/" + id + ":signal" + DRY, "{\"type\":\"go\",\"payload\":1}")
                .is(200);
        assertEquals("true", signal.at("/dryRun"));
        // what comes after all of these is the first that it hears of
        flows.signal(id, "go", "7").is(202);
        assertEquals("7", flows.await(id, "succeeded").at("/output"));
        assertEquals(before, flows.events(id).subList(0, before.size()));
        house.post("/api/v1/executions/" + id + ":signal" + DRY, "{\"type\":\"go\"}")
                .isProblem(409, "invalid_state");
    }

    @Test
    void aDeadLetterStays() throws Exception {
        house.deploy("dry-dead", "count dry-dead\nfail always", "\"traits\":{\"retry\":{\"maxAttempts\":1}}");
        String id = flows.start("dry-dead", "{}");
        flows.await(id, "dead_lettered");
        String letter = "/api/v1/dead-letters/" + id;
        house.delete(letter + DRY).is(204);
        house.delete("/api/v1/dead-letters/none" + DRY).isProblem(404, "not_found");
        assertEquals("true", house.post(letter + ":redrive" + DRY, "{}").is(200).at("/dryRun"));
        house.get(letter).is(200);
        assertEquals(1, house.commands.count("dry-dead").get());
        house.delete(letter).is(204);
        house.get(letter).isProblem(404, "not_found");
    }

    /** Who says that it is a dry run, of what is none, has looked at it all the same. */
    @Test
    void whatOnlyShowsIsAuditedWhateverIsSaidOfIt() {
        house.deploy("dry-looked", "echo");
        String id = house.invoke("dry-looked", "{}").is(200).header("X-Execution-Id");
        house.get("/api/v1/executions/" + id + "/debug" + DRY).is(200);
        assertEquals(
                1,
                house.get("/api/v1/audit?executionId=" + id)
                        .is(200)
                        .json()
                        .get("items")
                        .size());
    }
}
