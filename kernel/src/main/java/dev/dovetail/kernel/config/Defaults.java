package dev.dovetail.kernel.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills a schema's defaults in, and names keys that the schema does not know together with those that it does, and durations that
 * are none: a JSON Schema's own check knows no ISO-8601.
 */
final class Defaults {
    private final JsonNode root;
    private final List<String> problems;

    Defaults(JsonNode schema, List<String> problems) {
        this.root = schema;
        this.problems = problems;
    }

    void fillIn(ObjectNode object) {
        fillIn(root, object, "");
    }

    private void fillIn(JsonNode rule, ObjectNode object, String path) {
        JsonNode schema = followed(rule);
        JsonNode known = schema.path("properties");
        known.properties().forEach(property -> {
            JsonNode its = followed(property.getValue());
            JsonNode preset =
                    property.getValue().has("default") ? property.getValue().get("default") : its.get("default");
            if (!object.has(property.getKey()) && preset != null) {
                object.set(property.getKey(), preset.deepCopy());
            }
            JsonNode value = object.path(property.getKey());
            if (value instanceof ObjectNode inner) {
                fillIn(its, inner, path + property.getKey() + ".");
            } else if (value.isString() && its.path("format").asString("").equals("duration")) {
                checkDuration(its, value.stringValue(), path + property.getKey());
            }
        });
        JsonNode others = schema.path("additionalProperties");
        for (String key : List.copyOf(object.propertyNames())) {
            if (known.has(key)) {
                continue;
            }
            if (others.isBoolean() && !others.booleanValue()) {
                problems.add("unknown key \"" + path + key + "\"; known are "
                        + String.join(", ", new TreeSet<>(known.propertyNames())));
            } else if (others.isObject() && object.get(key) instanceof ObjectNode inner) {
                fillIn(others, inner, path + key + ".");
            }
        }
    }

    /** None is negative, and one with an {@code exclusiveMinimum} is not nothing either. */
    private void checkDuration(JsonNode rule, String text, String path) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.isNegative() || duration.isZero() && rule.has("exclusiveMinimum")) {
                problems.add(path + " is " + text + "; expected a time that is longer than none");
            }
        } catch (DateTimeParseException e) {
            problems.add(path + " is \"" + text + "\"; expected an ISO-8601 duration such as PT30S");
        }
    }

    private JsonNode followed(JsonNode rule) {
        return rule.has("$ref") ? root.at(rule.get("$ref").stringValue().substring(1)) : rule;
    }
}
