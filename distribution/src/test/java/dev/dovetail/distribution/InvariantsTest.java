package dev.dovetail.distribution;

import static dev.dovetail.distribution.Guests.asking;
import static dev.dovetail.distribution.Guests.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.distribution.Running.Answer;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holds for every function whatever its code does, and attempts to break it: FUNC-I1 to I3. I4, I5, E1 and E2 are in
 * {@link InvocationsTest}.
 *
 * <p>There is one identity that calls over HTTP, so FUNC-I3 is tried by one caller on rows of other users and tenants.
 *
 * <p>FUNC-T1, a database trigger that fires after the commit, is not tried: there is no database trigger yet.
 */
@Tag("TE-03")
@Timeout(180)
final class InvariantsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What runs guests: who has it on the stack, computes or waits for the host. */
    private static final String ENGINE = "run.endive";

    private static final String PROBE = "kept-from-functions";

    @TempDir
    private static Path folder;

    private static Optional<Rows> rows = Optional.empty();
    private static Ports ports;
    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        ObjectNode configuration = Running.JSON.createObjectNode();
        configuration.putObject("outbound").putArray("allow").add(Ports.ALLOWED);
        if (Need.POSTGRES_BINARIES.met()) {
            rows = Optional.of(new Rows());
            rows.get().addTo(configuration);
        }
        Files.writeString(data.resolve("dovetail.json"), configuration.toString());
        ProcessBuilder builder = House.process(data, "start", "--port", "0");
        builder.environment().put("PROBE", PROBE);
        server = Running.of(builder, data);
        ports = new Ports(server.address());
        deploy(Guests.function("asker", Guests.ASKER));
        ObjectNode brief = Guests.function("brief", Guests.ASKER);
        deploy(brief.put("timeoutSeconds", 1));
        deploy(Guests.function("echo", Guests.ECHO));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        ports.close();
        if (rows.isPresent()) {
            rows.get().close();
        }
    }

    private static void deploy(ObjectNode function) throws Exception {
        Guests.deploy(server, function);
    }

    private static Answer call(String function, String input) throws Exception {
        return Guests.call(server, function, input);
    }

    /** What a guest gets that asks the host this. */
    private static JsonNode asked(String name, ObjectNode arguments) throws Exception {
        return call("asker", asking(name, arguments)).expecting(200).body();
    }

    @Test
    @Tag("RT-14")
    void throughWasiNothingIsOpenedReadOrChanged() throws Exception {
        deploy(Guests.function("opener", Hostile.opening()));
        Answer answer = call("opener", "{}").expecting(200);
        assertEquals(Hostile.OPENINGS, answer.body().intValue());
    }

    @Test
    @Tag("RT-14")
    void theKernelsEnvironmentAndSecretsAreNotTheFunctions() throws Exception {
        server.send(
                        "PUT",
                        "/api/v1/secrets/OTHERS",
                        java.net.http.HttpRequest.BodyPublishers.ofString("{\"value\":\"" + PROBE + "\"}"),
                        Map.of("Content-Type", "application/json"))
                .expecting(200);
        for (String each : List.of("PROBE", "PATH", "HOME", "DOVETAIL_DATA", "OTHERS")) {
            assertTrue(asked("environment", with("name", each)).isNull(), each);
        }
        JsonNode refused = asked("secret", with("name", "OTHERS"));
        assertTrue(refused.path("id").isString(), refused::toString);
        assertFalse(refused.toString().contains(PROBE), refused::toString);
        JsonNode put = asked("http_fetch", with("url", ports.allowed("/echo?${SECRET:OTHERS}")));
        assertFalse(put.toString().contains(PROBE), put::toString);
        for (String each : List.of("exec", "read_file", "fs.open", "socket.connect", "kernel", "db", "plugins")) {
            JsonNode unknown = asked(each, with("path", "/etc/passwd"));
            assertTrue(unknown.path("id").stringValue("").contains("err"), each + unknown);
        }
    }

    @Test
    @Tag("RT-14")
    void neitherTheKernelsPortNorAnyOtherOfTheMachineIsReached() throws Exception {
        assertEquals(
                200,
                asked("http_fetch", with("url", ports.allowed("/")))
                        .path("status")
                        .intValue());
        for (String each : ports.forbidden()) {
            JsonNode answer = asked("http_fetch", with("url", each));
            assertTrue(answer.path("id").isString() && !answer.has("status"), each + " " + answer);
        }
        assertEquals(List.of(), ports.reached());
    }

    @Test
    @Tag("RT-14")
    void memoryAndTablesOfOthersAreNeitherImportedNorLeftBehind() throws Exception {
        for (String each : Hostile.foreign()) {
            Answer refused = server.post("/api/v1/functions", Guests.function("foreign", each));
            assertEquals(422, refused.status(), each + refused.body());
            assertTrue(refused.body().toString().contains("IMPORT"), refused::toString);
        }
        deploy(Guests.function("marking", Hostile.MARKING));
        deploy(Guests.function("spying", Hostile.SPYING));
        List<Future<Answer>> spies = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 15; i++) {
                Future<Answer> marked =
                        clients.submit(() -> call("marking", "{}").expecting(200));
                spies.add(clients.submit(() -> call("spying", "{}").expecting(200)));
                if (i % 5 == 4) {
                    assertEquals(512, marked.get().body().intValue());
                }
            }
        }
        for (Future<Answer> each : spies) {
            assertEquals(0, each.get().body().intValue(), "words that somebody else left");
        }
    }

    @Test
    @Tag("RT-14")
    void whatReachesOutOfTheMemoryIsStopped() throws Exception {
        deploy(Guests.function("reaching", Hostile.reaching()));
        for (int i = 0; i < Hostile.WAYS_OUT.size(); i++) {
            JsonNode problem = call("reaching", "\"" + (char) ('a' + i) + "\"")
                    .expecting(500)
                    .body();
            String way = Hostile.WAYS_OUT.get(i) + problem;
            assertEquals("code", problem.path("code").stringValue(""), way);
            assertEquals("function", problem.path("owner").stringValue(""), way);
        }
        assertEquals(1, call("reaching", "\"z\"").expecting(200).body().intValue());
    }

    @Test
    @Tag("FH-07")
    void whateverDoesNotEndIsStoppedWhileOthersAreAnswered() throws Exception {
        Map<String, Future<Answer>> calls = new LinkedHashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Map.Entry<String, String> each : Hostile.ENDLESS.entrySet()) {
                String name = "endless-" + each.getKey();
                deploy(Guests.function(name, each.getValue()).put("timeoutSeconds", 1));
                calls.put(name, clients.submit(() -> call(name, "{}")));
            }
            List<String> waits = new ArrayList<>(List.of(
                    asking("sleep", Running.JSON.createObjectNode().put("ms", 60_000)),
                    asking("invoke", with("callable", "endless-handler")),
                    asking("http_fetch", with("url", ports.allowed("/silence")))));
            if (rows.isPresent()) {
                waits.add(asking("db_query", with("sql", "select pg_sleep(60)")));
            }
            for (String each : waits) {
                calls.put(each, clients.submit(() -> call("brief", each)));
            }
            // one that may wait on, to see that it would be seen
            String silence = asking("http_fetch", with("url", ports.allowed("/silence")));
            String held = server.post("/api/v1/functions/asker/invoke-async", silence)
                    .expecting(202)
                    .body()
                    .get("executionId")
                    .stringValue();
            int healthy = 0;
            while (!calls.values().stream().allMatch(Future::isDone)) {
                server.get("/health").expecting(200);
                healthy++;
            }
            assertTrue(healthy > 0);
            for (Map.Entry<String, Future<Answer>> each : calls.entrySet()) {
                Answer answer = each.getValue().get();
                assertEquals(504, answer.status(), each.getKey() + answer.body());
                JsonNode details = answer.body().path("details");
                assertEquals(1, details.at("/limit/timeout_seconds").doubleValue(), each.getKey() + answer.body());
                assertTrue(details.at("/observed/duration_ms").doubleValue() >= 1000, each.getKey() + answer.body());
            }
            assertEquals(1, Innards.within(server.pid(), ENGINE).size(), "guests on a thread");
            server.post("/api/v1/executions/" + held + ":cancel", "{}").expecting(202);
            Eventually.found(
                    "it to leave",
                    PATIENCE,
                    () -> Optional.of(Innards.within(server.pid(), ENGINE)).filter(List::isEmpty));
        }
    }

    @Test
    @Tag("FH-07")
    void memoryHasItsLimitWhereverItGrows() throws Exception {
        for (Map.Entry<String, String> each : Hostile.GREEDY.entrySet()) {
            String name = "greedy-" + each.getKey();
            deploy(Guests.function(name, each.getValue()));
            JsonNode problem = call(name, "{}").expecting(507).body();
            assertEquals("memory_limit", problem.get("code").stringValue(), name);
            assertEquals(128, problem.at("/details/limit/memory_limit_mb").doubleValue(), name + problem);
            double seen = problem.at("/details/observed/max_memory_used_mb").doubleValue();
            assertTrue(seen > 64 && seen <= 128, name + problem);
        }
        for (String each :
                List.of("(memory (export \"memory\") 2049)", "(memory (export \"memory\") 1) (table 100001 funcref)")) {
            String module = Hostile.ENDLESS.get("alloc").replace("(memory (export \"memory\") 1)", each);
            Answer refused = server.post("/api/v1/functions", Guests.function("too-large", module));
            assertEquals(422, refused.status(), each + refused.body());
        }
        deploy(
                Guests.function(
                        "tables",
                        Guests.handler(
                                "(table $t 1 funcref)",
                                "(drop (table.grow $t (ref.null func) (i32.const 90000)))"
                                        + "(drop (table.grow $t (ref.null func) (i32.const 20000))) (call $number (table.size $t))")));
        assertEquals(90_001, call("tables", "{}").expecting(200).body().intValue());
        // and what one was refused, another has at once
        assertEquals(200, call("echo", "{}").status());
    }

    @Test
    @Tag("SE-13")
    @Needs(Need.POSTGRES_BINARIES)
    void whateverAFunctionSendsItSeesAndChangesOnlyItsCallersRows() throws Exception {
        String before = rows.orElseThrow().all();
        assertTrue(before.contains(Rows.MARK));
        for (String each : Rows.ATTACKS) {
            JsonNode told = asked("db_query", with("sql", each));
            boolean shown = told.toString().replace(each, "").contains(Rows.MARK);
            assertFalse(shown || told.toString().contains("outer_key"), each + " " + told);
            JsonNode own = asked("db_query", with("sql", "select text, current_user::text as u from notes"));
            assertEquals(1, own.get("rows").size(), each + " " + own);
            assertEquals("shop_functions", own.at("/rows/0/u").stringValue(), each);
        }
        assertEquals(before, rows.orElseThrow().all());
        ObjectNode service = with("sql", "select text from notes").put("asService", true);
        JsonNode refused = asked("db_query", service);
        assertTrue(refused.path("message").stringValue("").contains("role \"service\""), refused::toString);
        ObjectNode bound = with("sql", "select text from notes where tenant = $1");
        bound.putArray("params").add("rival' or true or 'a' = '");
        assertEquals(0, asked("db_query", bound).get("rows").size());
    }
}
