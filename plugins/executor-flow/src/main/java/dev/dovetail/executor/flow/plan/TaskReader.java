package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.executor.flow.text.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads tasks and lists of them. */
final class TaskReader {
    static final Set<String> DIRECTIVES = Set.of("continue", "exit", "end");
    private static final int MOST = 1_000;
    private static final Set<String> COMMON = Set.of("if", "input", "output", "export", "timeout", "then", "metadata");

    /** The key that says what a task does, and what else it has. */
    private static final Map<String, Set<String>> KINDS = kinds();

    private static Map<String, Set<String>> kinds() {
        Map<String, Set<String>> kinds = new LinkedHashMap<>();
        kinds.put("call", Set.of("with"));
        kinds.put("emit", Set.of());
        kinds.put("for", Set.of("while", "do"));
        kinds.put("fork", Set.of());
        kinds.put("listen", Set.of("foreach"));
        kinds.put("raise", Set.of());
        kinds.put("run", Set.of());
        kinds.put("set", Set.of());
        kinds.put("switch", Set.of());
        kinds.put("try", Set.of("catch"));
        kinds.put("wait", Set.of());
        // last: a loop has it too
        kinds.put("do", Set.of());
        return kinds;
    }

    private TaskReader() {}

    /** A list of tasks, each with a name of its own, which flow from one to the next. */
    static List<Task> list(Part part, Kit kit) {
        List<Part> entries = part.each("a list of tasks, such as [{greet: {set: {hello: world}}}]");
        if (entries.isEmpty() && part.json().isArray()) {
            part.wrong("is empty; expected at least one task");
        }
        if (entries.size() > MOST) {
            part.wrong("has " + entries.size() + " tasks; at most " + MOST + " are allowed");
            return List.of();
        }
        List<Task> tasks = new ArrayList<>();
        Set<String> names = names(entries);
        Set<String> seen = new HashSet<>();
        for (Part entry : entries) {
            named(entry).ifPresent(body -> {
                String name = entry.keys("").getFirst();
                if (!seen.add(name)) {
                    entry.wrong("has the name \"" + name + "\" of a task before it; expected another name");
                }
                if (DIRECTIVES.contains(name)) {
                    entry.wrong("has the name \"" + name + "\", which is a flow directive; expected another name");
                }
                tasks.add(task(body, name, kit, names));
            });
        }
        return tasks;
    }

    private static Set<String> names(List<Part> entries) {
        Set<String> names = new TreeSet<>();
        for (Part entry : entries) {
            if (entry.json().isObject()) {
                entry.json().fieldNames().forEachRemaining(names::add);
            }
        }
        return names;
    }

    /** The body of an entry with one name. */
    static Optional<Part> named(Part entry) {
        List<String> keys = entry.keys("an object with one name, such as {greet: {...}}");
        if (keys.size() == 1) {
            return Optional.of(entry.at(keys.getFirst()));
        }
        if (entry.json().isObject()) {
            entry.wrong("has " + keys.size() + " names" + (keys.isEmpty() ? "" : ": " + String.join(", ", keys))
                    + "; expected one name for one task");
        }
        return Optional.empty();
    }

    /** @param siblings the names of the tasks that it can lead to */
    static Task task(Part part, String name, Kit kit, Set<String> siblings) {
        JsonNode definition = part.json().isObject() ? part.json() : JsonNodeFactory.instance.objectNode();
        Kit inside = kit.with("context", "input", "task");
        Kit before = inside.without("input");
        Optional<String> kind = KINDS.keySet().stream().filter(definition::has).findFirst();
        Set<String> known = new HashSet<>(COMMON);
        kind.ifPresent(each -> {
            known.add(each);
            known.addAll(KINDS.get(each));
        });
        if (kind.isEmpty()) {
            part.keys("a task");
            if (part.json().isObject()) {
                part.wrong("does nothing; expected one of " + String.join(", ", new TreeSet<>(KINDS.keySet())));
            }
        } else {
            part.only("a task", known);
        }
        Task task = new Task(
                name,
                part.pointer(),
                part.place(),
                definition,
                part.find("if").flatMap(before::expression),
                transform(part.at("input"), "from", before),
                transform(part.at("output"), "as", inside),
                transform(part.at("export"), "as", inside.with("output")),
                timeout(part.at("timeout"), inside),
                then(part.at("then"), siblings),
                kind.map(each -> work(each, part, inside, siblings)).orElse(new Work.Sequence(List.of())));
        UndoReader.find(part.at("metadata"), task, kit);
        return task;
    }

    /** What {@code input.from}, {@code output.as} and their like say. */
    static Optional<Value> transform(Part part, String key, Kit kit) {
        part.only("an object with " + key, Set.of(key, "schema"));
        part.find("schema")
                .ifPresent(schema -> schema.unsupported(
                        "what a workflow takes and gives is checked against the contract of its function"));
        return part.find(key).map(kit::transformed);
    }

    static Optional<Span> timeout(Part part, Kit kit) {
        if (!part.there()) {
            return Optional.empty();
        }
        if (part.json().isTextual()) {
            return kit.declared("timeouts", part).flatMap(declared -> timeout(declared, kit));
        }
        part.only("a timeout, such as {after: PT30S}, or the name of one", Set.of("after"));
        return part.json().isObject() ? kit.span(part.need("after", Kit.DURATION)) : Optional.empty();
    }

    static String then(Part part, Set<String> siblings) {
        String to = part.there() ? part.text("continue, exit, end, or the name of a task") : "continue";
        if (part.json().isTextual() && !DIRECTIVES.contains(to) && !siblings.contains(to)) {
            part.unlike("continue, exit, end, or the name of a task of the same list: " + String.join(", ", siblings));
        }
        return to;
    }

    private static Work work(String kind, Part part, Kit kit, Set<String> siblings) {
        Part own = part.at(kind);
        return switch (kind) {
            case "do" -> new Work.Sequence(list(own, kit));
            case "set" -> new Work.Assign(kit.object(own, "an object, or one expression"));
            case "for" -> ControlReader.loop(part, kit);
            case "switch" -> ControlReader.choice(own, kit, siblings);
            case "fork" -> ControlReader.split(own, kit);
            case "try" -> ErrorReader.attempt(part, kit);
            case "raise" -> ErrorReader.raise(own, kit);
            case "wait" -> new Work.Pause(kit.span(own).orElse(new Span.Fixed(Duration.ZERO)));
            case "call" -> CallReader.call(part, kit);
            case "run" -> CallReader.run(own, kit);
            case "emit" -> EventReader.emit(own, kit);
            default -> EventReader.listen(part, kit);
        };
    }
}
