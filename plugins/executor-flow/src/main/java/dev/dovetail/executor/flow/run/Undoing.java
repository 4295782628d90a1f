package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.plan.Undo;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.executor.Entry;
import java.util.List;

/**
 * What is kept of a task for what undoes it, and given to that. It is kept as the input of the task's step; a task that is none
 * gets one when it is done, which has nothing left to do.
 */
final class Undoing {
    /** Of what there is before a task, and of what it gives: both are lines of the journal. */
    private static final int LARGEST = 256 * 1024;

    private Undoing() {}

    /** Whether a task with this work is a step from its beginning: so it is undone too if nobody knows how it ended. */
    static boolean isStep(Work work) {
        return switch (work) {
            case Work.Request _, Work.Emit _ -> true;
            case Work.Invoke invoke -> !invoke.lasting();
            default -> false;
        };
    }

    /**
     * What is kept of what there is before the task.
     *
     * @param vars as the task's work sees them
     */
    static ObjectNode kept(Undo undo, Vars vars) {
        ObjectNode kept = Json.object();
        kept.set("input", vars.it());
        ObjectNode variables = Json.object();
        for (String name : undo.seen()) {
            vars.find(name).ifPresent(value -> variables.set(name, name.equals("workflow") ? call(value) : value));
        }
        if (!variables.isEmpty()) {
            kept.set("variables", variables);
        }
        return checked(kept, "is given, with the variables that what undoes it sees,", "input.from");
    }

    /** The same with what the task has given. */
    static ObjectNode kept(Undo undo, Vars vars, JsonNode output) {
        checked(output, "gives", "fewer tasks within");
        return kept(undo, vars).set("output", output);
    }

    private static <T extends JsonNode> T checked(T kept, String what, String how) {
        int size = Json.bytes(kept).size();
        if (size > LARGEST) {
            throw Raised.of(
                    "configuration",
                    413,
                    "It is too large to be undone",
                    "What the task " + what + " has " + size + " bytes; at most " + LARGEST
                            + " are kept for what undoes it: " + how + " can make it less");
        }
        return kept;
    }

    /** What of {@code $workflow} is the call's own. */
    private static JsonNode call(JsonNode workflow) {
        return workflow.<ObjectNode>deepCopy().retain(List.of("input", "startedAt"));
    }

    /** What the undoing task runs on. */
    static ObjectNode input(Entry.Compensation entry) {
        JsonNode kept = Json.read(entry.stepInput());
        ObjectNode input = Json.object();
        input.set("input", kept.path("input"));
        input.set(
                "output",
                kept.has("output")
                        ? kept.get("output")
                        : entry.stepOutput().map(Json::read).orElse(input.nullNode()));
        input.set("error", Raised.of(entry.cause()).error());
        return input;
    }

    /** Those variables, with what was kept of them. */
    static Vars restored(Entry.Compensation entry, Vars vars) {
        Vars restored = vars;
        for (var each : Json.read(entry.stepInput()).path("variables").properties()) {
            switch (each.getKey()) {
                case "context" -> vars.common().context = each.getValue();
                case "workflow" -> {
                    ObjectNode workflow =
                            restored.find("workflow").orElseThrow().deepCopy();
                    restored = restored.with("workflow", workflow.setAll((ObjectNode) each.getValue()));
                }
                default -> restored = restored.with(each.getKey(), each.getValue());
            }
        }
        return restored;
    }
}
