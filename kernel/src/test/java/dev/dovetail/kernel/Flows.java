package dev.dovetail.kernel;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Workflows of tests in a house: deployed, started, awaited, looked at. */
record Flows(House house) {
    /** Deploys a workflow of this name whose code this is. */
    void deploy(String name, Guest.Flow flow, String... members) {
        house.commands.flow(name, flow);
        String[] all = new String[members.length + 1];
        all[0] = "\"kind\":\"workflow\"";
        System.arraycopy(members, 0, all, 1, members.length);
        house.deploy(name, "flow " + name, all);
    }

    /** A further version of a workflow, whose code is known by a name of its own. */
    void version(String name, String flow, Guest.Flow code) {
        house.commands.flow(flow, code);
        house.version(name, "flow " + flow);
    }

    String start(String name, String input, String... headers) {
        return house.post("/api/v1/functions/" + name + "/invoke-async", input, headers)
                .is(202)
                .at("/executionId");
    }

    Reply show(String id) {
        return house.get("/api/v1/executions/" + id);
    }

    /** The short word of the status. */
    String status(String id) {
        return show(id).is(200).at("/status").replaceAll(".*\\._\\.(\\w+)\\.v1~", "$1");
    }

    Reply await(String id, String status) throws InterruptedException {
        return await(id, status, 60);
    }

    Reply await(String id, String status, int seconds) throws InterruptedException {
        Eventually.holds(
                "it is " + status,
                Duration.ofSeconds(seconds),
                () -> status(id).equals(status),
                () -> show(id).body() + "\n" + timeline(id));
        return show(id);
    }

    List<JsonNode> timeline(String id) {
        JsonNode items = house.get("/api/v1/executions/" + id + "/timeline?limit=100")
                .is(200)
                .json()
                .get("items");
        return StreamSupport.stream(items.spliterator(), false).toList();
    }

    /** The kinds of events in the timeline, in order. */
    List<String> events(String id) {
        return timeline(id).stream()
                .map(each -> each.get("eventType").stringValue())
                .toList();
    }

    Reply control(String id, String what) {
        return house.post(
                what.equals("terminate")
                        ? "/api/v1/executions/" + id + ":terminate"
                        : "/api/v1/jobs/" + id + ":" + what,
                "{}");
    }

    Reply signal(String id, String type, String event, String... name) {
        String named = name.length == 0 ? "" : ",\"id\":\"" + name[0] + "\"";
        return house.post(
                "/api/v1/executions/" + id + ":signal",
                "{\"type\":\"" + type + "\",\"payload\":" + event + named + "}");
    }

    /** A folder for a house that is the same node as another one was. */
    static Path sameNode(House before, Path folder) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.copy(before.folder.resolve("data/node"), folder.resolve("data/node"));
        return folder;
    }
}
