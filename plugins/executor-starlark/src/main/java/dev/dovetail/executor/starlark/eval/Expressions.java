package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Octets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles expressions. */
final class Expressions {
    static final Expr ABSENT = new Variables.Constant(Builtin.ABSENT);

    private final Compiler compiler;

    Expressions(Compiler compiler) {
        this.compiler = compiler;
    }

    Expr compile(Tree.Expr tree) {
        return switch (tree) {
            case Tree.Name(int at, String name) -> name(at, name);
            case Tree.Literal(int _, Object value) ->
                new Variables.Constant(value instanceof byte[] octets ? new Octets(octets) : value);
            case Tree.Sequence(int _, boolean list, List<Tree.Expr> items) ->
                list ? new Builds.ListOf(all(items)) : new Builds.TupleOf(all(items));
            case Tree.DictOf(int at, List<Tree.Expr> keys, List<Tree.Expr> values) ->
                new Builds.DictOf(all(keys), all(values), at);
            case Tree.Comprehension comprehension -> comprehension(comprehension);
            case Tree.Unary(int at, String op, Tree.Expr operand) -> unary(at, op, compile(operand));
            case Tree.Binary(int at, String op, Tree.Expr left, Tree.Expr right) ->
                binary(at, op, compile(left), compile(right));
            case Tree.Conditional(int _, Tree.Expr condition, Tree.Expr then, Tree.Expr otherwise) ->
                new Logic.Conditional(compile(condition), compile(then), compile(otherwise));
            case Tree.Call call -> call(call);
            case Tree.Dot(int at, Tree.Expr object, String name) -> new Calls.Dot(compile(object), name, at);
            case Tree.Index(int at, Tree.Expr object, Tree.Expr key) ->
                new Builds.Index(compile(object), compile(key), at);
            case Tree.Slice slice ->
                new Builds.Slice(
                        compile(slice.object()),
                        optional(slice.from()),
                        optional(slice.to()),
                        optional(slice.step()),
                        slice.at());
            case Tree.Lambda(int _, Tree.Function function) -> compiler.function(function);
        };
    }

    private Expr[] all(List<Tree.Expr> trees) {
        return trees.stream().map(this::compile).toArray(Expr[]::new);
    }

    private Expr optional(Optional<Tree.Expr> tree) {
        return tree.map(this::compile).orElse(Builds.NONE);
    }

    private Expr name(int at, String name) {
        Optional<Scope.Local> local = compiler.scope.local(name);
        if (local.isPresent()) {
            int slot = local.get().slot();
            return local.get().shared() ? new Variables.Shared(slot, at, name) : new Variables.Local(slot, at, name);
        }
        Optional<Integer> free = compiler.scope.free(name);
        if (free.isPresent()) {
            return new Variables.Free(free.get(), at, name);
        }
        Integer global = compiler.globals.get(name);
        if (global != null) {
            return new Variables.Global(global, at, name);
        }
        Object known = compiler.universe.get(name);
        if (known != null) {
            return new Variables.Constant(known);
        }
        Set<String> names = new HashSet<>(compiler.scope.names());
        names.addAll(compiler.globals.keySet());
        names.addAll(compiler.universe.keySet());
        compiler.flaws.add(Unknown.name(name, at, names));
        return Builds.NONE;
    }

    private static Expr unary(int at, String op, Expr operand) {
        return switch (op) {
            case "not" -> new Logic.Not(operand);
            case "-" -> new Builds.Negate(operand, at);
            case "+" -> new Builds.Plus(operand, at);
            default -> new Builds.Invert(operand, at);
        };
    }

    private static Expr binary(int at, String op, Expr left, Expr right) {
        if (right instanceof Variables.Constant(Object value) && value instanceof Long number) {
            switch (op) {
                case "+", "-" -> {
                    return new SmallInts.Add(left, number, op.equals("-"), at);
                }
                case "==", "!=" -> {
                    return new SmallInts.Equal(left, number, op.equals("=="));
                }
                case "%" -> {
                    return number == 0
                            ? new Arithmetic.Modulo(left, right, at)
                            : new SmallInts.Modulo(left, number, at);
                }
                default -> {}
            }
        }
        return switch (op) {
            case "and" -> new Logic.And(left, right);
            case "or" -> new Logic.Or(left, right);
            case "==", "!=" -> new Logic.Equal(left, right, op.equals("=="), at);
            case "<", "<=", ">", ">=" -> new Logic.Ordered(left, op, right, at, op.startsWith("<"), op.length() == 2);
            case "in", "not in" -> new Logic.In(left, right, op.equals("in"), at);
            case "+" -> new Arithmetic.Add(left, right, at);
            case "-" -> new Arithmetic.Subtract(left, right, at);
            case "%" -> new Arithmetic.Modulo(left, right, at);
            default -> new Arithmetic.Binary(left, op, Operation.of(op), right, at);
        };
    }

    private Expr call(Tree.Call call) {
        List<Expr> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expr> named = new ArrayList<>();
        Optional<Expr> rest = Optional.empty();
        Optional<Expr> keywords = Optional.empty();
        Set<String> seen = new HashSet<>();
        for (Tree.Argument argument : call.arguments()) {
            Expr value = compile(argument.value());
            switch (argument.star()) {
                case NONE -> {
                    if (!names.isEmpty() || rest.isPresent() || keywords.isPresent()) {
                        wrong("An argument without name after one with a name or star", argument);
                    }
                    positional.add(value);
                }
                case NAMED -> {
                    if (!seen.add(argument.name())) {
                        wrong("Two arguments are called \"" + argument.name() + "\"", argument);
                    }
                    if (rest.isPresent() || keywords.isPresent()) {
                        wrong("A named argument after * or **", argument);
                    }
                    names.add(argument.name());
                    named.add(value);
                }
                case ARGS -> {
                    if (rest.isPresent() || keywords.isPresent()) {
                        wrong("A second *, or one after **, among the arguments", argument);
                    }
                    rest = Optional.of(value);
                }
                case KWARGS -> {
                    if (keywords.isPresent()) {
                        wrong("A second ** among the arguments", argument);
                    }
                    keywords = Optional.of(value);
                }
            }
        }
        Calls.Arguments arguments = new Calls.Arguments(
                positional.toArray(Expr[]::new),
                names.toArray(String[]::new),
                named.toArray(Expr[]::new),
                rest,
                keywords);
        if (call.function() instanceof Tree.Dot(int dot, Tree.Expr object, String name)) {
            return new Calls.MethodCall(compile(object), name, arguments, arguments.plain(), dot, call.at());
        }
        Expr function = compile(call.function());
        if (function instanceof Variables.Constant(Builtin builtin) && rest.isEmpty() && keywords.isEmpty()) {
            builtin.signature()
                    .complaint(positional.size(), names)
                    .ifPresent(complaint -> compiler.flaws.add(Flaw.of("ARGUMENTS", complaint, call.at())));
        }
        if (call.function() instanceof Tree.Name(int at, String name) && compiler.calls(name)) {
            compiler.flaw(
                    "RECURSION", "\"" + name + "\" calls itself", at, "use a loop with a list of what is left to do");
        }
        return new Calls.Call(function, arguments, arguments.plain(), call.at());
    }

    private void wrong(String message, Tree.Argument argument) {
        compiler.flaw("SYNTAX_ERROR", message, argument.at(), "the order is: f(x, y=1, *args, **kwargs)");
    }

    private Expr comprehension(Tree.Comprehension comprehension) {
        int slot = compiler.scope.hidden();
        Tree.Clause.ForIn first = (Tree.Clause.ForIn) comprehension.clauses().getFirst();
        Expr items = compile(first.items());
        Set<String> names = new LinkedHashSet<>();
        for (Tree.Clause clause : comprehension.clauses()) {
            if (clause instanceof Tree.Clause.ForIn loop) {
                Scope.targets(loop.target(), names);
            }
        }
        compiler.scope.open(comprehension.at(), names);
        Stmt loops = clauses(comprehension, 0, items, slot);
        compiler.scope.close();
        return new Builds.Comprehension(slot, comprehension.value().isPresent(), loops);
    }

    private Stmt clauses(Tree.Comprehension comprehension, int index, Expr items, int slot) {
        if (index == comprehension.clauses().size()) {
            Expr body = compile(comprehension.body());
            return comprehension.value().isPresent()
                    ? new Statements.CollectEntry(
                            slot, body, compile(comprehension.value().get()), comprehension.at())
                    : new Statements.Collect(slot, body);
        }
        return switch (comprehension.clauses().get(index)) {
            case Tree.Clause.ForIn(int at, Tree.Expr target, Tree.Expr all) -> {
                Expr each = index == 0 ? items : compile(all);
                Target assigned = compiler.target(target, at);
                yield Statements.For.of(assigned, each, all.at(), clauses(comprehension, index + 1, items, slot));
            }
            case Tree.Clause.When(Tree.Expr condition) ->
                new Statements.When(compile(condition), clauses(comprehension, index + 1, items, slot));
        };
    }
}
