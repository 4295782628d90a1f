package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.host.HostCall;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The way that an execution took can be drawn. */
@Tag("EX-20")
@ExtendWith(OpenHouse.class)
record GraphDurableTest(House house, Flows flows) {
    private JsonNode graph(String id) {
        return house.get("/api/v1/executions/" + id + "/graph").is(200).json();
    }

    private static Set<String> edges(JsonNode graph) {
        Set<String> edges = new TreeSet<>();
        for (JsonNode edge : graph.get("edges")) {
            edges.add(edge.get("from").stringValue() + ">" + edge.get("to").stringValue());
        }
        return edges;
    }

    @Test
    void whatRanSideBySideStandsSideBySide() throws Exception {
        flows.deploy("branching", guest -> {
            guest.step("say <b> & #1", (_, _) -> "1");
            guest.ask(new HostCall.Sleep(Duration.ofMillis(30)));
            guest.ask(new HostCall.Sleep(Duration.ofMillis(40)));
            Guest.value(guest.next().reply());
            Guest.value(guest.next().reply());
            return guest.call(Guest.event("go", Duration.ofHours(1)));
        });
        String id = flows.start("branching", "{}");
        flows.await(id, "suspended");
        JsonNode waiting = graph(id);
        assertEquals(Set.of("start>n0", "n0>n1", "n0>n2", "n1>n3", "n2>n3"), edges(waiting));
        assertEquals("running", waiting.at("/nodes/3/state").stringValue());
        assertEquals("event go", waiting.at("/nodes/3/label").stringValue());
        flows.signal(id, "go", "1").is(202);
        flows.await(id, "succeeded");
        JsonNode ended = graph(id);
        assertTrue(edges(ended).contains("n3>end"), ended.toString());
        assertEquals("done", ended.at("/nodes/3/state").stringValue());
        assertTrue(ended.at("/nodes/1/durationMs").intValue() >= 30, ended.toString());
        assertFalse(ended.get("truncated").booleanValue());
        String chart = ended.get("mermaid").stringValue();
        assertTrue(chart.startsWith("flowchart TD\n  start([\"branching v1\"])\n"), chart);
        assertTrue(chart.contains("n0[\"step say #lt;b#gt; #amp; #35;1<br/>"), chart);
        assertTrue(chart.contains("  n3 --> end_\n"), chart);
        assertTrue(chart.contains("end_([\"succeeded\"])"), chart);
    }

    @Test
    void whatWasUndoneIsMarked() throws Exception {
        house.commands.flow("undo", _ -> "1");
        flows.deploy("undoing", guest -> {
            guest.undoable("reserve", "undo", (_, _) -> "1");
            guest.ask(new HostCall.Sleep(Duration.ofHours(1)));
            throw Guest.fails("no stock");
        });
        String id = flows.start("undoing", "{}");
        flows.await(id, "compensated");
        JsonNode graph = graph(id);
        assertEquals("undone", graph.at("/nodes/0/state").stringValue(), graph.toString());
        assertEquals("left", graph.at("/nodes/1/state").stringValue(), graph.toString());
        assertTrue(graph.get("mermaid").stringValue().contains(":::undone"), graph.toString());
    }

    @Test
    void ofVeryManyCallsTheFirstAreDrawnAndItIsSaid() throws Exception {
        flows.deploy("long", guest -> {
            for (int i = 0; i < 510; i++) {
                guest.step("s", (_, _) -> "1");
            }
            return "1";
        });
        String id = flows.start("long", "{}");
        flows.await(id, "succeeded", 60);
        JsonNode graph = graph(id);
        assertTrue(graph.get("truncated").booleanValue());
        assertEquals(500, graph.get("nodes").size());
        assertEquals(501, graph.get("edges").size(), "one after the other");
        assertTrue(graph.get("mermaid").stringValue().contains("%% the first 500 only"));
    }

    @Test
    void aCallThatIsNotDurableHasNone() {
        house.deploy("plain", "echo");
        String id = house.invoke("plain", "{}").is(200).header("X-Execution-Id");
        house.get("/api/v1/executions/" + id + "/graph").isProblem(409, "conflict");
        house.get("/api/v1/executions/01a1ffdf-3d3a-7c26-9d06-e6ae1a35b3c7/graph")
                .isProblem(404, "not_found");
    }
}
