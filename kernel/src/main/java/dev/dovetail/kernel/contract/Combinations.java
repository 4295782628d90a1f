package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.Difference.Reach;
import dev.dovetail.kernel.contract.SchemaDiff.At;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Schemas made of schemas. */
final class Combinations {
    private final SchemaDiff diff;

    Combinations(SchemaDiff diff) {
        this.diff = diff;
    }

    void compare(At at) {
        all(at);
        any(at, "anyOf");
        any(at, "oneOf");
        not(at);
        conditions(at);
    }

    private void all(At at) {
        Branches branches = Branches.of(at.before("allOf"), at.after("allOf"));
        branches.walk(diff, at, "allOf");
        branches.come.forEach(each -> diff.note(at, Reach.NARROWER, "allOf has one schema more"));
        branches.gone.forEach(each -> diff.note(at, Reach.WIDER, "allOf has one schema fewer"));
    }

    private void any(At at, String keyword) {
        JsonNode was = at.before(keyword);
        JsonNode is = at.after(keyword);
        if (was.isMissingNode() != is.isMissingNode()) {
            boolean now = was.isMissingNode();
            diff.note(at, now ? Reach.NARROWER : Reach.WIDER, keyword + (now ? " is now asked for" : " is lifted"));
            return;
        }
        Branches branches = Branches.of(was, is);
        branches.walk(diff, at, keyword);
        branches.come.forEach(each -> diff.note(at, Reach.WIDER, keyword + " has one schema more"));
        branches.gone.forEach(each -> diff.note(at, Reach.NARROWER, keyword + " has one schema fewer"));
    }

    /** Branches that are to be compared in pairs, and those that are left over on one side. */
    private record Branches(List<JsonNode> was, List<JsonNode> is, List<JsonNode> gone, List<JsonNode> come) {
        static Branches of(JsonNode before, JsonNode after) {
            List<JsonNode> left = new ArrayList<>();
            before.forEach(left::add);
            List<JsonNode> right = new ArrayList<>();
            after.forEach(right::add);
            List<JsonNode> was = new ArrayList<>();
            List<JsonNode> is = new ArrayList<>();
            // those of equal text first, in whatever order they stand: what they refer to may still differ
            Set<Integer> paired = new HashSet<>();
            for (JsonNode each : List.copyOf(left)) {
                for (int i = 0; i < right.size(); i++) {
                    if (SchemaDiff.same(each, right.get(i)) && paired.add(i)) {
                        was.add(each);
                        is.add(right.get(i));
                        break;
                    }
                }
            }
            left.removeIf(each -> was.stream().anyMatch(w -> w == each));
            right.removeIf(each -> is.stream().anyMatch(w -> w == each));
            int pairs = Math.min(left.size(), right.size());
            was.addAll(left.subList(0, pairs));
            is.addAll(right.subList(0, pairs));
            return new Branches(was, is, left.subList(pairs, left.size()), right.subList(pairs, right.size()));
        }

        void walk(SchemaDiff diff, At at, String keyword) {
            for (int i = 0; i < was.size(); i++) {
                diff.walk(at.to(was.get(i), is.get(i), keyword).to(was.get(i), is.get(i), Integer.toString(i)));
            }
        }
    }

    private void not(At at) {
        JsonNode was = at.before("not");
        JsonNode is = at.after("not");
        if (was.isMissingNode() != is.isMissingNode()) {
            boolean now = was.isMissingNode();
            diff.note(at, now ? Reach.NARROWER : Reach.WIDER, now ? "not is now asked for" : "not is lifted");
        } else if (!was.isMissingNode()) {
            diff.walk(at.opposite(was, is, "not"));
        }
    }

    private void conditions(At at) {
        JsonNode was = at.before("if");
        JsonNode is = at.after("if");
        if (was.isMissingNode() && is.isMissingNode()) {
            return;
        }
        if (was.isMissingNode() || is.isMissingNode() || diff.differs(at.to(was, is, "if"))) {
            diff.note(at, Reach.OTHER, "the condition has changed");
            return;
        }
        for (String branch : List.of("then", "else")) {
            diff.walk(at.to(at.before(branch), at.after(branch), branch));
        }
    }
}
