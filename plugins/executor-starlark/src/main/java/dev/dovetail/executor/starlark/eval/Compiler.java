package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.syntax.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compiles statements, finds what every name means, and collects what is wrong. */
final class Compiler {
    final Source source;
    final Map<String, Object> universe;
    final List<Flaw> flaws;
    private final Backend backend;
    final Map<String, Integer> globals = new LinkedHashMap<>();
    final Set<Scope.Declared> captured;
    private final Expressions expressions = new Expressions(this);
    private final Set<String> defined = new HashSet<>();
    private int loops;

    /** The function whose code is compiled; the file's own code stands for itself. */
    Scope scope;

    private boolean inFunction;
    private String functionName = "";

    Compiler(
            Source source,
            Map<String, Object> universe,
            List<Flaw> flaws,
            Set<Scope.Declared> captured,
            Backend backend) {
        this.source = source;
        this.universe = universe;
        this.flaws = flaws;
        this.captured = captured;
        this.backend = backend;
        this.scope = new Scope(Optional.empty(), captured, -1, List.of());
    }

    Code module(Tree.Module module) {
        for (String name : Scope.assigned(module.body())) {
            globals.put(name, globals.size());
        }
        Stmt body = block(module.body());
        return new Code(
                "<toplevel>",
                source,
                0,
                new String[0],
                0,
                -1,
                -1,
                scope.slots(),
                scope.cells(),
                body,
                module.height() + 6,
                new Warmth(backend));
    }

    /** Whether a call of this name is a call of the function that is compiled, by itself. */
    boolean calls(String name) {
        return name.equals(functionName) && scope.local(name).isEmpty();
    }

    void flaw(String code, String message, int at, String remedy) {
        flaws.add(Flaw.of(code, message, at, remedy));
    }

    private void wrong(String message, int at, String remedy) {
        flaw("SYNTAX_ERROR", message, at, remedy);
    }

    private Stmt block(List<Tree.Stmt> statements) {
        return new Statements.Block(
                statements.stream().map(this::statement).toArray(Stmt[]::new),
                statements.stream().mapToInt(Tree.Stmt::at).toArray());
    }

    private Stmt statement(Tree.Stmt statement) {
        return switch (statement) {
            case Tree.Do(int _, Tree.Expr expression) -> new Statements.Do(expressions.compile(expression));
            case Tree.Assign(int at, Tree.Expr left, Tree.Expr value) -> assign(at, left, expressions.compile(value));
            case Tree.Augment augment -> augment(augment);
            case Tree.Def(int at, Tree.Function function) -> {
                Expr made = function(function);
                yield assign(at, new Tree.Name(at, function.name()), made);
            }
            case Tree.If branch -> {
                if (!inFunction) {
                    wrong(
                            "\"if\" outside of a function",
                            branch.at(),
                            "put it into a function, or write x if condition else y");
                }
                yield branch(branch);
            }
            case Tree.For loop -> {
                if (!inFunction) {
                    wrong(
                            "\"for\" outside of a function",
                            loop.at(),
                            "put it into a function, or write a comprehension");
                }
                yield loop(loop);
            }
            case Tree.Return(int at, Optional<Tree.Expr> value) -> {
                if (!inFunction) {
                    wrong("\"return\" outside of a function", at, "only functions return");
                }
                yield new Statements.Return(value.map(expressions::compile).orElse(Builds.NONE));
            }
            case Tree.Jump(int at, String word) -> jump(at, word);
            case Tree.Load(int at) -> {
                flaw(
                        "LOAD_NOT_ALLOWED",
                        "load() is not allowed: a function is one file",
                        at,
                        "put the code into this file, or call another function with r_invoke_v1");
                yield new Statements.Do(Builds.NONE);
            }
        };
    }

    private Stmt jump(int at, String word) {
        if (word.equals("pass")) {
            return new Statements.Do(Builds.NONE);
        }
        if (loops == 0) {
            wrong("\"" + word + "\" outside of a loop", at, "remove it");
        }
        return new Statements.Jump(word.equals("break") ? Stmt.BREAK : Stmt.CONTINUE);
    }

    private Stmt assign(int at, Tree.Expr left, Expr value) {
        Target target = target(left, at);
        return target instanceof Target.Local(int slot)
                ? new Statements.AssignLocal(slot, value)
                : new Statements.Assign(target, value);
    }

    private Stmt branch(Tree.If branch) {
        Expr[] conditions =
                branch.conditions().stream().map(expressions::compile).toArray(Expr[]::new);
        List<Stmt> blocks =
                new ArrayList<>(branch.blocks().stream().map(this::block).toList());
        if (conditions.length == 1 && blocks.size() == 1) {
            return new Statements.When(conditions[0], blocks.getFirst());
        }
        if (blocks.size() == conditions.length) {
            blocks.add(new Statements.Block(new Stmt[0], new int[0]));
        }
        return new Statements.If(conditions, blocks.toArray(Stmt[]::new));
    }

    private Stmt loop(Tree.For loop) {
        Expr items = expressions.compile(loop.items());
        Target target = target(loop.target(), loop.at());
        loops++;
        Stmt body = block(loop.body());
        loops--;
        return Statements.For.of(target, items, loop.items().at(), body);
    }

    private Stmt augment(Tree.Augment augment) {
        Operation operation = Operation.of(augment.op());
        if (augment.target() instanceof Tree.Index(int at, Tree.Expr object, Tree.Expr key)) {
            return new Augmenting.Element(
                    expressions.compile(object),
                    expressions.compile(key),
                    augment.op(),
                    expressions.compile(augment.value()),
                    at,
                    operation);
        }
        if (!(augment.target() instanceof Tree.Name name)) {
            wrong("Cannot augment this", augment.target().at(), "the left of " + augment.op() + "= is a name or x[i]");
            return new Statements.Do(Builds.NONE);
        }
        Expr read = expressions.compile(name);
        Expr value = expressions.compile(augment.value());
        return new Augmenting.Variable(
                read,
                target(name, augment.at()),
                augment.op(),
                augment.op().equals("+"),
                value,
                augment.at(),
                operation);
    }

    /** What is assigned to. */
    Target target(Tree.Expr left, int at) {
        switch (left) {
            case Tree.Name(int place, String name) -> {
                Optional<Scope.Local> local = scope.local(name);
                if (local.isPresent()) {
                    return local.get().shared()
                            ? new Target.Shared(local.get().slot())
                            : new Target.Local(local.get().slot());
                }
                if (!defined.add(name)) {
                    flaw(
                            "GLOBAL_REASSIGNED",
                            "The global \"" + name + "\" is assigned a second time",
                            place,
                            "give it another name");
                }
                return new Target.Global(globals.getOrDefault(name, 0));
            }
            case Tree.Sequence(int _, boolean _, List<Tree.Expr> items) -> {
                return new Target.Several(
                        items.stream().map(item -> target(item, at)).toArray(Target[]::new), at);
            }
            case Tree.Index(int place, Tree.Expr object, Tree.Expr key) -> {
                return new Target.Element(expressions.compile(object), expressions.compile(key), place);
            }
            case Tree.Dot(int place, Tree.Expr _, String name) ->
                wrong("Cannot assign to the attribute \"" + name + "\"", place, "build a new struct, or use a dict");
            default -> wrong("Cannot assign to this", left.at(), "the left of = is a name, x[i], or several of them");
        }
        return new Target.Several(new Target[0], at);
    }

    /** An expression that makes the function. */
    Expr function(Tree.Function function) {
        List<Tree.Parameter> plain = function.parameters().stream()
                .filter(p -> p.star() == Tree.Star.NONE)
                .toList();
        Expr[] standards = plain.stream()
                .map(p -> p.standard().map(expressions::compile).orElse(Expressions.ABSENT))
                .toArray(Expr[]::new);
        ParameterList list = ParameterList.of(function, this);
        Set<String> names = new LinkedHashSet<>(list.named());
        list.rest().ifPresent(names::add);
        list.keywords().ifPresent(names::add);
        names.addAll(Scope.assigned(function.body()));

        Scope outer = scope;
        boolean outerInFunction = inFunction;
        int outerLoops = loops;
        String outerName = functionName;
        functionName = function.name();
        scope = new Scope(Optional.of(outer), captured, function.at(), List.copyOf(names));
        inFunction = true;
        loops = 0;
        Stmt body = block(function.body());
        Scope own = scope;
        int rest = list.rest().map(name -> own.local(name).orElseThrow().slot()).orElse(-1);
        int keywords = list.keywords()
                .map(name -> own.local(name).orElseThrow().slot())
                .orElse(-1);
        scope = outer;
        inFunction = outerInFunction;
        loops = outerLoops;
        functionName = outerName;
        Code code = new Code(
                function.name(),
                source,
                function.at(),
                list.named().toArray(String[]::new),
                list.positional(),
                rest,
                keywords,
                own.slots(),
                own.cells(),
                body,
                function.height() + 6,
                new Warmth(backend));
        return new Builds.Closure(code, standards, own.captures());
    }
}
