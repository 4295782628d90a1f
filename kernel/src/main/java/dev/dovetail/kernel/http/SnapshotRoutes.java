package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.durable.journal.Undo;
import dev.dovetail.kernel.durable.journal.Variables;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Executions as they were at their stages: at each checkpoint that the code made, and whenever it was suspended. A snapshot is a
 * place in the journal, from which the state is worked out.
 */
final class SnapshotRoutes {
    private static final String ALL = "/api/v1/executions/{id}/snapshots";
    private static final String ONE = ALL + "/{number}";

    private final AcceptedViews accepted;
    private final Schemas schemas;

    SnapshotRoutes(AcceptedViews accepted, Schemas schemas) {
        this.accepted = accepted;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List the snapshots of an execution, the oldest first", this::list);
        router.add(
                "GET",
                ONE,
                Permission.READ,
                0,
                "Show an execution as it was at a snapshot: of this number, or the last of this label",
                this::show);
    }

    /**
     * One stage of an execution.
     *
     * @param position how many lines the journal had
     * @param open the calls that were open, the oldest first
     * @param asked how many calls had been made
     */
    private record Snapshot(int number, int position, Line line, int version, List<Line> open, long asked) {
        boolean isCheckpoint() {
            return line.type().equals(Line.CHECKPOINT);
        }

        /** A checkpoint's own, or what a suspension waited for. */
        String label() {
            return line.text(isCheckpoint() ? "label" : "why");
        }

        /** Who makes a checkpoint does not wait. */
        List<Line> waits() {
            return open.stream()
                    .filter(call -> !call.text("call").equals("checkpoint"))
                    .toList();
        }

        /** The call from which another execution goes its own way that is to begin as this one was here. */
        long forkFrom() {
            return waits().stream().mapToLong(Line::number).min().orElse(asked);
        }

        /** Where the code stood, if it is known: at the last call that had no answer yet. */
        Optional<JsonNode> place() {
            return open.reversed().stream()
                    .map(call -> call.at("place"))
                    .filter(JsonNode::isObject)
                    .findFirst();
        }
    }

    private Shown require(Exchange x) throws InterruptedException {
        return accepted.find(x).orElseThrow(() -> ControlRoutes.notAccepted(x.parameter("id")));
    }

    private static List<Snapshot> snapshots(Shown shown) {
        List<Snapshot> found = new ArrayList<>();
        TreeMap<Long, Line> open = new TreeMap<>();
        int version = firstVersion(shown);
        int position = 0;
        long asked = 0;
        for (Line line : shown.lines()) {
            position++;
            switch (line.type()) {
                case Line.ASKED -> {
                    open.put(line.number(), line);
                    asked++;
                }
                case Line.ANSWERED -> open.remove(line.number());
                case Line.MOVED, Line.FORKED -> version = (int) line.whole("version");
                default -> {}
            }
            if (line.isSnapshot()) {
                found.add(new Snapshot(found.size() + 1, position, line, version, List.copyOf(open.values()), asked));
            }
        }
        return found;
    }

    private static int firstVersion(Shown shown) {
        return shown.lines().stream()
                .filter(line -> line.type().equals(Line.MOVED) || line.type().equals(Line.FORKED))
                .findFirst()
                .map(line -> (int) line.whole("was"))
                .orElse(shown.order().version());
    }

    private ObjectNode summary(Snapshot snapshot) {
        Line line = snapshot.line();
        boolean checkpoint = snapshot.isCheckpoint();
        ObjectNode json = schemas.object().put("number", snapshot.number());
        Views.time(json, "at", Instant.ofEpochMilli(line.at()));
        json.put("kind", checkpoint ? "checkpoint" : "suspension")
                .put("label", snapshot.label())
                .put("status", (checkpoint ? ExecutionStatus.RUNNING : ExecutionStatus.SUSPENDED).id())
                .put("version", snapshot.version())
                .put("position", snapshot.position())
                .put("forkFrom", snapshot.forkFrom());
        snapshot.place().ifPresent(place -> json.set("place", place));
        ArrayNode waits = json.putArray("waits");
        for (Line call : snapshot.waits()) {
            ObjectNode wait = waits.addObject().put("step", call.number()).put("call", call.text("call"));
            for (String key : List.of("label", "type", "filter", "callable", "ms", "timeoutMs")) {
                if (call.json().has(key)) {
                    wait.set(key, call.json().get(key));
                }
            }
        }
        return json;
    }

    private void list(Exchange x) throws Exception {
        String cursor = Cursors.read(x);
        int after = cursor.isEmpty() ? 0 : Cursors.number(cursor);
        Optional<String> label = x.query("label");
        List<Snapshot> rest = snapshots(require(x)).stream()
                .filter(each -> each.number() > after)
                .filter(each -> label.isEmpty() || label.get().equals(each.label()))
                .toList();
        ObjectNode json = schemas.object().put("executionId", x.parameter("id"));
        ArrayNode items = json.putArray("items");
        rest.stream().limit(x.limit()).forEach(each -> items.add(summary(each)));
        Cursors.write(
                x,
                json,
                rest.size() > x.limit()
                        ? Optional.of(Integer.toString(rest.get(x.limit() - 1).number()))
                        : Optional.empty());
        x.answer(200, json);
    }

    private void show(Exchange x) throws Exception {
        Shown shown = require(x);
        List<Snapshot> all = snapshots(shown);
        String asked = x.parameter("number");
        Snapshot snapshot = all.stream()
                .filter(each -> Integer.toString(each.number()).equals(asked))
                .findFirst()
                .or(() -> all.reversed().stream()
                        .filter(each -> each.label().equals(asked))
                        .findFirst())
                .orElseThrow(() -> Refusal.of(
                        ErrorType.NOT_FOUND,
                        "There is no snapshot \"" + asked + "\" of this execution; it has " + all.size()));
        ObjectNode json = summary(snapshot).put("executionId", shown.order().id());
        // the same views as the trace has, so that the same is hidden in it
        Discreet discreet = new Discreet(schemas);
        Shown then = shown.upTo(snapshot.position());
        if (snapshot.line().json().has(Variables.NAME)) {
            json.set(
                    Variables.NAME,
                    discreet.of(Variables.shown(schemas, snapshot.line().at(Variables.NAME))));
        }
        json.set("input", discreet.of(schemas.parse(shown.order().input())));
        Calls.discreet(schemas).add(json.putArray("calls"), then, 0, Integer.MAX_VALUE);
        ArrayNode compensations = json.putArray("compensations");
        for (Undo each : Undo.all(Story.of(schemas, then.lines()))) {
            ObjectNode undo = compensations
                    .addObject()
                    .put("step", each.number())
                    .put("label", each.label())
                    .put("function", each.function());
            undo.set("input", discreet.of(schemas.parse(each.input())));
            each.output().ifPresent(output -> undo.set("output", discreet.of(schemas.parse(output))));
        }
        x.answer(200, json);
    }
}
