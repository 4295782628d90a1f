package dev.dovetail.cli;

import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a paper server answers whatever it was told before. */
final class PaperAnswers {
    private PaperAnswers() {}

    private static ObjectNode json() {
        return PaperServer.json();
    }

    private static ObjectNode list(List<ObjectNode> items) {
        return PaperServer.list(items);
    }

    static JsonNode usage() {
        return PaperServer.list(List.of(
                json().put("name", "versionsOfAFunction")
                        .put("used", 3)
                        .put("limit", 100)
                        .put("of", "hello")
                        .put("scope", "tenant"),
                json().put("name", "unfinishedExecutions")
                        .put("used", 1000)
                        .put("more", true)
                        .put("scope", "tenant")));
    }

    static JsonNode nodes(String[] path) {
        ObjectNode here = json().put("id", "n1")
                .put("status", "ready")
                .put("address", "http://127.0.0.1:8080")
                .put("here", true)
                .put("callsUnderWay", 3)
                .put("executionsUnderWay", 2)
                .put("executionsQueued", 1)
                .put("startedAt", "2026-11-21T08:00:00Z");
        here.putArray("shards").add(0).add(1);
        here.putObject("resources")
                .put("cpuLoad", 0.256)
                .put("memoryUsedMb", 100)
                .put("memoryMaxMb", 1000);
        here.putObject("metrics").put("invocations", 12).put("errors", 4);
        ObjectNode lost = json().put("id", "n2").put("status", "lost");
        return path.length == 3
                ? list(List.of(here, lost))
                : json().put("id", path[3]).put("status", "ready");
    }

    static JsonNode plugins(String method, String[] path, byte[] body, JsonNode sent) {
        if (method.equals("POST")) {
            return json().put("id", path.length > 3 ? path[3] : "uploaded")
                    .put("size", body.length)
                    .setAll((ObjectNode) sent);
        }
        ObjectNode plugin =
                json().put("id", "executor-paper").put("state", "active").put("active", "1.0.0");
        plugin.putArray("versions").addObject().put("version", "1.0.0").put("state", "active");
        ObjectNode all = list(List.of(plugin));
        all.putArray("refusedFiles").addObject().put("file", "half.jar").put("reason", "its manifest names no plugin");
        return all;
    }

    static JsonNode timeline(HttpExchange x, int happened) {
        String query = x.getRequestURI().getQuery();
        int from = query.contains("cursor=") ? Integer.parseInt(query.replaceAll(".*cursor=", "")) : 0;
        ObjectNode page = json();
        ArrayNode items = page.putArray("items");
        for (int i = from; i < Math.min(from + 100, happened); i++) {
            ObjectNode event =
                    items.addObject().put("at", "2026-11-21T08:00:00Z").put("eventType", "step_started");
            event.put("stepName", "charge").putObject("details").put("number", i);
            ((ObjectNode) event.get("details"))
                    .putObject("place")
                    .put("file", "main.py")
                    .put("line", 16);
        }
        return from + 100 < happened ? page.put("nextCursor", "" + (from + 100)) : page.putNull("nextCursor");
    }

    static JsonNode logs(HttpExchange x) {
        ObjectNode line = json().put("timestamp", "2026-11-21T12:00:00Z")
                .put("level", "info")
                .put("message", "one\u001b[2J");
        ObjectNode next = line.deepCopy().put("message", "two");
        if (!String.valueOf(x.getRequestURI().getQuery()).contains("follow=true")) {
            if (x.getRequestURI().getPath().contains("/busy/")) { // the newest call first, the lines of each in order
                return list(java.util.stream.Stream.of("c 1", "c 2", "b 1", "a 1", "a 2")
                        .map(said -> line.deepCopy().put("message", said).put("executionId", said.substring(0, 1)))
                        .toList());
            }
            return list(List.of(line, next));
        }
        x.getResponseHeaders().set("Content-Type", "text/event-stream");
        return Screen.JSON.valueToTree(
                ": hello\nid: 1\ndata: " + line + "\n\nevent: log\ndata:" + next + "\n\ndata: {\"cut off");
    }
}
