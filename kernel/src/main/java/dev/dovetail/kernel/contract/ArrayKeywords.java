package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.Difference.Reach;
import dev.dovetail.kernel.contract.SchemaDiff.At;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Elements of arrays. */
final class ArrayKeywords {
    private final SchemaDiff diff;

    ArrayKeywords(SchemaDiff diff) {
        this.diff = diff;
    }

    void compare(At at) {
        ValueKeywords.bound(diff, at, "minItems", Optional.of(BigDecimal.ZERO), true);
        ValueKeywords.bound(diff, at, "maxItems", Optional.empty(), false);
        unique(at);
        contains(at);
        items(at);
    }

    private void unique(At at) {
        boolean was = at.before("uniqueItems").booleanValue(false);
        boolean is = at.after("uniqueItems").booleanValue(false);
        if (was != is) {
            diff.note(at, is ? Reach.NARROWER : Reach.WIDER, is ? "items must be unique" : "items may repeat");
        }
    }

    private void contains(At at) {
        JsonNode was = at.before("contains");
        JsonNode is = at.after("contains");
        if (was.isMissingNode() && is.isMissingNode()) {
            return;
        }
        if (was.isMissingNode() || is.isMissingNode()) {
            boolean now = was.isMissingNode();
            diff.note(at, now ? Reach.NARROWER : Reach.WIDER, now ? "contains is now asked for" : "contains is lifted");
            return;
        }
        ValueKeywords.bound(diff, at, "minContains", Optional.of(BigDecimal.ONE), true);
        ValueKeywords.bound(diff, at, "maxContains", Optional.empty(), false);
        At inside = at.to(was, is, "contains");
        if (at.before("maxContains").isMissingNode() && at.after("maxContains").isMissingNode()) {
            diff.walk(inside);
        } else if (diff.differs(inside)) {
            diff.note(at, Reach.OTHER, "contains, with a limit, has changed");
        }
    }

    private void items(At at) {
        JsonNode wasFirst = at.before("prefixItems");
        JsonNode isFirst = at.after("prefixItems");
        JsonNode wasRest = rest(at.before());
        JsonNode isRest = rest(at.after());
        for (int i = 0; i < Math.max(wasFirst.size(), isFirst.size()); i++) {
            JsonNode was = i < wasFirst.size() ? wasFirst.path(i) : wasRest;
            JsonNode is = i < isFirst.size() ? isFirst.path(i) : isRest;
            diff.walk(at.to(was, is, "prefixItems").to(was, is, Integer.toString(i)));
        }
        diff.walk(at.to(wasRest, isRest, "items"));
    }

    private static JsonNode rest(JsonNode schema) {
        JsonNode items = schema.path("items");
        return items.isMissingNode() ? schema.path("unevaluatedItems") : items;
    }
}
