package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What is seen of a kernel from outside: health, metrics, traces, logs, executions, its description. */
@ExtendWith(OpenHouse.class)
record ObservedTest(House house) {
    @Tag("OB-15")
    @Test
    void itSaysHowItIs() {
        for (String path : List.of("/health", "/health/live", "/health/ready")) {
            assertEquals("up", house.get(path).is(200).at("/status"));
        }
        Reply nodes = house.get("/api/v1/nodes").is(200);
        assertEquals("ready", nodes.at("/items/0/status"));
        house.get("/api/v1/nodes/" + nodes.at("/items/0/id")).is(200);
        house.get("/api/v1/nodes/none").isProblem(404, "not_found");
    }

    @Tag("IV-19")
    @Tag("OB-01")
    @Test
    void aTraceGoesThroughWithItsFiveSpans() throws Exception {
        house.deploy("traced", "context");
        String trace = "0af7651916cd43dd8448eb211c80319c";
        Reply reply = house.invoke(
                        "traced", "{}", "traceparent", "00-" + trace + "-b7ad6b7169203331-01", "X-Request-Id", "mine-1")
                .is(200);
        assertEquals("mine-1", reply.header("X-Request-Id"));
        assertEquals("mine-1", reply.at("/correlation-id"));
        assertTrue(reply.at("/traceparent").startsWith("00-" + trace + "-"), reply.body());
        assertEquals(reply.header("X-Execution-Id"), reply.at("/executionId"));
        String path = "/api/v1/executions/" + reply.at("/executionId") + "/trace";
        // that of the response ends when it is sent, which may be after it has arrived
        for (String stage : List.of("invoke", "route", "coldstart", "execute", "response")) {
            Eventually.holds(
                    "there is the span " + stage,
                    () -> house.get(path).is(200).body().contains("function." + stage));
        }
        assertEquals(
                trace,
                house.get("/api/v1/executions/" + reply.at("/executionId")).at("/traceId"));
    }

    @Tag("OB-08")
    @Tag("EX-10")
    @Tag("EX-16")
    @Test
    void whatAFunctionLogsIsKeptWithItsExecution() {
        house.deploy("logging", "log one\nlog two\nreturn 1");
        String id = house.invoke("logging", "{}").header("X-Execution-Id");
        Reply logs = house.get("/api/v1/executions/" + id + "/logs").is(200);
        assertEquals("one", logs.at("/items/0/message"));
        assertEquals("2", logs.at("/items/1/fields/line"));
        assertEquals(
                2,
                house.get("/api/v1/functions/logging/logs").json().at("/items").size());
        Reply stream =
                house.get("/api/v1/executions/" + id + "/logs?follow=true").is(200);
        assertEquals("text/event-stream", stream.header("Content-Type"));
        assertTrue(stream.body().contains("id: " + id + "/1\nevent: log\n"), stream.body());
        Reply timeline = house.get("/api/v1/executions/" + id + "/timeline").is(200);
        assertEquals("started", timeline.at("/items/0/eventType"));
        assertEquals("succeeded", timeline.at("/items/1/eventType"));
    }

    @Tag("OB-04")
    @Tag("EX-23")
    @Test
    void callsAreCountedByTheNamesOfTheContract() {
        house.deploy("counted", "return 1");
        house.deploy("counted-bad", "fail x");
        house.invoke("counted", "{}").is(200);
        house.invoke("counted-bad", "{}").isProblem(500, "code");
        String metrics = house.get("/metrics").is(200).body();
        for (String name : List.of(
                "functions_invocations_total",
                "functions_invocations_cold_start_total",
                "functions_invocations_errors_total",
                "function_duration_seconds_bucket",
                "function_init_duration_seconds_count",
                "function_memory_used_bytes_count",
                "functions_concurrent_executions")) {
            assertTrue(
                    metrics.lines()
                            .anyMatch(line -> line.startsWith(name + "{") && line.contains("tenant=\"default\"")),
                    name);
        }
        Reply figures = house.get("/api/v1/functions/counted-bad/metrics").is(200);
        assertEquals("1", figures.at("/metrics/invocations"));
        assertEquals("1", figures.at("/metrics/errors"));
    }

    @Test
    void callsUnderWayAndHoldsAreToldByThePluginThatHasThem() throws Exception {
        house.deploy("by-plugin", "gate by-plugin\nreturn 1");
        Thread call =
                Thread.ofVirtual().start(() -> house.invoke("by-plugin", "{}").is(200));
        house.commands.gate("by-plugin").await(1);
        String during = house.get("/metrics").is(200).body();
        assertTrue(
                during.lines()
                        .anyMatch(line -> line.startsWith("plugin_calls_in_flight{") && line.contains("plugin=\"")),
                during);
        assertTrue(
                during.lines()
                        .anyMatch(line -> line.startsWith("plugin_leases{")
                                && line.contains("version=\"")
                                && !line.endsWith(" 0.0")),
                during);
        house.commands.gate("by-plugin").open();
        call.join();
    }

    @Tag("OB-19")
    @Test
    void whichVersionsAreCalledWhatTheCacheSparesAndWhatIsWarmCanBeRead() throws Exception {
        house.deploy("spread", "random", "\"traits\":{\"idempotent\":true,\"caching\":{\"maxAgeSeconds\":60}}");
        house.version("spread", "gate spread\nreturn 2");
        house.post("/api/v1/functions/spread/invoke?version=1", "{}").is(200);
        for (int i = 0; i < 4; i++) {
            house.post("/api/v1/functions/spread/invoke?version=1", "{}", "Idempotency-Key", "once")
                    .is(200);
        }
        String own = "function=\"spread\"";
        String first = "version=\"v1\"";
        assertEquals(3, metric("functions_cache_total", own, first, "result=\"hit\""));
        assertEquals(1, metric("functions_cache_total", own, first, "result=\"miss\""));
        assertEquals(2, metric("functions_invocations_total", own, first, "succeeded"));
        double idle = metric("functions_instances", "state=\"idle\"");
        assertTrue(idle >= 1, "what served is kept warm: " + idle);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var call = threads.submit(() -> house.invoke("spread", "{}"));
            house.commands.gate("spread").await(1);
            assertEquals(1, metric("functions_instances", "state=\"busy\""));
            house.commands.gate("spread").open();
            call.get().is(200);
        }
        assertEquals(1, metric("functions_invocations_total", own, "version=\"v2\"", "succeeded"));
        assertEquals(0, metric("functions_instances", "state=\"starting\""));
        assertEquals(0, metric("executions_queued"));
    }

    private double metric(String name, String... labels) {
        List<String> found = house.get("/metrics")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.matches(name + "[{ ].*"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .toList();
        assertEquals(1, found.size(), name + " " + List.of(labels) + ": " + found);
        return Double.parseDouble(found.getFirst().replaceAll(".* ", ""));
    }

    @Tag("IV-27")
    @Tag("IV-28")
    @Test
    void whatFunctionsAskIsAnsweredAndWhatFailsIsWrapped() {
        house.deploy("child-fails", "fail deep down");
        house.deploy("asks", "call child-fails {}");
        Reply wrapped = house.invoke("asks", "{}").isProblem(500, "code");
        assertTrue(
                wrapped.at("/detail").contains("child-fails")
                        && wrapped.at("/detail").contains("deep down"),
                wrapped.body());
        house.deploy("clock", "now");
        assertTrue(Instant.parse(house.invoke("clock", "{}").json().stringValue())
                .isBefore(Instant.now().plusSeconds(5)));
        house.deploy("dice", "random");
        assertTrue(house.invoke("dice", "{}").body().matches("\"[0-9a-f]{32}\""));
        house.deploy("fetch", "http input");
        for (String url : List.of(
                "http://127.0.0.1:" + house.port() + "/health",
                "http://localhost/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://169.254.169.254/latest",
                "http://10.0.0.1/",
                "http://0.0.0.0/",
                "http://2130706433/",
                "ftp://example.com/",
                "http://[fe80::1]/",
                "http://[64:ff9b::7f00:1]/")) {
            Reply reply = house.invoke("fetch", "{\"url\":\"" + url + "\"}");
            assertTrue(
                    reply.status() == 500 && reply.at("/code").equals("permission_denied")
                            || url.contains("2130706433"),
                    url + " " + reply.body());
            assertTrue(reply.status() != 200, url);
        }
    }

    @Test
    void theDescriptionHasEveryRouteAndItsReferencesLead() {
        JsonNode api = House.send(java.net.http.HttpRequest.newBuilder(house.uri("/openapi.json")))
                .is(200)
                .json();
        assertTrue(api.get("openapi").stringValue().startsWith("3.1"));
        Set<String> ids = new HashSet<>();
        api.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(it -> {
                    JsonNode operation = it.getValue();
                    String where = it.getKey() + " " + path.getKey();
                    assertTrue(!operation.path("summary").stringValue("").isEmpty(), where);
                    assertTrue(ids.add(operation.path("operationId").stringValue("")), where);
                    Set<String> declared = new HashSet<>();
                    operation
                            .path("parameters")
                            .forEach(each -> declared.add(each.get("name").stringValue()));
                    var names = Pattern.compile("\\{(\\w+)}").matcher(path.getKey());
                    while (names.find()) {
                        assertTrue(declared.contains(names.group(1)), where);
                    }
                    assertTrue(operation.path("responses").has("default"), where);
                }));
        assertTrue(ids.size() > 40);
        references(api, api);
    }

    private static void references(JsonNode api, JsonNode node) {
        if (node.path("$ref").isString() && node.get("$ref").stringValue().startsWith("#/components")) {
            assertFalse(api.at(node.get("$ref").stringValue().substring(1)).isMissingNode(), node.toString());
        }
        node.forEach(each -> references(api, each));
    }
}
