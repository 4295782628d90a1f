package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.Difference.Reach;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Walks two JSON Schemas (2020-12) side by side and notes where the later accepts more or less than the earlier.
 *
 * <p>A schema is the sum of its keywords, so one that is nowhere narrower accepts all that the earlier did. Where a
 * keyword cannot be judged by itself, any difference counts as {@link Reach#OTHER}. The branches of {@code oneOf} are
 * taken to exclude each other, as their authors mean them to.
 */
final class SchemaDiff {
    private static final int DEEPEST = 500;
    private static final int MOST_STEPS = 100_000;

    private final JsonNode beforeRoot;
    private final JsonNode afterRoot;
    private Set<Pair> seen = new HashSet<>();
    private List<Difference> found = new ArrayList<>();
    private boolean probing;
    private int depth;
    private int steps;

    /** The same two nodes in the same direction need only one visit; nodes of equal text are not the same. */
    private record Pair(JsonNode before, JsonNode after, boolean reversed) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Pair pair
                    && before == pair.before
                    && after == pair.after
                    && reversed == pair.reversed;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(before) * 31 + System.identityHashCode(after) + (reversed ? 1 : 0);
        }
    }

    private SchemaDiff(JsonNode before, JsonNode after) {
        beforeRoot = before;
        afterRoot = after;
    }

    static List<Difference> between(JsonNode before, JsonNode after) {
        JsonNode earlier = schema(before);
        JsonNode later = schema(after);
        if (Canonical.text(earlier).equals(Canonical.text(later))) {
            return List.of();
        }
        SchemaDiff diff = new SchemaDiff(earlier, later);
        diff.walk(new At(earlier, later, "", false));
        return diff.found;
    }

    private static JsonNode schema(JsonNode given) {
        if (given.isMissingNode()) {
            return BooleanNode.TRUE;
        }
        return given.isNull() ? JsonNodeFactory.instance.objectNode().put("type", "null") : given;
    }

    /**
     * Two schemas to compare, and where they are.
     *
     * @param reversed within a {@code not}, where less is more
     */
    record At(JsonNode before, JsonNode after, String path, boolean reversed) {
        At to(JsonNode before, JsonNode after, String step) {
            return new At(before, after, path + "/" + step.replace("~", "~0").replace("/", "~1"), reversed);
        }

        At opposite(JsonNode before, JsonNode after, String step) {
            At there = to(before, after, step);
            return new At(before, after, there.path, !reversed);
        }

        JsonNode before(String keyword) {
            return before.path(keyword);
        }

        JsonNode after(String keyword) {
            return after.path(keyword);
        }
    }

    void note(At at, Reach reach, String what) {
        found.add(new Difference(at.path, at.reversed ? reach.reversed() : reach, what));
    }

    /** Compares two schemas that stand at the same place; a missing one accepts all. */
    void walk(At given) {
        At at = new At(orTrue(given.before), orTrue(given.after), given.path, given.reversed);
        if (!seen.add(new Pair(at.before, at.after, at.reversed))) {
            return;
        }
        if (depth >= DEEPEST || steps >= MOST_STEPS) {
            note(at, Reach.OTHER, "is nested too deep, or refers to itself too much, to compare");
            return;
        }
        steps++;
        depth++;
        try {
            compare(at);
        } finally {
            depth--;
        }
    }

    private static JsonNode orTrue(JsonNode schema) {
        return schema.isMissingNode() ? BooleanNode.TRUE : schema;
    }

    private void compare(At at) {
        boolean wasNothing = isFalse(at.before);
        boolean isNothing = isFalse(at.after);
        if (wasNothing || isNothing) {
            if (wasNothing != isNothing) {
                note(
                        at,
                        wasNothing ? Reach.WIDER : Reach.NARROWER,
                        wasNothing ? "is now accepted" : "is no longer accepted");
            }
        } else if (readable(at.before) && readable(at.after)) {
            references(at);
        } else if (!same(at.before, at.after)) {
            note(at, Reach.OTHER, "is no schema that can be read");
        }
    }

    private static boolean isFalse(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue();
    }

    private static boolean readable(JsonNode schema) {
        return schema.isObject() || schema.isBoolean();
    }

    static boolean same(JsonNode before, JsonNode after) {
        return Canonical.text(before).equals(Canonical.text(after));
    }

    /** Follows references within the document; those that lead out of it are compared by name. */
    private void references(At at) {
        JsonNode was = at.before("$ref");
        JsonNode is = at.after("$ref");
        if (!at.before("$dynamicRef").isMissingNode()
                || !at.after("$dynamicRef").isMissingNode()) {
            note(at, Reach.OTHER, "has a $dynamicRef, which is not compared");
            return;
        }
        Optional<JsonNode> wasThere = target(was, beforeRoot);
        Optional<JsonNode> isThere = target(is, afterRoot);
        if (was.isMissingNode() && is.isMissingNode()) {
            keywords(at);
        } else if (wasThere.isPresent() && isThere.isPresent()) {
            walk(new At(wasThere.get(), isThere.get(), at.path, at.reversed));
            keywords(at);
        } else if (is.isMissingNode() && wasThere.isPresent() && at.before.size() == 1) {
            walk(new At(wasThere.get(), at.after, at.path, at.reversed));
        } else if (was.isMissingNode() && isThere.isPresent() && at.after.size() == 1) {
            walk(new At(at.before, isThere.get(), at.path, at.reversed));
        } else {
            if (!same(was, is) || inside(is)) {
                note(at, Reach.OTHER, "$ref is " + words(is) + " instead of " + words(was));
            }
            keywords(at);
        }
    }

    private static String words(JsonNode reference) {
        return reference.isMissingNode() ? "none" : reference.toString();
    }

    /** Where a reference within the document leads. */
    private static Optional<JsonNode> target(JsonNode reference, JsonNode root) {
        String text = reference.isString() ? reference.stringValue() : "";
        if (text.equals("#")) {
            return Optional.of(root);
        }
        if (!text.startsWith("#/")) {
            return Optional.empty();
        }
        JsonNode there = root.at(text.substring(1));
        return there.isMissingNode() ? Optional.empty() : Optional.of(there);
    }

    private static boolean inside(JsonNode reference) {
        return reference.isString() && reference.stringValue().startsWith("#");
    }

    private void keywords(At at) {
        new ValueKeywords(this).compare(at);
        new ArrayKeywords(this).compare(at);
        new ObjectKeywords(this).compare(at);
        new Combinations(this).compare(at);
    }

    /** Whether two schemas differ in any way that can be noticed. */
    boolean differs(At at) {
        if (probing) {
            // what is found counts for the question that is being asked
            walk(at);
            return false;
        }
        List<Difference> told = found;
        Set<Pair> visited = seen;
        found = new ArrayList<>();
        seen = new HashSet<>();
        probing = true;
        walk(at);
        boolean differs = !found.isEmpty();
        found = told;
        seen = visited;
        probing = false;
        return differs;
    }
}
