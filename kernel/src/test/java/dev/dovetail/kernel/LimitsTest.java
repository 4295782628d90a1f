package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who finds no place is told at once, and when to come again. */
@ExtendWith(OpenHouse.class)
record LimitsTest(House house) {
    @Tag("IV-24")
    @Test
    void aFunctionTakesSoManyCallsAtOnce() throws Exception {
        house.deploy("narrow", "gate narrow", "\"maxConcurrent\":2");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> inside = List.of(
                    threads.submit(() -> house.invoke("narrow", "{}")),
                    threads.submit(() -> house.invoke("narrow", "{}")));
            house.commands.gate("narrow").await(2);
            Reply full = house.invoke("narrow", "{}").isProblem(429, "quota_exceeded");
            assertEquals("1", full.header("Retry-After"));
            assertEquals(
                    "-32002",
                    house.rpc("{\"jsonrpc\":\"2.0\",\"method\":\"narrow\",\"id\":1}")
                            .at("/error/code"));
            house.put("/api/v1/functions/narrow/concurrency", "{\"maxConcurrent\":3}")
                    .is(200);
            Future<Reply> third = threads.submit(() -> house.invoke("narrow", "{}"));
            house.commands.gate("narrow").await(1);
            house.commands.gate("narrow").open();
            third.get().is(200);
            for (Future<Reply> each : inside) {
                each.get().is(200);
            }
        }
        String metrics = house.get("/metrics").is(200).body();
        assertTrue(
                metrics.lines()
                        .anyMatch(line -> line.startsWith("functions_invocations_throttled_total{")
                                && line.contains("function=\"narrow\"")
                                && line.endsWith(" 2")),
                metrics);
    }

    @Test
    void aNodeTakesSoManyCallsAtOnceAndANestedOneHasItsParentsPlace(@TempDir Path folder) throws Exception {
        try (House small =
                        House.at(folder).with("executions.max-concurrent", "1").open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            small.deploy("leaf", "gate leaf\nreturn 3");
            small.deploy("root", "call leaf {}");
            Future<Reply> call = threads.submit(() -> small.invoke("root", "{}"));
            small.commands.gate("leaf").await(1);
            Reply full = small.invoke("root", "{}").isProblem(503, "unavailable");
            assertEquals("1", full.header("Retry-After"));
            small.commands.gate("leaf").open();
            assertEquals("3", call.get().is(200).body());
        }
    }

    @Test
    void aNodeTakesSoManyRequestsAtOnce(@TempDir Path folder) throws Exception {
        try (House small = House.at(folder).with("http.max-concurrent", "1").open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            small.deploy("held", "gate held");
            Future<Reply> call = threads.submit(() -> small.invoke("held", "{}"));
            small.commands.gate("held").await(1);
            small.get("/api/v1/functions").isProblem(503, "unavailable");
            for (String watched : List.of("/health", "/health/live", "/health/ready", "/metrics")) {
                small.get(watched).is(200);
            }
            small.commands.gate("held").open();
            call.get().is(200);
            // its place is free once its answer has left, which the caller may see a moment before the node does
            Eventually.holds(
                    "a request has the place that came free",
                    () -> small.get("/api/v1/functions").status() == 200);
        }
    }

    @Test
    void aFunctionThatWouldWaitForItselfIsRefused() {
        house.deploy("self", "call self {}", "\"maxConcurrent\":1");
        Reply reply = house.invoke("self", "{}");
        reply.isProblem(409, "would_deadlock");
        assertEquals("function", reply.at("/owner"));
    }

    @Test
    void functionsCallFunctionsSixteenDeep() {
        for (int i = 0; i < 18; i++) {
            house.deploy("deep-" + i, i == 17 ? "return 1" : "call deep-" + (i + 1) + " {}");
        }
        assertEquals("1", house.invoke("deep-1", "{}").is(200).body());
        house.invoke("deep-0", "{}").isProblem(422, "too_deep");
    }
}
