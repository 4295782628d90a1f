package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same functions through each surface: answered at once, or taken on as a job. */
class SurfacesTest {
    private static final String PAIR = "{\"minuend\":42,\"subtrahend\":23}";
    private static final String CONTRACT = "\"contract\":{\"params\":{\"type\":\"object\",\"properties\":{"
            + "\"minuend\":{\"type\":\"integer\"},\"subtrahend\":{\"type\":\"integer\"}}}}";
    private static House house;
    private static Flows flows;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        flows = new Flows(house);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static String request(String method, String params, String id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + ",\"id\":\"" + id + "\"}";
    }

    private static Set<String> members(JsonNode json) {
        return new TreeSet<>(json.propertyNames());
    }

    @Tag("IV-01")
    @Test
    void whoCallsHasTheAnswerOrTheErrorInTheSameResponse() {
        house.deploy("short", "subtract");
        house.deploy("short-fails", "fail it broke");
        Reply answer = house.invoke("short", PAIR).is(200);
        assertEquals("19", answer.body());
        Reply record = flows.show(answer.header("X-Execution-Id")).is(200);
        assertTrue(record.at("/status").endsWith("succeeded.v1~"), record.body());
        assertEquals("sync", record.at("/mode"));

        Reply error = house.invoke("short-fails", PAIR).isProblem(500, "code");
        assertEquals("it broke", error.at("/detail"));
        assertEquals(error.header("X-Execution-Id"), error.at("/executionId"));
        record = flows.show(error.at("/executionId")).is(200);
        assertTrue(record.at("/status").endsWith("failed.v1~"), record.body());

        assertEquals("19", house.rpc(request("short", PAIR, "a")).is(200).at("/result"));
        assertEquals(
                "it broke", house.rpc(request("short-fails", PAIR, "b")).is(200).at("/error/message"));
    }

    @Tag("FN-04")
    @Test
    void aFunctionAndAWorkflowAreOneRecordAndAreCalledTheSameWay() throws Exception {
        house.commands.flow("twin", guest -> guest.input().toString());
        for (String kind : List.of("function", "workflow")) {
            house.deploy(
                    "twin-" + kind,
                    "flow twin",
                    "\"kind\":\"" + kind + "\"",
                    CONTRACT,
                    "\"traits\":{\"invocation\":{\"supported\":[\"sync\",\"async\"],\"default\":\"sync\"}}");
        }
        JsonNode function = house.get("/api/v1/functions/twin-function").is(200).json();
        JsonNode workflow = house.get("/api/v1/functions/twin-workflow").is(200).json();
        assertEquals(members(function), members(workflow));
        assertEquals("workflow", workflow.get("kind").stringValue());
        String listed = house.get("/api/v1/functions?limit=100").is(200).body();
        assertTrue(listed.contains("\"twin-function\"") && listed.contains("\"twin-workflow\""), listed);

        Set<Set<String>> records = new java.util.HashSet<>();
        Set<Set<String>> jobs = new java.util.HashSet<>();
        for (String kind : List.of("function", "workflow")) {
            String name = "twin-" + kind;
            assertEquals(PAIR, house.invoke(name, PAIR).is(200).body());
            assertEquals(PAIR, house.rpc(request(name, PAIR, "r")).is(200).at("/result"));
            house.invoke(name, "{\"minuend\":\"x\"}").isProblem(422, "validation");
            records.add(
                    members(flows.await(flows.start(name, PAIR), "succeeded").json()));
            String id =
                    house.post("/api/v1/jobs", request(name, PAIR, "j")).is(202).at("/job_id");
            assertEquals(PAIR, flows.await(id, "succeeded").at("/output"));
            jobs.add(members(house.get("/api/v1/jobs/" + id).is(200).json()));
        }
        assertEquals(1, records.size(), records::toString);
        assertEquals(1, jobs.size(), jobs::toString);
    }

    @Tag("FN-06")
    @Test
    void neitherOfTheTwoKindsIsTheOtherAndAWorkflowHasTraitsOfItsOwn() {
        String traits = "\"traits\":{\"workflow\":{\"maxSuspensionDays\":3}}";
        house.commands.flow("kinds", guest -> "1");
        house.deploy("kind-of-function", "flow kinds");
        house.deploy("kind-of-workflow", "flow kinds", "\"kind\":\"workflow\"", traits);
        for (String kind : List.of("function", "workflow")) {
            String listed = house.get("/api/v1/functions?limit=100&kind=" + kind + "&search=kind-of")
                    .is(200)
                    .body();
            for (String each : List.of("function", "workflow")) {
                assertEquals(each.equals(kind), listed.contains("\"kind-of-" + each + "\""), listed);
            }
        }
        Reply misplaced = house.post("/api/v1/functions", House.function("misplaced", "flow kinds", traits))
                .isProblem(422, "validation");
        assertEquals("/traits/workflow", misplaced.at("/errors/0/path"));
        house.post("/api/v1/functions/kind-of-function/versions", House.code("flow kinds", traits))
                .isProblem(422, "validation");
        house.version("kind-of-workflow", "flow kinds", traits);
        // nor does one become the other
        house.patch("/api/v1/functions/kind-of-function", "{\"kind\":\"workflow\"}")
                .isProblem(400, "malformed");
    }

    @Tag("IV-07")
    @Test
    void aJobIsTheRequestOfJsonRpcTakenOnUnderAnIdThatStays() throws Exception {
        house.deploy("mirrored", "gate mirrored\nsubtract", CONTRACT);
        String request = request("mirrored", PAIR, "mine");
        Reply made = house.post("/api/v1/jobs", request).is(202);
        String id = made.at("/job_id");
        assertEquals(id, made.header("X-Execution-Id"));
        Set<String> members =
                Set.of("job_id", "method", "status", "client_id", "timestamps", "result", "error", "observability");
        assertEquals(members, members(made.json()));
        assertEquals("mirrored", made.at("/method"));
        assertEquals("mine", made.at("/client_id"));
        assertTrue(
                made.json().get("result").isNull() && made.json().get("error").isNull(), made.body());

        house.commands.gate("mirrored").await(1);
        Reply running = house.get("/api/v1/jobs/" + id).is(200);
        assertEquals(id, running.at("/job_id"));
        assertTrue(running.at("/status").contains("running"), running.body());
        assertEquals(id, flows.show(id).at("/id"));
        house.commands.gate("mirrored").open();
        flows.await(id, "succeeded");
        Reply ended = house.get("/api/v1/jobs/" + id).is(200);
        assertEquals(members, members(ended.json()));
        assertEquals(id, ended.at("/job_id"));
        assertEquals(made.at("/timestamps/created_at"), ended.at("/timestamps/created_at"));
        assertEquals(house.rpc(request).is(200).at("/result"), ended.at("/result"));

        // parameters by position and the wish of a dry run are read as they are there
        String positions = house.post("/api/v1/jobs", request("mirrored", "[42,23]", "p"))
                .is(202)
                .at("/job_id");
        assertEquals("19", flows.await(positions, "succeeded").at("/output"));
        assertEquals(
                "true",
                house.post("/api/v1/jobs", request("mirrored", "{\"minuend\":1,\"dry_run\":true}", "d"))
                        .is(200)
                        .at("/dry_run"));
        house.post("/api/v1/jobs", request("mirrored", "7", "x")).isProblem(400, "malformed");
        house.post("/api/v1/jobs", "{\"jsonrpc\":\"1.0\",\"method\":\"mirrored\"}")
                .isProblem(400, "malformed");
    }

    @Tag("IV-08")
    @Test
    void aJobIsLookedAtAtOnceOrWaitedFor() throws Exception {
        house.deploy("polled", "gate polled\nreturn 7");
        String id = flows.start("polled", "{}");
        house.commands.gate("polled").await(1);
        String result = "/api/v1/jobs/" + id + "/result";
        Reply early = house.get(result).isProblem(409, "invalid_state");
        assertTrue(early.at("/currentStatus").contains("running"), early.body());
        house.get(result + "?wait=PT0.05S").isProblem(409, "invalid_state");
        house.get(result + "?wait=soon").isProblem(400, "malformed");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> waiting = threads.submit(() -> house.get(result + "?wait=20"));
            house.commands.gate("polled").open();
            assertEquals("7", waiting.get().is(200).body());
        }
        assertEquals("7", house.get(result).is(200).body());
    }

    @Tag("EX-02")
    @Test
    void theFieldsOfAJobMeanWhatTheDocumentsSay() throws Exception {
        house.deploy("child-of", "echo");
        flows.deploy("fields", guest -> {
            guest.step("s", (_, _) -> "1");
            house.commands.gate("fields").pass();
            return guest.child("child-of", "{}");
        });
        String page = Files.readString(Path.of("../docs/functions.md"));
        for (String field : List.of("job_id", "client_id", "correlation_id", "metrics", "retention-days")) {
            assertTrue(page.contains("| `" + field + "` |"), field);
        }
        house.post("/api/v1/functions/fields:pause", "{}").is(200);
        String request = request("fields", "{}", "twice");
        Reply queued =
                house.post("/api/v1/jobs", request, "X-Request-Id", "order-7").is(202);
        String id = queued.at("/job_id");
        assertTrue(queued.at("/status").contains("queued"), queued.body());
        assertTrue(queued.json().at("/observability/metrics").isNull(), queued.body());
        Reply other =
                house.post("/api/v1/jobs", request, "X-Request-Id", "order-7").is(202);
        assertEquals(queued.at("/client_id"), other.at("/client_id"));
        assertNotEquals(id, other.at("/job_id"));

        house.post("/api/v1/functions/fields:resume", "{}").is(200);
        house.commands.gate("fields").await(2);
        Reply running = house.get("/api/v1/jobs/" + id).is(200);
        assertEquals("1", running.at("/observability/metrics/attempts"));
        assertTrue(running.json().at("/observability/metrics/duration_ms").isNull(), running.body());
        house.commands.gate("fields").open();
        flows.await(id, "succeeded");
        flows.await(other.at("/job_id"), "succeeded");
        Reply ended = house.get("/api/v1/jobs/" + id).is(200);
        assertEquals("order-7", ended.at("/observability/correlation_id"));
        assertEquals("1", ended.at("/observability/metrics/step_count"));
        assertTrue(ended.json().at("/observability/metrics/duration_ms").isNumber(), ended.body());
        assertEquals(ended.at("/job_id"), flows.show(id).at("/id"));

        Reply all =
                house.get("/api/v1/executions?correlationId=order-7&limit=100").is(200);
        assertEquals(4, all.json().get("items").size(), "both jobs and the calls that they made: " + all.body());
        assertFalse(all.body().contains("twice"), "the caller's own name is the job's alone");
    }
}
