package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a run used is told with it, whichever way it was called; what it waited is not its own. */
class UsedDurableTest {
    private static void holds(JsonNode metrics, int limit, double least, double most) {
        double ran = metrics.path("durationMs").doubleValue();
        assertTrue(ran >= least && ran < most, metrics::toString);
        long billed = metrics.path("billedDurationMs").longValue();
        assertTrue(billed >= ran && billed <= ran + 5, metrics::toString);
        assertTrue(metrics.path("cpuTimeMs").doubleValue() >= 1, metrics::toString);
        assertEquals(limit, metrics.path("memoryLimitMb").intValue());
        assertEquals(1.0, metrics.path("maxMemoryUsedMb").doubleValue());
        assertTrue(metrics.path("steps").longValue() >= 7, metrics::toString);
    }

    @Test
    @Tag("EX-15")
    void aCallAndAWorkflowTellTimeAndMemoryAndWaitsAreNotBilled(@TempDir Path one, @TempDir Path two) throws Exception {
        Guest.Flow works = guest -> {
            guest.step("first", (_, _) -> busy());
            guest.call(Guest.event("go", Duration.ofHours(1)));
            return guest.step("second", (_, _) -> busy());
        };
        String id;
        House first = House.at(one).open();
        try (first) {
            first.deploy("plain", "sleep 40\nreturn 1", "\"memoryMb\":512");
            Reply answer = first.invoke("plain", "{}").is(200);
            Reply record = first.get("/api/v1/executions/" + answer.header("X-Execution-Id"))
                    .is(200);
            holds(record.json().get("metrics"), 512, 40, 5_000);

            Flows flows = new Flows(first);
            flows.deploy("works", works, "\"memoryMb\":192");
            id = flows.start("works", "{}");
            Reply waiting = flows.await(id, "suspended");
            holds(waiting.json().get("metrics"), 192, 40, 5_000);
        }
        Thread.sleep(1_500); // waits while no node is there
        try (House next = House.at(two)
                .on(first.state, first.blobs)
                .knowing("works", works)
                .open()) {
            Flows flows = new Flows(next);
            flows.signal(id, "go", "1").is(202);
            JsonNode ended = flows.await(id, "succeeded").json();
            holds(ended.get("metrics"), 192, 80, 10_000);
            assertTrue(
                    ended.get("durationMs").doubleValue()
                            >= 1_500 + ended.at("/metrics/durationMs").doubleValue(),
                    ended::toString);
            JsonNode job = next.get("/api/v1/jobs/" + id).is(200).json().at("/observability/metrics");
            assertEquals(
                    ended.at("/metrics/billedDurationMs").longValue(),
                    job.get("billed_duration_ms").longValue());
            assertEquals(192, job.get("memory_limit_mb").intValue());
            assertEquals(1.0, job.get("max_memory_used_mb").doubleValue());
            assertEquals(
                    ended.at("/metrics/cpuTimeMs").doubleValue(),
                    job.get("cpu_time_ms").doubleValue());
            assertFalse(flows.events(id).contains("used"), "that is no event of its own");
        }
    }

    private static String busy() throws InterruptedException {
        Thread.sleep(40);
        return "1";
    }
}
