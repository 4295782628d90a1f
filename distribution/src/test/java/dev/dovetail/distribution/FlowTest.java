package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The workflow among the examples, in a server that is killed while it retries and while it waits. */
@Tag("RT-01")
@Tag("WF-33")
@Timeout(300)
final class FlowTest {
    private static final Path EXAMPLE = House.HOME.resolve("examples").resolve("order-flow");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The shop's own system: it is not well at first, and counts who asks. */
    private static final class Shop implements AutoCloseable {
        private final HttpServer server;
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private final List<String> reserved = new CopyOnWriteArrayList<>();
        /** What is slow is answered once this is open. */
        private final CountDownLatch gate = new CountDownLatch(1);

        Shop() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::handle);
            server.start();
        }

        private void handle(HttpExchange exchange) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                String path = exchange.getRequestURI().getPath();
                requests.add(path);
                if (path.equals("/slow")) {
                    gate.await();
                }
                boolean well = requests.size() > 3;
                if (well) {
                    reserved.add(path);
                }
                byte[] answer = ("{\"number\": " + reserved.size() + "}").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(well ? 200 : 503, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static void deploy(Running server, Path folder, String file, String shop) throws Exception {
        ObjectNode function = (ObjectNode) Running.JSON.readTree(Files.readString(folder.resolve("function.json")));
        function.remove("files");
        function.putObject("code").put("source", Files.readString(folder.resolve(file)));
        if (function.has("environment")) {
            function.putObject("environment").put("SHOP", shop);
        }
        server.post("/api/v1/functions", function).expecting(201);
    }

    private static JsonNode execution(Running server, String id) throws Exception {
        return server.get("/api/v1/executions/" + id).expecting(200).body();
    }

    private static JsonNode until(Running server, String id, String status) throws Exception {
        return Eventually.found("the execution to be " + status, PATIENCE, () -> {
            JsonNode shown = execution(server, id);
            boolean failed = shown.get("status").stringValue().contains(".failed.");
            assertTrue(status.equals("failed") || !failed, shown::toString);
            return shown.get("status").stringValue().contains("." + status + ".")
                    ? Optional.of(shown)
                    : Optional.empty();
        });
    }

    private static void signal(Running server, String id, String order) throws Exception {
        server.post(
                        "/api/v1/executions/" + id + ":signal",
                        "{\"type\": \"shop.order.paid\", \"payload\": {\"order\": \"" + order + "\", \"by\": \"ada\"}}")
                .expecting(202);
    }

    @Test
    void anOrderOutlivesKillsAndDoesNothingTwice(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("dovetail.json"), "{\"outbound\": {\"allow\": [\"127.0.0.1\"]}}");
        try (Shop shop = new Shop()) {
            String id;
            try (Running server = Running.briefly(data)) {
                deploy(server, EXAMPLE.resolve("price-order"), "main.star", shop.address());
                deploy(server, EXAMPLE, "workflow.yaml", shop.address());
                id = server.post(
                                "/api/v1/functions/order-flow/invoke-async",
                                Files.readString(EXAMPLE.resolve("order.json")))
                        .expecting(202)
                        .body()
                        .get("executionId")
                        .stringValue();
                Eventually.found(
                        "the second attempt",
                        PATIENCE,
                        () -> Optional.of(shop.requests).filter(all -> all.size() >= 2));
                server.kill();
            }
            try (Running server = Running.briefly(data)) {
                // it retries until the shop is well, and then waits for its payment
                Eventually.found(
                        "the reservation",
                        PATIENCE,
                        () -> Optional.of(shop.reserved).filter(all -> !all.isEmpty()));
                until(server, id, "suspended");
                server.kill();
            }
            int asked = shop.requests.size();
            try (Running server = Running.briefly(data)) {
                signal(server, id, "o-2");
                signal(server, id, "o-1");
                JsonNode output = until(server, id, "succeeded").get("output");
                assertEquals(Running.JSON.readTree("""
                                {"id": "o-1", "total": 50, "reservation": 1, "paidBy": "ada", "parcels": ["cup", "pot"],
                                 "letter": "Your order o-1 over 50 is on its way"}"""), output);
                assertEquals(asked, shop.requests.size(), "what was settled was asked again");
                assertEquals(List.of("/orders/o-1/reservation"), shop.reserved);
            }
        }
    }

    /** A request loses a race and a task its time; then the workflow waits, and goes on after a kill. */
    private static final String LEFT = """
            document: {dsl: '1.0.3', namespace: shop, name: left, version: '1.0.0'}
            do:
              - race:
                  fork:
                    compete: true
                    branches:
                      - slow: {call: http, with: {method: get, endpoint: '${ $ENV.SHOP + "/slow" }'}}
                      - quick: {do: [{pause: {wait: PT0.5S}}, {won: {set: {won: quick}}}]}
              - late:
                  try:
                    - slow:
                        timeout: {after: PT0.5S}
                        listen: {to: {one: {with: {type: go}}}}
                  catch: {errors: {with: {status: 408}}}
              - go: {listen: {to: {one: {with: {type: go}}}}, output: {as: '$task.input + {went: .[0]}'}}
            """;

    /** Whether it waits for an event and for no short time: before that, it may wait for the one that it gives up. */
    private static Optional<JsonNode> waitsLong(Running server, String timeline) throws Exception {
        JsonNode last = server.get(timeline).expecting(200).body().get("items");
        JsonNode details = last.get(last.size() - 1).path("details");
        boolean waits = details.path("why").asString("").equals("event")
                && details.path("until").asLong(0)
                        > Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
        return waits ? Optional.of(details) : Optional.empty();
    }

    @Test
    void whatIsLeftBehindHoldsNothingUp(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("dovetail.json"), "{\"outbound\": {\"allow\": [\"127.0.0.1\"]}}");
        try (Shop shop = new Shop()) {
            String id;
            try (Running server = Running.briefly(data)) {
                ObjectNode function = Running.JSON.createObjectNode();
                function.put("name", "left").put("kind", "workflow").put("runtime", "sw1.0");
                function.putObject("code").put("source", LEFT);
                function.putObject("environment").put("SHOP", shop.address());
                server.post("/api/v1/functions", function).expecting(201);
                id = server.post("/api/v1/functions/left/invoke-async", "{}")
                        .expecting(202)
                        .body()
                        .get("executionId")
                        .stringValue();
                String timeline = "/api/v1/executions/" + id + "/timeline";
                Eventually.found(
                        "the step to be given up",
                        PATIENCE,
                        () -> Optional.of(server.get(timeline)
                                        .expecting(200)
                                        .body()
                                        .toString())
                                .filter(all -> all.contains("went on without waiting")));
                // the answer comes when nobody wants it any more
                shop.gate.countDown();
                Eventually.found("the wait that has no end of its own", PATIENCE, () -> waitsLong(server, timeline));
                server.kill();
            }
            try (Running server = Running.briefly(data)) {
                server.post("/api/v1/executions/" + id + ":signal", "{\"type\": \"go\", \"payload\": 7}")
                        .expecting(202);
                assertEquals(
                        Running.JSON.readTree("{\"won\": \"quick\", \"went\": 7}"),
                        until(server, id, "succeeded").get("output"));
                assertEquals(List.of("/slow"), shop.requests);
            }
        }
    }

    @Test
    void whatIsWrongWithAWorkflowIsSaidWhenItIsDeployed(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (Running server = Running.briefly(data)) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "broken").put("kind", "workflow").put("runtime", "sw1.0");
            function.putObject("code")
                    .put(
                            "source",
                            Files.readString(EXAMPLE.resolve("workflow.yaml"))
                                    .replace("then: ship", "then: shop")
                                    .replace("days: 7", "weeks: 1"));
            JsonNode errors = server.post("/api/v1/functions", function)
                    .expecting(422)
                    .body()
                    .get("errors");
            assertEquals(2, errors.size(), errors::toString);
            assertTrue(errors.toString().contains("/do/3/small/switch/0/free/then is \\\"shop\\\""), errors::toString);
        }
    }
}
