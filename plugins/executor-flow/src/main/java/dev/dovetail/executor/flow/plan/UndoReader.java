package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.executor.flow.text.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what undoes tasks: {@code compensatedBy} in their metadata. */
final class UndoReader {
    private static final String KEY = "compensatedBy";
    private static final String EXPECTED =
            "a task, such as {call: refund, with: {id: '${ .output.id }'}}, or the name of one of /use/functions";

    /** What is known anew wherever something is undone, or is of no use there. */
    private static final Set<String> THERE = Set.of("input", "output", "task", "secrets", "runtime", "ENV");

    private final Kit.Shared shared;
    private final Map<String, Task> functions;

    private UndoReader(Kit.Shared shared, Map<String, Task> functions) {
        this.shared = shared;
        this.functions = functions;
    }

    /**
     * As it was read, before all functions are known.
     *
     * @param part where it is said
     * @param undone the task that says it
     * @param used the variables that its expressions use
     */
    record Found(Part part, Task undone, Task undo, Set<String> used) {}

    /** Reads what a task's metadata say; what else they have is not ours. */
    static void find(Part metadata, Task undone, Kit kit) {
        if (!metadata.json().isObject()) {
            return;
        }
        for (String key : metadata.keys("an object")) {
            if (key.toLowerCase(Locale.ROOT).startsWith("compensat") && !key.equals(KEY)) {
                metadata.at(key).warn("undoes nothing; what undoes a task stands in " + KEY);
            }
        }
        metadata.find(KEY).ifPresent(part -> {
            Set<String> used = new TreeSet<>();
            task(part, kit.noting(used))
                    .ifPresent(undo -> kit.shared().undoings.add(new Found(part, undone, undo, used)));
        });
    }

    private static Optional<Task> task(Part part, Kit kit) {
        if (part.json().isTextual()) {
            JsonNode call = JsonNodeFactory.instance.objectNode().set("call", part.json());
            return kit.declared("functions", part)
                    .map(_ -> TaskReader.task(
                            new Part(part.document(), part.problems(), part.pointer(), call), KEY, kit, Set.of()));
        }
        if (!part.json().isObject()) {
            part.unlike(EXPECTED);
            return Optional.empty();
        }
        return Optional.of(TaskReader.task(part, KEY, kit, Set.of()));
    }

    /** All that was read, by the reference of the task that it undoes; and what is wrong with it. */
    static Map<String, Undo> all(Kit.Shared shared, Map<String, Task> functions) {
        UndoReader reader = new UndoReader(shared, functions);
        Map<String, Undo> all = new HashMap<>();
        for (Found each : shared.undoings) {
            reader.check(each);
            all.put(each.undone().reference(), new Undo(each.undo(), reader.seen(each)));
        }
        return all;
    }

    private void check(Found it) {
        if (reached(it.undone()).values().stream().noneMatch(this::acts)) {
            it.part()
                    .wrong(
                            "is for a task that has nothing to undo; expected it where something is called, run, emitted "
                                    + "or listened for");
        }
        for (Task each : reached(it.undo()).values()) {
            if (shared.undoings.stream()
                    .anyMatch(other -> other.undone().reference().equals(each.reference()))) {
                it.part()
                        .wrong("leads to " + each.reference()
                                + ", which says itself what undoes it; what undoes is not " + "undone");
            }
            if (each.work() instanceof Work.Listen
                    || each.work() instanceof Work.Ask(String name, var _)
                            && Set.of("dovetail.approval", "dovetail.checkpoint")
                                    .contains(name)) {
                it.part()
                        .wrong("leads to " + each.reference()
                                + ", which needs a journal; what undoes has none: it calls "
                                + "and emits, and waits for nobody");
            }
        }
    }

    /** The task, all within it, and all within the functions that they call; each by its reference. */
    private Map<String, Task> reached(Task task) {
        Map<String, Task> reached = new LinkedHashMap<>();
        List<Task> next = new ArrayList<>(List.of(task));
        while (!next.isEmpty()) {
            for (Task each : Inside.of(next.removeLast())) {
                boolean first = reached.put(each.reference(), each) == null;
                function(each).filter(_ -> first).map(functions::get).ifPresent(next::add);
            }
        }
        return reached;
    }

    private Optional<String> function(Task task) {
        return task.work() instanceof Work.Reuse(String name, var _) && functions.containsKey(name)
                ? Optional.of(name)
                : Optional.empty();
    }

    /** Whether something is different in the world once it is done. */
    private boolean acts(Task task) {
        JsonNode definition = task.definition();
        String call = definition.path("call").asText("dovetail.");
        return definition.has("run")
                || definition.has("emit")
                || definition.has("listen")
                || call.equals("dovetail.signal")
                || !call.startsWith("dovetail.") && !functions.containsKey(call);
    }

    private List<String> seen(Found it) {
        Set<String> seen = new TreeSet<>(it.used());
        reached(it.undo())
                .values()
                .forEach(each -> function(each).ifPresent(name -> seen.addAll(shared.used.get(name))));
        seen.removeAll(THERE);
        return List.copyOf(seen);
    }
}
