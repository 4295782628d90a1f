package dev.dovetail.kernel;

import dev.dovetail.testkit.Eventually;
import tools.jackson.databind.JsonNode;

/** What tests of gates say to a house. */
final class AtGates {
    private AtGates() {}

    static String gates(String id) {
        return "/api/v1/executions/" + id + "/gates";
    }

    static String gate(String when, String step) {
        return "{\"when\":\"" + when + "\",\"step\":\"" + step + "\"}";
    }

    /** Starts it with a gate from its beginning. */
    static String start(House house, String name, String... gates) {
        return house.post(
                        "/api/v1/jobs",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + name + "\",\"params\":{},\"gates\":["
                                + String.join(",", gates) + "]}")
                .is(202)
                .at("/job_id");
    }

    /** Waits until its first gate holds something; that gate. */
    static JsonNode held(House house, String id) throws InterruptedException {
        Eventually.holds(
                "it is held",
                () -> house.get(gates(id)).is(200).at("/items/0/state").equals("held"));
        return house.get(gates(id)).is(200).json().at("/items/0");
    }

    static Reply release(House house, String id, JsonNode gate, String body) {
        return house.put(gates(id) + "/" + gate.get("id").stringValue() + "/release", body);
    }
}
