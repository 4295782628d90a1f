package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables of one function, or of the file's own code, while it is compiled. */
final class Scope {
    /** Where a variable is declared: capturing is found in a first pass and used in a second. */
    record Declared(int at, String name) {}

    record Local(int slot, boolean shared, Declared declared) {}

    private final Optional<Scope> outer;
    private final Set<Declared> captured;
    private final Deque<Map<String, Local>> blocks = new ArrayDeque<>();
    private final List<String> free = new ArrayList<>();
    private final List<Integer> captures = new ArrayList<>();
    private final List<Integer> cells = new ArrayList<>();
    private final List<String> slots = new ArrayList<>();

    Scope(Optional<Scope> outer, Set<Declared> captured, int at, List<String> names) {
        this.outer = outer;
        this.captured = captured;
        open(at, names);
    }

    /** Begins a block that has these variables. */
    void open(int at, Iterable<String> names) {
        Map<String, Local> block = new HashMap<>();
        for (String name : names) {
            Declared declared = new Declared(at, name);
            boolean shared = captured.contains(declared);
            if (shared) {
                cells.add(slots.size());
            }
            block.put(name, new Local(slots.size(), shared, declared));
            slots.add(name);
        }
        blocks.push(block);
    }

    void close() {
        blocks.pop();
    }

    int hidden() {
        slots.add("");
        return slots.size() - 1;
    }

    Optional<Local> local(String name) {
        return blocks.stream()
                .filter(block -> block.containsKey(name))
                .map(block -> block.get(name))
                .findFirst();
    }

    /** The index among the free variables, if an enclosing function has this variable. */
    Optional<Integer> free(String name) {
        int known = free.indexOf(name);
        if (known >= 0) {
            return Optional.of(known);
        }
        if (outer.isEmpty()) {
            return Optional.empty();
        }
        Optional<Local> local = outer.get().local(name);
        if (local.isPresent()) {
            captured.add(local.get().declared());
            return Optional.of(capture(name, local.get().slot()));
        }
        return outer.get().free(name).map(index -> capture(name, ~index));
    }

    private int capture(String name, int from) {
        free.add(name);
        captures.add(from);
        return free.size() - 1;
    }

    /** The name of the variable in each slot; empty for what the source does not name. */
    String[] slots() {
        return slots.toArray(String[]::new);
    }

    int[] cells() {
        return cells.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] captures() {
        return captures.stream().mapToInt(Integer::intValue).toArray();
    }

    /** What can be seen here and further out. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        blocks.forEach(block -> names.addAll(block.keySet()));
        outer.ifPresent(scope -> names.addAll(scope.names()));
        return names;
    }

    /** The names that statements assign, without those of inner functions, in order. */
    static Set<String> assigned(List<Tree.Stmt> statements) {
        Set<String> names = new LinkedHashSet<>();
        statements.forEach(statement -> assigned(statement, names));
        return names;
    }

    private static void assigned(Tree.Stmt statement, Set<String> names) {
        switch (statement) {
            case Tree.Assign assign -> targets(assign.target(), names);
            case Tree.Augment augment -> targets(augment.target(), names);
            case Tree.Def def -> names.add(def.function().name());
            case Tree.If branch -> branch.blocks().forEach(block -> block.forEach(each -> assigned(each, names)));
            case Tree.For loop -> {
                targets(loop.target(), names);
                loop.body().forEach(each -> assigned(each, names));
            }
            case Tree.Do _, Tree.Return _, Tree.Jump _, Tree.Load _ -> {}
        }
    }

    /** The names in what stands on the left of an assignment. */
    static void targets(Tree.Expr target, Set<String> names) {
        if (target instanceof Tree.Name name) {
            names.add(name.text());
        } else if (target instanceof Tree.Sequence sequence) {
            sequence.items().forEach(item -> targets(item, names));
        }
    }
}
