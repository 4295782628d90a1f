package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.jq.Budget;
import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.plan.Kit;
import dev.dovetail.executor.flow.plan.Span;
import dev.dovetail.executor.flow.plan.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What expressions see in one place: the value that they are evaluated on, and the variables. Immutable, but for the
 * workflow's context, which is the same everywhere.
 *
 * @param it the value
 */
record Vars(Common common, JsonNode it, Map<String, JsonNode> named) implements Value.Setting {
    /** What is the same for all of a call. */
    static final class Common {
        final Budget budget;
        JsonNode context = Json.object();

        Common(Budget budget) {
            this.budget = budget;
        }
    }

    /** The variable of this name, if there is one here. */
    Optional<JsonNode> find(String name) {
        return name.equals("context") ? Optional.of(common.context) : Optional.ofNullable(named.get(name));
    }

    Vars with(String name, JsonNode value) {
        Map<String, JsonNode> more = new HashMap<>(named);
        more.put(name, value);
        return new Vars(common, it, more);
    }

    Vars on(JsonNode value) {
        return new Vars(common, value, named);
    }

    /** The same, with one more field in {@code $task}. */
    Vars withTask(String field, JsonNode value) {
        ObjectNode task = ((ObjectNode) named.get("task")).objectNode();
        task.setAll((ObjectNode) named.get("task"));
        task.set(field, value);
        return with("task", task);
    }

    @Override
    public JsonNode value(Jq expression) {
        Map<String, JsonNode> all = new HashMap<>(named);
        all.put("context", common.context);
        try {
            return expression.value(it, all, common.budget);
        } catch (Jq.Wrong e) {
            throw Raised.expression(expression.text().strip() + " " + e.getMessage());
        }
    }

    boolean truth(Jq expression) {
        return Json.truth(value(expression));
    }

    Duration duration(Span span) {
        return switch (span) {
            case Span.Fixed(Duration fixed) -> fixed;
            case Span.Computed(Jq expression) -> {
                JsonNode value = value(expression);
                yield Kit.duration(value)
                        .orElseThrow(() -> Raised.expression(expression.text().strip() + " gives " + value
                                + "; expected a duration, such as PT15S or {seconds: 15}"));
            }
        };
    }
}
