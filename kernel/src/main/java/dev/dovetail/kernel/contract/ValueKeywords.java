package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.Difference.Reach;
import dev.dovetail.kernel.contract.SchemaDiff.At;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Types, listed values, bounds and patterns. */
final class ValueKeywords {
    private static final String FRACTION = "number with a fraction";
    private static final List<String> ALL =
            List.of("array", "boolean", "integer", "null", FRACTION, "object", "string");
    private static final int LARGEST_SCALE = 1_000;

    private final SchemaDiff diff;

    ValueKeywords(SchemaDiff diff) {
        this.diff = diff;
    }

    void compare(At at) {
        types(at);
        values(at);
        for (String keyword : List.of("minimum", "exclusiveMinimum")) {
            bound(diff, at, keyword, Optional.empty(), true);
        }
        for (String keyword : List.of("maximum", "exclusiveMaximum", "maxLength")) {
            bound(diff, at, keyword, Optional.empty(), false);
        }
        bound(diff, at, "minLength", Optional.of(BigDecimal.ZERO), true);
        multipleOf(at);
        for (String keyword : List.of("pattern", "format")) {
            present(diff, at, keyword);
        }
    }

    private void types(At at) {
        Set<String> was = typesOf(at.before());
        Set<String> is = typesOf(at.after());
        if (was.equals(is)) {
            return;
        }
        String what = "accepts " + words(is) + " instead of " + words(was);
        if (is.containsAll(was)) {
            diff.note(at, Reach.WIDER, what);
        } else {
            diff.note(at, was.containsAll(is) ? Reach.NARROWER : Reach.OTHER, what);
        }
    }

    /** The types that a schema's own keywords leave, as seven kinds of value that exclude each other. */
    private static Set<String> typesOf(JsonNode schema) {
        Set<String> types = new TreeSet<>(ALL);
        JsonNode declared = schema.path("type");
        if (declared.isString()) {
            types.retainAll(kinds(declared).toList());
        } else if (declared.isArray()) {
            Set<String> named = new TreeSet<>();
            declared.forEach(each -> kinds(each).forEach(named::add));
            types.retainAll(named);
        }
        listed(schema).ifPresent(values -> {
            Set<String> theirs = new TreeSet<>();
            values.forEach(value -> theirs.add(kindOf(value)));
            types.retainAll(theirs);
        });
        return types;
    }

    private static Stream<String> kinds(JsonNode type) {
        String word = type.isString() ? type.stringValue() : "";
        return word.equals("number") ? Stream.of("integer", FRACTION) : Stream.of(word);
    }

    private static String kindOf(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().scale() <= 0 ? "integer" : FRACTION;
        }
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case OBJECT -> "object";
            case STRING -> "string";
            default -> "null";
        };
    }

    private static String words(Set<String> types) {
        if (types.size() == ALL.size()) {
            return "any value";
        }
        Set<String> words = new TreeSet<>(types);
        if (words.remove(FRACTION)) {
            words.remove("integer");
            words.add("number");
        }
        return words.isEmpty() ? "nothing" : String.join(" or ", words);
    }

    private static Optional<List<JsonNode>> listed(JsonNode schema) {
        JsonNode constant = schema.path("const");
        if (!constant.isMissingNode()) {
            return Optional.of(List.of(constant));
        }
        JsonNode values = schema.path("enum");
        if (!values.isArray()) {
            return Optional.empty();
        }
        List<JsonNode> all = new ArrayList<>();
        values.forEach(all::add);
        return Optional.of(all);
    }

    private void values(At at) {
        Optional<List<JsonNode>> was = listed(at.before());
        Optional<List<JsonNode>> is = listed(at.after());
        if (was.isPresent() && is.isPresent()) {
            TreeMap<String, JsonNode> gone = byText(was.get());
            TreeMap<String, JsonNode> come = byText(is.get());
            gone.keySet().removeAll(byText(is.get()).keySet());
            come.keySet().removeAll(byText(was.get()).keySet());
            gone.keySet().forEach(value -> diff.note(at, Reach.NARROWER, "no longer accepts " + value));
            come.keySet().forEach(value -> diff.note(at, Reach.WIDER, "now accepts " + value));
        } else if (is.isPresent()) {
            diff.note(at, Reach.NARROWER, "accepts listed values only");
        } else if (was.isPresent()) {
            diff.note(at, Reach.WIDER, "accepts more than listed values");
        }
    }

    private static TreeMap<String, JsonNode> byText(List<JsonNode> values) {
        TreeMap<String, JsonNode> byText = new TreeMap<>();
        values.forEach(value -> byText.put(Canonical.text(value), value));
        return byText;
    }

    /**
     * A bound that was raised, lowered, set or lifted.
     *
     * @param unset what it is when it is not given; nothing if it is no bound then
     * @param lower whether a larger bound accepts less
     */
    static void bound(SchemaDiff diff, At at, String keyword, Optional<BigDecimal> unset, boolean lower) {
        Optional<BigDecimal> was = number(at.before(keyword)).or(() -> unset);
        Optional<BigDecimal> is = number(at.after(keyword)).or(() -> unset);
        if (was.isEmpty() && is.isEmpty()) {
            return;
        }
        if (was.isEmpty() || is.isEmpty()) {
            Reach reach = was.isEmpty() ? Reach.NARROWER : Reach.WIDER;
            diff.note(at, reach, keyword + (was.isEmpty() ? " is now " + is.get() : " is lifted"));
            return;
        }
        int step = is.get().compareTo(was.get());
        if (step != 0) {
            boolean narrower = lower == step > 0;
            diff.note(
                    at,
                    narrower ? Reach.NARROWER : Reach.WIDER,
                    keyword + " is " + is.get() + " instead of " + was.get());
        }
    }

    private static Optional<BigDecimal> number(JsonNode node) {
        return node.isNumber() ? Optional.of(node.decimalValue()) : Optional.empty();
    }

    private void multipleOf(At at) {
        Optional<BigDecimal> was = number(at.before("multipleOf"));
        Optional<BigDecimal> is = number(at.after("multipleOf"));
        if (was.isPresent() && is.isPresent()) {
            if (was.get().compareTo(is.get()) != 0) {
                Reach reach = divides(was.get(), is.get())
                        ? Reach.NARROWER
                        : divides(is.get(), was.get()) ? Reach.WIDER : Reach.OTHER;
                diff.note(at, reach, "multipleOf is " + is.get() + " instead of " + was.get());
            }
        } else {
            present(diff, at, "multipleOf");
        }
    }

    private static boolean divides(BigDecimal part, BigDecimal whole) {
        boolean handy = Math.abs(part.scale()) < LARGEST_SCALE && Math.abs(whole.scale()) < LARGEST_SCALE;
        return handy && part.signum() != 0 && whole.remainder(part).signum() == 0;
    }

    /** A demand that is there or not, and cannot be compared but for being the same. */
    static void present(SchemaDiff diff, At at, String keyword) {
        JsonNode was = at.before(keyword);
        JsonNode is = at.after(keyword);
        if (SchemaDiff.same(was, is)) {
            return;
        }
        if (was.isMissingNode()) {
            diff.note(at, Reach.NARROWER, keyword + " " + is + " is now asked for");
        } else if (is.isMissingNode()) {
            diff.note(at, Reach.WIDER, keyword + " " + was + " is no longer asked for");
        } else {
            diff.note(at, Reach.OTHER, keyword + " is " + is + " instead of " + was);
        }
    }
}
