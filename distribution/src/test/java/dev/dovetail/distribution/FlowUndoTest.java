package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.testkit.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Declarative workflows that are undone, in a server that is killed: nothing that was done is forgotten, and nothing undone twice. */
@Tag("WF-18")
@Tag("WF-20")
@Timeout(300)
final class FlowUndoTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Asks the shop for what it is called for. */
    private static final String ROOM = """
            def main(ctx, input):
                url = ctx.env.get("SHOP") + "/%s/" + input.night
                return {"room": ctx.await(ctx.http.post(url, input)).response.body.number}
            """;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    /** What is slow is answered once this is open. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private HttpServer shop;

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void open() throws Exception {
        data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("dovetail.json"), "{\"outbound\": {\"allow\": [\"127.0.0.1\"]}}");
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        shop.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        shop.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                String path = exchange.getRequestURI().getPath();
                requests.add(exchange.getRequestMethod() + " " + path);
                if (path.startsWith("/slow")) {
                    gate.await();
                }
                byte[] answer = ("{\"number\": " + requests.size() + "}").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(path.startsWith("/broken") ? 503 : 200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        shop.start();
    }

    @AfterEach
    void close() {
        gate.countDown();
        shop.stop(0);
    }

    private ObjectNode function(String name, String runtime, String source) {
        ObjectNode function = Running.JSON.createObjectNode();
        function.put("name", name).put("kind", runtime.equals("sw1.0") ? "workflow" : "function");
        function.put("runtime", runtime).putObject("code").put("source", source);
        function.putObject("environment")
                .put("SHOP", "http://127.0.0.1:" + shop.getAddress().getPort());
        return function;
    }

    private void deploy(Running server, String name, String runtime, String source) throws Exception {
        server.post("/api/v1/functions", function(name, runtime, source)).expecting(201);
    }

    private static String start(Running server, String name, String input) throws Exception {
        return server.post("/api/v1/functions/" + name + "/invoke-async", input)
                .expecting(202)
                .body()
                .get("executionId")
                .stringValue();
    }

    private static void until(Running server, String id, String status) throws Exception {
        Eventually.found(
                "the execution to be " + status,
                PATIENCE,
                () -> Optional.of(server.get("/api/v1/executions/" + id)
                                .expecting(200)
                                .body()
                                .get("status"))
                        .filter(word -> word.stringValue().contains("." + status + ".")));
    }

    private static void cancel(Running server, String id) throws Exception {
        server.post("/api/v1/executions/" + id + ":cancel", "{}").expecting(202);
    }

    /** What the timeline says of undoing. */
    private static List<String> undoings(Running server, String id) throws Exception {
        JsonNode items = server.get("/api/v1/executions/" + id + "/timeline?limit=100")
                .expecting(200)
                .body()
                .get("items");
        return items.valueStream()
                .filter(each -> each.get("eventType").stringValue().startsWith("compensation_"))
                .map(each -> each.get("eventType").stringValue().substring("compensation_".length())
                        + each.path("stepName").asString(""))
                .toList();
    }

    private static String trip() throws Exception {
        Matcher block = Pattern.compile("<!-- workflow trip-flow -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/functions.md")));
        assertTrue(block.find(), "docs/functions.md has no workflow \"trip-flow\"");
        return block.group(1);
    }

    @Test
    void theTripInTheDocumentsIsUndoneAfterAKill() throws Exception {
        String id;
        try (Running server = Running.on(data)) {
            deploy(server, "book-room", "starlark", ROOM.formatted("book"));
            deploy(server, "free-room", "starlark", ROOM.formatted("free"));
            deploy(server, "trip", "sw1.0", trip());
            id = start(server, "trip", "{\"trip\": \"t-1\", \"to\": \"Oslo\", \"nights\": [\"mon\", \"tue\"]}");
            until(server, id, "suspended");
            server.kill();
        }
        assertEquals(List.of("PUT /flights/t-1", "POST /book/mon", "POST /book/tue"), requests);
        try (Running server = Running.on(data)) {
            cancel(server, id);
            until(server, id, "compensated");
            assertEquals(
                    List.of("POST /free/tue", "POST /free/mon", "DELETE /flights/t-1"),
                    requests.subList(3, requests.size()));
            assertEquals(
                    List.of(
                            "started",
                            "completed/do/1/nights/do/0/room",
                            "completed/do/1/nights/do/0/room",
                            "completed/do/0/flight"),
                    undoings(server, id));
        }
    }

    private static final String MIXED = """
            document: {dsl: '1.0.3', namespace: shop, name: mixed, version: '1.0.0'}
            use:
              functions:
                drop: {call: http, with: {method: delete, endpoint: '${ $ENV.SHOP + "/" + (.output.number? // .output | tostring) }'}}
            do:
              - child: {run: {workflow: {name: child}}, metadata: {compensatedBy: drop}}
              - stuck:
                  call: http
                  with: {method: put, endpoint: '${ $ENV.SHOP + "/put" }'}
                  metadata: {compensatedBy: {call: http, with: {method: delete, endpoint: '${ $ENV.SHOP + "/broken" }'}}}
              - skipped: {if: 'false', call: http, with: {method: put, endpoint: x}, metadata: {compensatedBy: drop}}
              - tried:
                  try:
                    - soon: {call: http, with: {method: put, endpoint: '${ $ENV.SHOP + "/slow" }'}, metadata: {compensatedBy: drop}}
                    - wrong: {raise: {error: {type: 'https://a/b', status: 400}}}
                  catch: {errors: {with: {status: 400}}}
              - last: {raise: {error: {type: 'https://a/b', status: 500}}}
            """;

    @Test
    void whatWasUnderWayAtAKillIsDoneOnceMoreAndUndoneOnceAndWhatCannotBeUndoneIsADeadLetter() throws Exception {
        String id;
        try (Running server = Running.on(data)) {
            deploy(
                    server,
                    "child",
                    "sw1.0",
                    "document: {dsl: '1.0.3', namespace: shop, name: child, version: '1.0.0'}\n"
                            + "do: [{one: {set: '${ \"child\" }'}}]");
            deploy(server, "mixed", "sw1.0", MIXED);
            id = start(server, "mixed", "{}");
            Eventually.found(
                    "the slow request", PATIENCE, () -> Optional.of(requests).filter(all -> all.contains("PUT /slow")));
            server.kill();
        }
        gate.countDown();
        try (Running server = Running.on(data)) {
            until(server, id, "dead_lettered");
            assertEquals(List.of("PUT /put", "PUT /slow", "PUT /slow"), requests.subList(0, 3));
            assertEquals(
                    List.of("DELETE /3", "DELETE /broken", "DELETE /broken", "DELETE /broken", "DELETE /child"),
                    requests.subList(3, requests.size()));
            assertEquals(
                    List.of("started", "completed/do/3/tried/try/0/soon", "failed/do/1/stuck", "completed/do/0/child"),
                    undoings(server, id));
        }
    }

    @Test
    void whatIsWrongIsSaidWhenItIsDeployed() throws Exception {
        try (Running server = Running.on(data)) {
            JsonNode errors = server.post(
                            "/api/v1/functions",
                            function("wrong", "sw1.0", MIXED.replace("compensatedBy: drop", "compensatedBy: dorp")))
                    .expecting(422)
                    .body()
                    .get("errors");
            assertEquals(3, errors.size(), errors::toString);
            assertTrue(
                    errors.toString()
                            .contains(
                                    "/do/0/child/metadata/compensatedBy is \\\"dorp\\\", which /use/functions has not; "
                                            + "it has drop"),
                    errors::toString);
        }
    }
}
