package dev.dovetail.kernel.contract;

import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** JSON written in one way only: members in order, numbers by value. */
final class Canonical {
    private Canonical() {}

    static String text(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(node, text);
        return text.toString();
    }

    private static void append(JsonNode node, StringBuilder text) {
        if (node.isObject()) {
            text.append('{');
            TreeMap<String, JsonNode> members = new TreeMap<>();
            node.properties().forEach(each -> members.put(each.getKey(), each.getValue()));
            members.forEach((name, value) -> {
                quote(name, text);
                text.append(':');
                append(value, text);
                text.append(',');
            });
            text.append('}');
        } else if (node.isArray()) {
            text.append('[');
            for (JsonNode each : node) {
                append(each, text);
                text.append(',');
            }
            text.append(']');
        } else if (node.isString()) {
            quote(node.stringValue(), text);
        } else if (node.isNumber()) {
            text.append(node.decimalValue().stripTrailingZeros());
        } else {
            // true, false, null; and nothing at all for a missing node
            text.append(node);
        }
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"')
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"');
    }
}
