package dev.dovetail.kernel.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Which parts of a value a schema looks at. What it does not look at cannot make the value unfit, so it need not be read into a
 * tree; for the documents that functions take, that is most of them.
 *
 * <p>Where a keyword is met whose reach is not plain, everything there is kept.
 */
final class Mask {
    /** Everything. */
    static final Mask ALL = new Mask(true);

    private static final Set<String> WORDS_ONLY = Set.of(
            "$schema",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$comment",
            "$defs",
            "definitions");
    private static final Set<String> OF_NUMBERS =
            Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
    private static final Set<String> OF_TEXTS = Set.of("minLength", "maxLength", "pattern", "format");
    private static final Set<String> OF_COUNTS = Set.of("type", "minItems", "maxItems");
    private static final Set<String> EACH = Set.of("allOf", "anyOf", "oneOf");
    private static final Set<String> ONE = Set.of("not", "if", "then", "else");

    /** A schema that is referred to from many places is gone through for each: beyond this, everything is looked at. */
    private static final int MOST = 20_000;

    /** How many references may lead into one another. */
    private static final int DEEPEST = 300;

    private boolean all;
    private boolean texts;
    private final Map<String, Mask> properties = new HashMap<>();
    private final Set<String> present = new HashSet<>();
    private Mask items;

    private Mask(boolean all) {
        this.all = all;
    }

    static Mask of(JsonNode schema) {
        Mask mask = new Mask(false);
        int[] left = {MOST};
        mask.add(schema, schema, new HashSet<>(), left);
        return left[0] > 0 ? mask : ALL;
    }

    /** Widens this mask by what a schema looks at. */
    private void add(JsonNode schema, JsonNode root, Set<String> within, int[] left) {
        if (schema.isBoolean()) {
            return; // fits or does not, whatever the value is
        }
        if (!schema.isObject() || --left[0] <= 0 || within.size() > DEEPEST) {
            all = true;
            return;
        }
        schema.properties().forEach(keyword -> add(keyword.getKey(), keyword.getValue(), root, within, left));
    }

    private void add(String keyword, JsonNode value, JsonNode root, Set<String> within, int[] left) {
        switch (keyword) {
            case "properties" ->
                value.properties()
                        .forEach(property -> properties
                                .computeIfAbsent(property.getKey(), any -> new Mask(false))
                                .add(property.getValue(), root, within, left));
            case "required" -> value.forEach(name -> present.add(name.stringValue("")));
            case "items" -> {
                items = items == null ? new Mask(false) : items;
                items.add(value, root, within, left);
            }
            case "additionalProperties" -> all |= !value.isBoolean() || !value.booleanValue();
            case "$ref" -> follow(value.stringValue(""), root, within, left);
            default -> {
                if (OF_TEXTS.contains(keyword)) {
                    texts = true;
                } else if (EACH.contains(keyword)) {
                    value.forEach(each -> add(each, root, within, left));
                } else if (ONE.contains(keyword)) {
                    add(value, root, within, left);
                } else if (!WORDS_ONLY.contains(keyword)
                        && !OF_NUMBERS.contains(keyword)
                        && !OF_COUNTS.contains(keyword)) {
                    all = true;
                }
            }
        }
    }

    private void follow(String reference, JsonNode root, Set<String> within, int[] left) {
        JsonNode target = reference.startsWith("#/") ? root.at(reference.substring(1)) : MissingNode.getInstance();
        if (target.isMissingNode() || !within.add(reference)) {
            all = true; // somewhere else, or into itself
            return;
        }
        add(target, root, within, left);
        within.remove(reference);
    }

    boolean all() {
        return all;
    }

    /** Whether the content of a text is looked at, and not only that it is one. */
    boolean texts() {
        return all || texts;
    }

    /** The mask of a property's value; empty if nothing looks into it. */
    java.util.Optional<Mask> property(String name) {
        return java.util.Optional.ofNullable(properties.get(name));
    }

    /** Whether it matters that there is such a property. */
    boolean matters(String name) {
        return present.contains(name);
    }

    java.util.Optional<Mask> items() {
        return java.util.Optional.ofNullable(items);
    }
}
