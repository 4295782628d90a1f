package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.jq.Jq;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** JSON of which some texts are expressions. */
public sealed interface Value {
    /** What expressions are evaluated on. */
    interface Setting {
        JsonNode value(Jq expression);
    }

    JsonNode in(Setting setting);

    record Fixed(JsonNode json) implements Value {
        @Override
        public JsonNode in(Setting setting) {
            return json;
        }
    }

    record Computed(Jq expression) implements Value {
        @Override
        public JsonNode in(Setting setting) {
            return setting.value(expression);
        }
    }

    record Items(List<Value> items) implements Value {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public JsonNode in(Setting setting) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> array.add(item.in(setting)));
            return array;
        }
    }

    record Fields(SequencedMap<String, Value> fields) implements Value {
        public Fields {
            fields = new LinkedHashMap<>(fields);
        }

        @Override
        public JsonNode in(Setting setting) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, Value> field : fields.entrySet()) {
                object.set(field.getKey(), field.getValue().in(setting));
            }
            return object;
        }
    }
}
