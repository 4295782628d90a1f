package dev.dovetail.kernel.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Whether checking a single value against a schema ends, and soon. A schema may refer to itself, but only from inside of the value: a
 * value ends, the reference would not. And what refers to the same schema several times is gone through as often, so that
 * a few lines can double the work with each.
 *
 * <p>Works on the text alone, in time that grows with its length: the library follows references, and is asked only afterwards.
 */
final class Soundness {
    private static final int MOST = 10_000;
    private static final int DEEPEST = 300;
    /** Reached through no document: the place of the specification's own schemas, which the library brings along. */
    private static final String KNOWN = "https://json-schema.org/";

    private static final Set<String> HERE = Set.of("not", "if", "then", "else");
    private static final Set<String> ALL_HERE = Set.of("allOf", "anyOf", "oneOf");
    private static final Set<String> NAMED_HERE = Set.of("dependentSchemas", "dependencies");
    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
    private static final Set<String> INSIDE = Set.of(
            "items",
            "additionalItems",
            "prefixItems",
            "contains",
            "additionalProperties",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");
    private static final Set<String> NAMED_INSIDE = Set.of("properties", "patternProperties");

    private final Names names;
    private final Map<JsonNode, Weight> known = new IdentityHashMap<>();
    private final Map<JsonNode, Boolean> within = new IdentityHashMap<>();
    private final Map<JsonNode, Boolean> planned = new IdentityHashMap<>();
    private final Deque<JsonNode> toDo = new ArrayDeque<>();

    private Soundness(Names names) {
        this.names = names;
    }

    /**
     * What checking one value comes to.
     *
     * @param cost how many schemas are applied to it
     * @param height how many of them inside one another
     */
    private record Weight(long cost, int height) {
        private static final Weight ONE = new Weight(1, 1);

        Weight with(Weight inner) {
            return new Weight(Math.min(MOST + 1L, cost + inner.cost), Math.max(height, inner.height + 1));
        }
    }

    private static final class Unsound extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Unsound(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }
    }

    /** The first place that makes a schema unsound, as a pointer into the schema, with the remedy. */
    static Optional<Problem> flaw(JsonNode schema) {
        Names names = new Names();
        names.note(schema, "", Names.BASE);
        Soundness soundness = new Soundness(names);
        soundness.plan(schema);
        try {
            while (!soundness.toDo.isEmpty()) {
                JsonNode next = soundness.toDo.removeFirst();
                soundness.weight(next, names.place(next), 0);
            }
            return Optional.empty();
        } catch (Unsound e) {
            return Optional.of(e.problem);
        }
    }

    private void plan(JsonNode schema) {
        if (schema.isObject() && planned.putIfAbsent(schema, true) == null) {
            toDo.addLast(schema);
        }
    }

    private Weight weight(JsonNode schema, String from, int depth) {
        if (!schema.isObject()) {
            return Weight.ONE;
        }
        Weight found = known.get(schema);
        if (found != null) {
            return found;
        }
        if (within.putIfAbsent(schema, true) != null) {
            throw new Unsound(new Problem(
                    from,
                    "leads round in a circle to " + words(names.place(schema))
                            + " without a step into the value; expected a schema that refers to itself only within properties,"
                            + " items or the like",
                    "",
                    "$ref"));
        }
        Weight sum = Weight.ONE;
        for (Map.Entry<String, JsonNode> each : schema.properties()) {
            for (Step step : steps(each.getKey(), each.getValue(), schema)) {
                sum = depth > DEEPEST ? new Weight(1, DEEPEST + 1) : sum.with(weight(step.to, step.from, depth + 1));
                if (sum.height > DEEPEST) {
                    throw tooMuch(step.from, "leads through more than " + DEEPEST + " schemas", each.getValue());
                }
                if (sum.cost > MOST) {
                    throw tooMuch(step.from, "takes more than " + MOST + " checks", each.getValue());
                }
            }
        }
        within.remove(schema);
        known.put(schema, sum);
        return sum;
    }

    private static Unsound tooMuch(String from, String what, JsonNode value) {
        return new Unsound(new Problem(
                from,
                what + " for a single value, since each use of a schema counts; expected fewer references to schemas"
                        + " that have several themselves",
                Problem.shortened(value.toString()),
                "$ref"));
    }

    private static String words(String place) {
        return place.isEmpty() ? "the schema itself" : place;
    }

    /** A schema that is applied to the same value. */
    private record Step(String from, JsonNode to) {}

    private List<Step> steps(String keyword, JsonNode value, JsonNode schema) {
        String from = names.place(schema) + "/" + Names.escaped(keyword);
        List<Step> steps = new ArrayList<>();
        if (HERE.contains(keyword)) {
            steps.add(new Step(from, value));
        } else if (ALL_HERE.contains(keyword)) {
            int i = 0;
            for (JsonNode each : value) {
                steps.add(new Step(from + "/" + i++, each));
            }
        } else if (NAMED_HERE.contains(keyword)) {
            value.properties()
                    .forEach(each -> steps.add(new Step(from + "/" + Names.escaped(each.getKey()), each.getValue())));
        } else if (REFERENCES.contains(keyword) && value.isString()) {
            for (JsonNode target : targets(keyword, value.stringValue(), schema, from)) {
                steps.add(new Step(from, target));
            }
        } else if (NAMED_INSIDE.contains(keyword)) {
            value.properties().forEach(each -> plan(each.getValue()));
        } else if (INSIDE.contains(keyword)) {
            plan(value);
            if (value.isArray()) {
                value.forEach(this::plan);
            }
        }
        return steps;
    }

    /** What a dynamic reference leads to depends on the way to it: any place of that name. */
    private List<JsonNode> targets(String keyword, String reference, JsonNode schema, String from) {
        List<JsonNode> targets = new ArrayList<>();
        names.find(schema, reference).ifPresent(targets::add);
        boolean dynamic = !keyword.equals("$ref");
        if (dynamic && targets.isEmpty() && !reference.startsWith(KNOWN)) {
            throw new Unsound(new Problem(
                    from,
                    "leads nowhere; expected a place of the schema itself, such as #name for a $dynamicAnchor",
                    "\"" + reference + "\"",
                    keyword));
        }
        int hash = reference.indexOf('#');
        if (dynamic && hash >= 0) {
            for (JsonNode each : names.dynamic(reference.substring(hash + 1))) {
                if (targets.stream().noneMatch(known -> known == each)) {
                    targets.add(each);
                }
            }
        }
        return targets;
    }
}
