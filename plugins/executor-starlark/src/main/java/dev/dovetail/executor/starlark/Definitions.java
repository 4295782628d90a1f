package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.syntax.Walk;
import dev.dovetail.executor.starlark.value.Callable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which names of a file are certainly its functions. A name that some function also has as a variable of its own is not
 * certain.
 */
final class Definitions {
    private final Map<String, Tree.Function> top = new HashMap<>();
    private final Set<String> globals = new HashSet<>();
    private final Set<String> inner = new HashSet<>();
    private final Set<String> variables = new HashSet<>();

    private Definitions() {}

    static Definitions of(Tree.Module module) {
        Definitions found = new Definitions();
        for (Tree.Stmt statement : module.body()) {
            switch (statement) {
                case Tree.Def(int _, Tree.Function function) -> {
                    found.top.put(function.name(), function);
                    found.inside(function);
                }
                case Tree.Assign(int _, Tree.Expr target, Tree.Expr _) -> bind(target, found.globals);
                default -> {}
            }
        }
        Walk.over(module.body(), expression -> {
            switch (expression) {
                case Tree.Lambda(int _, Tree.Function function) -> found.parameters(function);
                case Tree.Comprehension comprehension -> found.clauses(comprehension.clauses());
                default -> {}
            }
        });
        return found;
    }

    private void parameters(Tree.Function function) {
        function.parameters().forEach(parameter -> variables.add(parameter.name()));
    }

    private void clauses(List<Tree.Clause> clauses) {
        for (Tree.Clause clause : clauses) {
            if (clause instanceof Tree.Clause.ForIn(int _, Tree.Expr target, Tree.Expr _)) {
                bind(target, variables);
            }
        }
    }

    private void inside(Tree.Function function) {
        parameters(function);
        block(function.body());
    }

    private void block(List<Tree.Stmt> statements) {
        for (Tree.Stmt statement : statements) {
            switch (statement) {
                case Tree.Def(int _, Tree.Function function) -> {
                    inner.add(function.name());
                    inside(function);
                }
                case Tree.Assign(int _, Tree.Expr target, Tree.Expr _) -> bind(target, variables);
                case Tree.For(int _, Tree.Expr target, Tree.Expr _, List<Tree.Stmt> body) -> {
                    bind(target, variables);
                    block(body);
                }
                case Tree.If(int _, List<Tree.Expr> _, List<List<Tree.Stmt>> blocks) -> blocks.forEach(this::block);
                default -> {}
            }
        }
    }

    private static void bind(Tree.Expr target, Set<String> names) {
        switch (target) {
            case Tree.Name(int _, String name) -> names.add(name);
            case Tree.Sequence(int _, boolean _, List<Tree.Expr> items) -> items.forEach(item -> bind(item, names));
            default -> {}
        }
    }

    /** The function that this is certainly: one of the file's, or one written here. */
    Optional<Tree.Function> find(Tree.Expr expression) {
        return switch (expression) {
            case Tree.Lambda(int _, Tree.Function function) -> Optional.of(function);
            case Tree.Name(int _, String name)
            when !variables.contains(name) && !inner.contains(name) -> Optional.ofNullable(top.get(name));
            default -> Optional.empty();
        };
    }

    /** Whether this is certainly a function that is not defined at the file's top: an inner or a built-in one. */
    boolean isElsewhere(Tree.Expr expression) {
        return expression instanceof Tree.Name(int _, String name)
                && !variables.contains(name)
                && !top.containsKey(name)
                && !globals.contains(name)
                && (inner.contains(name) || Names.ALL.get(name) instanceof Callable);
    }
}
