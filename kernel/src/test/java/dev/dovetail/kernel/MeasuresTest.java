package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostNote;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the code of functions measures is where the operator's metrics are. */
@Tag("OB-06")
class MeasuresTest {
    private static House house;
    private static Flows flows;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        house = House.at(folder).open();
        flows = new Flows(house);
        house.commands.flow("measures", guest -> {
            for (JsonNode each : guest.input()) {
                Map<String, String> labels = new TreeMap<>();
                each.path("labels")
                        .properties()
                        .forEach(label ->
                                labels.put(label.getKey(), label.getValue().stringValue()));
                guest.host()
                        .tell(new HostNote.Measure(
                                each.get("name").stringValue(),
                                each.path("value").doubleValue(1),
                                labels));
            }
            return "1";
        });
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static Reply measure(String function, String... measures) {
        return house.invoke(function, "[" + String.join(",", measures) + "]").is(200);
    }

    private static String one(String name, String value, String labels) {
        return "{\"name\":\"" + name + "\",\"value\":" + value + ",\"labels\":{" + labels + "}}";
    }

    /** The value of the line of this name and labels; empty text if there is none. */
    private static String value(String name, String labels) {
        return house.get("/metrics")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{" + labels + "} "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }

    @Test
    void aCounterAddsUpADistributionSpreadsAndAGaugeHasTheLastValue() {
        house.deploy("shop", "flow measures");
        measure("shop", one("orders.total", "2", "\"kind\":\"new\""), one("orders.total", "1", "\"kind\":\"old\""));
        measure("shop", one("orders.total", "3.5", "\"kind\":\"new\""));
        String labels = "function=\"shop\",kind=\"new\",tenant=\"default\"";
        assertEquals("5.5", value("code_orders_total", labels));
        assertEquals("1", value("code_orders_total", labels.replace("new", "old")));

        measure("shop", one("queue.length", "7", ""), one("queue.length", "4", ""));
        String plain = "function=\"shop\",tenant=\"default\"";
        assertEquals("4", value("code_queue_length", plain));

        measure("shop", one("wait.seconds", "0.03", ""), one("wait.seconds", "3", ""));
        assertEquals("2", value("code_wait_seconds_count", plain));
        assertEquals("3.03", value("code_wait_seconds_sum", plain));
        assertEquals("1", value("code_wait_seconds_bucket", "function=\"shop\",tenant=\"default\",le=\"0.05\""));
        assertEquals("2", value("code_wait_seconds_bucket", "function=\"shop\",tenant=\"default\",le=\"5\""));
    }

    @Test
    void whatCannotBeKeptIsToldInTheLogOfTheExecutionAndHarmsNobody() {
        house.deploy("wrong", "flow measures");
        for (String bad : new String[] {
            one("Orders", "1", ""),
            one("a..b", "1", ""),
            one("orders.total", "-1", ""),
            one("ok", "1", "\"tenant\":\"other\""),
            one("ok", "1", "\"Shop\":\"a\""),
            one("ok", "1", "\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\",\"e\":\"1\",\"f\":\"1\""),
            one("ok", "1", "\"a\":\"" + "x".repeat(65) + "\""),
        }) {
            Reply reply = measure("wrong", bad, one("after", "1", ""));
            String logs = house.get("/api/v1/executions/" + reply.header("X-Execution-Id") + "/logs")
                    .is(200)
                    .body();
            assertTrue(logs.contains("is not kept") && logs.contains("warning"), bad + " " + logs);
        }
        String metrics = house.get("/metrics").body();
        assertFalse(metrics.contains("code_ok") || metrics.contains("code_Orders"), metrics);
        assertEquals("1", value("code_after", "function=\"wrong\",tenant=\"default\""));
    }

    @Test
    void oneFunctionsSeriesAreBoundedAndAnothersHaveRoom() {
        house.deploy("floods", "flow measures");
        house.deploy("modest", "flow measures");
        String[] many = new String[150];
        for (int i = 0; i < many.length; i++) {
            many[i] = one("flood", "1", "\"n\":\"" + i + "\"");
        }
        measure("floods", many);
        measure("modest", one("flood", "1", ""));
        assertEquals(
                100,
                house.get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("code_flood{function=\"floods\""))
                        .count());
        assertEquals("1", value("code_flood", "function=\"modest\",tenant=\"default\""));
    }

    @Test
    void whatAWorkflowMeasuredIsNotMeasuredAgainWhenItGoesOn() throws Exception {
        flows.deploy("resumes", guest -> {
            guest.host().tell(new HostNote.Measure("begun.total", 1, Map.of()));
            guest.call(Guest.event("go", Duration.ofHours(1)));
            guest.host().tell(new HostNote.Measure("ended.total", 1, Map.of()));
            return "1";
        });
        String id = flows.start("resumes", "{}");
        flows.await(id, "suspended");
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
        String labels = "function=\"resumes\",tenant=\"default\"";
        assertEquals("1", value("code_begun_total", labels));
        assertEquals("1", value("code_ended_total", labels));
    }
}
