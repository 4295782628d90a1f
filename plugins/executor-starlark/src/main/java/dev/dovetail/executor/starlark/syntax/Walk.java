package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.executor.starlark.syntax.Tree.Expr;
import dev.dovetail.executor.starlark.syntax.Tree.Stmt;
import java.util.List;
import java.util.function.Consumer;

/** Goes through all expressions of statements, those of inner functions too. */
public final class Walk {
    private final Consumer<Expr> visitor;

    private Walk(Consumer<Expr> visitor) {
        this.visitor = visitor;
    }

    /** Shows each expression to the visitor, outer ones first. */
    public static void over(List<Stmt> statements, Consumer<Expr> visitor) {
        new Walk(visitor).statements(statements);
    }

    private void statements(List<Stmt> statements) {
        statements.forEach(this::statement);
    }

    private void statement(Stmt statement) {
        switch (statement) {
            case Tree.Do(int _, Expr expression) -> expression(expression);
            case Tree.Assign(int _, Expr target, Expr value) -> {
                expression(target);
                expression(value);
            }
            case Tree.Augment(int _, Expr target, String _, Expr value) -> {
                expression(target);
                expression(value);
            }
            case Tree.If(int _, List<Expr> conditions, List<List<Stmt>> blocks) -> {
                conditions.forEach(this::expression);
                blocks.forEach(this::statements);
            }
            case Tree.For(int _, Expr target, Expr items, List<Stmt> body) -> {
                expression(target);
                expression(items);
                statements(body);
            }
            case Tree.Def(int _, Tree.Function function) -> function(function);
            case Tree.Return(int _, var value) -> value.ifPresent(this::expression);
            case Tree.Jump _, Tree.Load _ -> {}
        }
    }

    private void function(Tree.Function function) {
        function.parameters().forEach(parameter -> parameter.standard().ifPresent(this::expression));
        statements(function.body());
    }

    private void expression(Expr expression) {
        visitor.accept(expression);
        switch (expression) {
            case Tree.Name _, Tree.Literal _ -> {}
            case Tree.Sequence(int _, boolean _, List<Expr> items) -> items.forEach(this::expression);
            case Tree.DictOf(int _, List<Expr> keys, List<Expr> values) -> {
                keys.forEach(this::expression);
                values.forEach(this::expression);
            }
            case Tree.Comprehension comprehension -> comprehension(comprehension);
            case Tree.Unary(int _, String _, Expr operand) -> expression(operand);
            case Tree.Binary(int _, String _, Expr left, Expr right) -> {
                expression(left);
                expression(right);
            }
            case Tree.Conditional(int _, Expr condition, Expr then, Expr otherwise) -> {
                expression(condition);
                expression(then);
                expression(otherwise);
            }
            case Tree.Call(int _, Expr function, List<Tree.Argument> arguments) -> {
                expression(function);
                arguments.forEach(argument -> expression(argument.value()));
            }
            case Tree.Dot(int _, Expr object, String _) -> expression(object);
            case Tree.Index(int _, Expr object, Expr key) -> {
                expression(object);
                expression(key);
            }
            case Tree.Slice slice -> {
                expression(slice.object());
                slice.from().ifPresent(this::expression);
                slice.to().ifPresent(this::expression);
                slice.step().ifPresent(this::expression);
            }
            case Tree.Lambda(int _, Tree.Function function) -> function(function);
        }
    }

    private void comprehension(Tree.Comprehension comprehension) {
        for (Tree.Clause clause : comprehension.clauses()) {
            switch (clause) {
                case Tree.Clause.ForIn(int _, Expr target, Expr items) -> {
                    expression(target);
                    expression(items);
                }
                case Tree.Clause.When(Expr condition) -> expression(condition);
            }
        }
        expression(comprehension.body());
        comprehension.value().ifPresent(this::expression);
    }
}
