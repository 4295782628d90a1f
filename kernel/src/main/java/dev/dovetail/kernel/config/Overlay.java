package dev.dovetail.kernel.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts flags and environment variables over what the file says, typed as the schema wants them. */
final class Overlay {
    private final JsonNode schema;
    private final Map<String, String> environment;
    private final Map<String, String> flags;
    private final List<String> problems;

    Overlay(JsonNode schema, Map<String, String> environment, Map<String, String> flags, List<String> problems) {
        this.schema = schema;
        this.environment = environment;
        this.flags = flags;
        this.problems = problems;
    }

    void apply(ObjectNode tree) {
        refuseUnknown();
        schema.path("properties").properties().forEach(section -> {
            JsonNode known = section.getValue().path("properties");
            known.properties().forEach(property -> {
                String path = section.getKey() + "." + property.getKey();
                String variable = Configs.variable(path);
                if (flags.containsKey(path)) {
                    put(tree, section.getKey(), property, "the flag for " + path, flags.get(path));
                } else if (environment.containsKey(variable)) {
                    put(tree, section.getKey(), property, variable, environment.get(variable));
                }
            });
        });
    }

    /** A variable that begins as those of a section do, and is none of them, is a slip. */
    private void refuseUnknown() {
        Set<String> known = new TreeSet<>();
        schema.path("properties")
                .properties()
                .forEach(section -> section.getValue()
                        .path("properties")
                        .propertyNames()
                        .forEach(key -> known.add(Configs.variable(section.getKey() + "." + key))));
        Set<String> sections = known.stream()
                .map(each -> each.substring(0, each.indexOf('_', each.indexOf('_') + 1) + 1))
                .collect(Collectors.toSet());
        for (String name : new TreeSet<>(environment.keySet())) {
            sections.stream()
                    .filter(section -> name.startsWith(section) && !known.contains(name))
                    .findFirst()
                    .ifPresent(section -> problems.add(name + " is no setting; there are "
                            + known.stream()
                                    .filter(each -> each.startsWith(section))
                                    .collect(Collectors.joining(", "))));
        }
    }

    private void put(
            ObjectNode tree, String section, Map.Entry<String, JsonNode> property, String source, String text) {
        if (tree.has(section) && !tree.get(section).isObject()) {
            return; // the file's mistake, which its check tells: nothing may hide it
        }
        ObjectNode target = tree.get(section) instanceof ObjectNode there ? there : tree.putObject(section);
        String key = property.getKey();
        try {
            switch (property.getValue().path("type").stringValue("string")) {
                case "integer" -> target.put(key, Long.parseLong(text.strip()));
                case "number" -> target.put(key, Double.parseDouble(text.strip()));
                case "boolean" -> target.put(key, bool(text.strip()));
                case "array" -> {
                    ArrayNode items = target.putArray(key);
                    for (String item : text.split(",")) {
                        items.add(item.strip());
                    }
                }
                case "object" -> problems.add(source + " cannot be set from outside the file: it is an object");
                default -> target.put(key, text);
            }
        } catch (IllegalArgumentException e) {
            problems.add(source + " is \"" + text + "\"; expected "
                    + property.getValue().path("type").stringValue());
        }
    }

    private static boolean bool(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException(text);
    }
}
