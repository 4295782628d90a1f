package dev.dovetail.kernel.http;

import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way that an execution took: what it did and waited for, and what had to have ended before each. Two that overlap in time
 * stand side by side. As JSON, and as a flowchart in the language of Mermaid (mermaid.js.org), which Markdown viewers draw.
 */
final class Graph {
    /** More are no picture. */
    static final int MOST = 500;

    private static final int LONGEST = 60;
    /** What leads nowhere and takes no time. */
    private static final Set<String> NO_STATION = Set.of("now", "random", "checkpoint");

    private final Shown shown;
    private final List<Station> stations = new ArrayList<>();
    private boolean truncated;

    /** A call, from where in the journal it was asked to where it was answered. */
    private static final class Station {
        private final Line asked;
        private final int from;
        private int until = Integer.MAX_VALUE;
        private int attempts = 1;
        private long millis = -1;
        private String state = "running";

        Station(Line asked, int from) {
            this.asked = asked;
            this.from = from;
        }

        String id() {
            return "n" + asked.number();
        }

        String kind() {
            return asked.text("call");
        }

        /** In one line. */
        String label() {
            String what = switch (kind()) {
                case "step" -> asked.text("label");
                case "sleep" -> Duration.ofMillis(asked.whole("ms")).toString();
                case "event" -> asked.text("type");
                case "invoke" -> asked.text("callable");
                case "http" -> asked.text("method") + " " + Discreet.address(asked.text("uri"));
                default -> asked.at("input").path("name").stringValue("");
            };
            String all = (kind() + " " + what).strip().replaceAll("\\p{Cntrl}", " ");
            return all.length() <= LONGEST ? all : all.substring(0, LONGEST - 3) + "...";
        }
    }

    private Graph(Shown shown) {
        this.shown = shown;
    }

    static Graph of(Shown shown) {
        Graph graph = new Graph(shown);
        Map<Long, Station> byNumber = new LinkedHashMap<>();
        int at = 0;
        for (Line line : shown.lines()) {
            at++;
            Station there = byNumber.get(line.number());
            switch (line.type()) {
                case Line.ASKED -> graph.asked(line, at, byNumber);
                case Line.TRIED -> {
                    if (there != null) {
                        there.attempts++;
                    }
                }
                case Line.ANSWERED -> {
                    if (there != null) {
                        there.until = at;
                        there.millis = line.at() - there.asked.at();
                        there.state = line.json().has("fault") ? "failed" : "done";
                    }
                }
                case Line.UNDONE -> {
                    if (there != null) {
                        there.state = line.json().has("fault") ? "undo failed" : "undone";
                    }
                }
                default -> {
                    // nothing of a call
                }
            }
        }
        if (shown.status().ended()) {
            graph.stations.stream()
                    .filter(each -> each.state.equals("running"))
                    .forEach(each -> each.state = "left"); // nobody waited for it
        }
        return graph;
    }

    private void asked(Line line, int at, Map<Long, Station> byNumber) {
        if (NO_STATION.contains(line.text("call"))) {
            return;
        }
        if (stations.size() == MOST) {
            truncated = true;
            return;
        }
        Station station = new Station(line, at);
        stations.add(station);
        byNumber.put(line.number(), station);
    }

    /**
     * What had ended when this was asked, but for what had ended before another of those began: that one stands between.
     *
     * @param from the place in the journal
     */
    private List<String> before(int from) {
        int latest = stations.stream()
                .filter(each -> each.until < from)
                .mapToInt(each -> each.from)
                .max()
                .orElse(0);
        List<String> ids = stations.stream()
                .filter(each -> each.until < from && each.until > latest)
                .map(Station::id)
                .toList();
        return ids.isEmpty() ? List.of("start") : ids;
    }

    private record Edge(String from, String to) {}

    private List<Edge> edges() {
        List<Edge> edges = new ArrayList<>();
        for (Station each : stations) {
            before(each.from).forEach(from -> edges.add(new Edge(from, each.id())));
        }
        if (shown.status().ended()) {
            Set<String> leads = edges.stream().map(Edge::from).collect(Collectors.toSet());
            stations.stream()
                    .filter(each -> !leads.contains(each.id()))
                    .forEach(each -> edges.add(new Edge(each.id(), "end")));
            if (stations.isEmpty()) {
                edges.add(new Edge("start", "end"));
            }
        }
        return edges;
    }

    ObjectNode json(Schemas schemas) {
        ObjectNode json = schemas.object()
                .put("executionId", shown.order().id())
                .put("status", shown.status().id())
                .put("truncated", truncated);
        ArrayNode nodes = json.putArray("nodes");
        for (Station each : stations) {
            ObjectNode node = nodes.addObject()
                    .put("id", each.id())
                    .put("number", each.asked.number())
                    .put("kind", each.kind())
                    .put("label", each.label())
                    .put("state", each.state)
                    .put("attempts", each.attempts);
            Views.time(node, "at", Instant.ofEpochMilli(each.asked.at()));
            if (each.millis >= 0) {
                node.put("durationMs", each.millis);
            }
            if (each.asked.json().has("place")) {
                node.set("place", each.asked.at("place"));
            }
        }
        ArrayNode links = json.putArray("edges");
        List<Edge> edges = edges();
        edges.forEach(each -> links.addObject().put("from", each.from).put("to", each.to));
        return json.put("mermaid", mermaid(edges));
    }

    private String mermaid(List<Edge> edges) {
        StringBuilder chart = new StringBuilder("flowchart TD\n");
        chart.append("  start([\"")
                .append(quoted(shown.order().function() + " v" + shown.order().version()))
                .append("\"])\n");
        for (Station each : stations) {
            chart.append("  ").append(each.id()).append("[\"").append(quoted(each.label()));
            if (each.attempts > 1) {
                chart.append("<br/>").append(each.attempts).append(" attempts");
            }
            if (each.millis >= 0) {
                chart.append("<br/>").append(each.millis).append(" ms");
            }
            chart.append("\"]:::").append(each.state.replace(" ", "_")).append('\n');
        }
        if (shown.status().ended()) {
            chart.append("  end_([\"").append(quoted(shown.status().word())).append("\"])\n");
        }
        if (truncated) {
            chart.append("  %% the first ").append(MOST).append(" only\n");
        }
        for (Edge each : edges) {
            chart.append("  ")
                    .append(each.from)
                    .append(" --> ")
                    .append(each.to.equals("end") ? "end_" : each.to) // "end" is a word of the language
                    .append('\n');
        }
        return chart.append("  classDef done fill:#e6f4ea,stroke:#2e7d32,color:#000\n")
                .append("  classDef running fill:#fff8e1,stroke:#f9a825,color:#000\n")
                .append("  classDef failed fill:#fdecea,stroke:#c62828,color:#000\n")
                .append("  classDef undone fill:#eceff1,stroke:#607d8b,stroke-dasharray:4,color:#000\n")
                .append("  classDef left fill:#fff,stroke:#607d8b,stroke-dasharray:2,color:#000\n")
                .append("  classDef undo_failed fill:#fdecea,stroke:#c62828,stroke-dasharray:4,color:#000\n")
                .toString();
    }

    /** A label in quotes may hold anything but these. */
    private static String quoted(String text) {
        return text.replace("#", "#35;")
                .replace("&", "#amp;")
                .replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace(">", "#gt;");
    }
}
