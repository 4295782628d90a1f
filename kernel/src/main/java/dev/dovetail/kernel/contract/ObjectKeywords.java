package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.Difference.Reach;
import dev.dovetail.kernel.contract.SchemaDiff.At;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/** Members of objects. */
final class ObjectKeywords {
    private final SchemaDiff diff;

    ObjectKeywords(SchemaDiff diff) {
        this.diff = diff;
    }

    void compare(At at) {
        ValueKeywords.bound(diff, at, "minProperties", Optional.of(BigDecimal.ZERO), true);
        ValueKeywords.bound(diff, at, "maxProperties", Optional.empty(), false);
        required(at);
        for (String name : names(at.before("properties"), at.after("properties"))) {
            property(at, name);
        }
        patterns(at);
        diff.walk(at.to(rest(at.before()), rest(at.after()), "additionalProperties"));
        diff.walk(at.to(at.before("propertyNames"), at.after("propertyNames"), "propertyNames"));
        dependencies(at);
    }

    private static Set<String> names(JsonNode before, JsonNode after) {
        Set<String> names = new TreeSet<>(before.propertyNames());
        names.addAll(after.propertyNames());
        return names;
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(each -> {
            if (each.isString()) {
                texts.add(each.stringValue());
            }
        });
        return texts;
    }

    private void required(At at) {
        Set<String> was = texts(at.before("required"));
        Set<String> is = texts(at.after("required"));
        is.stream()
                .filter(name -> !was.contains(name))
                .forEach(name -> diff.note(at, Reach.NARROWER, "\"" + name + "\" is now required"));
        was.stream()
                .filter(name -> !is.contains(name))
                .forEach(name -> diff.note(at, Reach.WIDER, "\"" + name + "\" is no longer required"));
    }

    private void property(At at, String name) {
        JsonNode was = at.before("properties").path(name);
        JsonNode is = at.after("properties").path(name);
        JsonNode wasElse = was.isMissingNode() ? unnamed(at.before(), name) : was;
        JsonNode isElse = is.isMissingNode() ? unnamed(at.after(), name) : is;
        At there = at.to(wasElse, isElse, "properties").to(wasElse, isElse, name);
        if (was.isMissingNode() && open(wasElse)) {
            boolean had = texts(at.before("required")).contains(name);
            diff.note(there, had ? Reach.NARROWER : Reach.HARMLESS, "is now described");
        } else if (is.isMissingNode() && open(isElse)) {
            boolean has = texts(at.after("required")).contains(name);
            diff.note(there, has ? Reach.WIDER : Reach.HARMLESS, "is no longer described");
        } else {
            diff.walk(there);
        }
    }

    private static boolean open(JsonNode schema) {
        return schema.isMissingNode()
                || schema.isBoolean() && schema.booleanValue()
                || schema.isObject() && schema.isEmpty();
    }

    /** What holds for a property that is not listed. */
    private static JsonNode unnamed(JsonNode schema, String name) {
        for (Map.Entry<String, JsonNode> each : schema.path("patternProperties").properties()) {
            if (fits(each.getKey(), name)) {
                return each.getValue();
            }
        }
        return rest(schema);
    }

    private static boolean fits(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException _) {
            return true;
        }
    }

    private static JsonNode rest(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        return additional.isMissingNode() ? schema.path("unevaluatedProperties") : additional;
    }

    private void patterns(At at) {
        JsonNode was = at.before("patternProperties");
        JsonNode is = at.after("patternProperties");
        for (String pattern : names(was, is)) {
            At there = at.to(was.path(pattern), is.path(pattern), "patternProperties")
                    .to(was.path(pattern), is.path(pattern), pattern);
            if (was.has(pattern) && is.has(pattern)) {
                diff.walk(there);
            } else {
                diff.note(there, Reach.OTHER, is.has(pattern) ? "is a new pattern" : "is no longer a pattern");
            }
        }
    }

    private void dependencies(At at) {
        JsonNode wasSchemas = at.before("dependentSchemas");
        JsonNode isSchemas = at.after("dependentSchemas");
        for (String name : names(wasSchemas, isSchemas)) {
            diff.walk(at.to(wasSchemas, isSchemas, "dependentSchemas")
                    .to(wasSchemas.path(name), isSchemas.path(name), name));
        }
        JsonNode wasNames = at.before("dependentRequired");
        JsonNode isNames = at.after("dependentRequired");
        for (String name : names(wasNames, isNames)) {
            Set<String> was = texts(wasNames.path(name));
            Set<String> is = texts(isNames.path(name));
            At there = at.to(wasNames, isNames, "dependentRequired").to(wasNames.path(name), isNames.path(name), name);
            if (!was.containsAll(is)) {
                diff.note(
                        there,
                        is.containsAll(was) ? Reach.NARROWER : Reach.OTHER,
                        "asks for " + is + " instead of " + was);
            } else if (!is.containsAll(was)) {
                diff.note(there, Reach.WIDER, "asks for " + is + " instead of " + was);
            }
        }
    }
}
