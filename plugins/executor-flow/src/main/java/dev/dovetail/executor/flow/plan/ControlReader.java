package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.text.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads loops, choices and branches. */
final class ControlReader {
    private static final int MOST_BRANCHES = 100;
    private static final Set<String> TAKEN =
            Set.of("context", "input", "output", "secrets", "task", "workflow", "runtime", "ENV");

    private ControlReader() {}

    /** A variable's name that a document gives. */
    static String variable(Part part, String standard) {
        if (!part.there()) {
            return standard;
        }
        String name = part.text("the name of a variable, such as " + standard);
        if (part.json().isTextual() && (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}") || TAKEN.contains(name))) {
            part.unlike("the name of a variable: letters, digits and underscores, and none of "
                    + String.join(", ", new TreeSet<>(TAKEN)));
        }
        return name;
    }

    static Work loop(Part part, Kit kit) {
        Part own = part.at("for").only("an object with each, in and at", Set.of("each", "in", "at"));
        String each = variable(own.at("each"), "item");
        String at = variable(own.at("at"), "index");
        Optional<Jq> in = kit.expression(own.need("in", Kit.EXPRESSION));
        Kit inside = kit.with(each, at);
        Optional<Jq> during = part.find("while").flatMap(inside::expression);
        List<Task> tasks = TaskReader.list(part.need("do", "the tasks of each round"), inside);
        return in.<Work>map(items -> new Work.Loop(each, at, items, during, tasks))
                .orElse(new Work.Sequence(tasks));
    }

    static Work choice(Part own, Kit kit, Set<String> siblings) {
        List<Work.Case> cases = new ArrayList<>();
        boolean standard = false;
        for (Part entry : own.each("a list of cases, such as [{large: {when: .total > 10, then: review}}]")) {
            Optional<Part> body = TaskReader.named(entry);
            if (body.isPresent()) {
                body.get().only("a case with when and then", Set.of("when", "then"));
                Optional<Part> when = body.get().find("when");
                if (when.isEmpty() && standard) {
                    body.get().wrong("has no when, and neither has a case before it; expected one such case at most");
                }
                standard |= when.isEmpty();
                String then = TaskReader.then(
                        body.get().need("then", "continue, exit, end, or the name of a task"), siblings);
                Optional<Jq> condition = when.flatMap(kit::expression);
                if (when.isEmpty() || condition.isPresent()) {
                    cases.add(new Work.Case(condition, then));
                }
            }
        }
        if (own.json().isArray() && own.json().isEmpty()) {
            own.wrong("is empty; expected at least one case");
        }
        return new Work.Choice(cases);
    }

    static Work split(Part own, Kit kit) {
        own.only("an object with branches and compete", Set.of("branches", "compete"));
        Part branches = own.need("branches", "a list of named tasks");
        if (branches.json().size() > MOST_BRANCHES) {
            branches.wrong("has " + branches.json().size() + " branches; at most " + MOST_BRANCHES + " are allowed");
            return new Work.Split(List.of(), false);
        }
        List<Task> tasks = TaskReader.list(branches, kit);
        for (Task branch : tasks) {
            if (!branch.then().equals("continue")) {
                branches.wrong("has the branch \"" + branch.name() + "\" with then: " + branch.then()
                        + "; expected no then, as branches do not follow each other");
            }
        }
        return new Work.Split(tasks, own.at("compete").flag(false));
    }
}
