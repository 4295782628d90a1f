package dev.dovetail.executor.starlark.syntax;

import java.util.List;
import java.util.Optional;

/** The syntax tree of a program. Every node knows its offset into the source. */
public sealed interface Tree {
    int at();

    /** Something that has a value. */
    sealed interface Expr extends Tree {}

    /** Something that is done. */
    sealed interface Stmt extends Tree {}

    record Name(int at, String text) implements Expr {}

    /** @param value a Long, BigInteger, Double, String, or {@code byte[]} */
    record Literal(int at, Object value) implements Expr {}

    record Sequence(int at, boolean list, List<Expr> items) implements Expr {}

    record DictOf(int at, List<Expr> keys, List<Expr> values) implements Expr {}

    /** @param value of an entry, if this makes a dict */
    record Comprehension(int at, Expr body, Optional<Expr> value, List<Clause> clauses) implements Expr {}

    record Unary(int at, String op, Expr operand) implements Expr {}

    record Binary(int at, String op, Expr left, Expr right) implements Expr {}

    record Conditional(int at, Expr condition, Expr then, Expr otherwise) implements Expr {}

    /** @param at of the opening parenthesis */
    record Call(int at, Expr function, List<Argument> arguments) implements Expr {}

    record Dot(int at, Expr object, String name) implements Expr {}

    record Index(int at, Expr object, Expr key) implements Expr {}

    record Slice(int at, Expr object, Optional<Expr> from, Optional<Expr> to, Optional<Expr> step) implements Expr {}

    record Lambda(int at, Function function) implements Expr {}

    record Do(int at, Expr expression) implements Stmt {}

    record Assign(int at, Expr target, Expr value) implements Stmt {}

    record Augment(int at, Expr target, String op, Expr value) implements Stmt {}

    /** @param conditions one fewer than blocks if there is an {@code else} */
    record If(int at, List<Expr> conditions, List<List<Stmt>> blocks) implements Stmt {}

    record For(int at, Expr target, Expr items, List<Stmt> body) implements Stmt {}

    record Def(int at, Function function) implements Stmt {}

    record Return(int at, Optional<Expr> value) implements Stmt {}

    /** {@code break}, {@code continue} or {@code pass}. */
    record Jump(int at, String word) implements Stmt {}

    record Load(int at) implements Stmt {}

    /** A {@code for} or {@code if} of a comprehension. */
    sealed interface Clause {
        record ForIn(int at, Expr target, Expr items) implements Clause {}

        record When(Expr condition) implements Clause {}
    }

    /** How an argument is written. */
    enum Star {
        NONE,
        NAMED,
        ARGS,
        KWARGS
    }

    record Argument(int at, Star star, String name, Expr value) {}

    /** A parameter; one of kind ARGS without a name only parts the positional from the others. */
    record Parameter(int at, Star star, String name, Optional<Expr> standard) {}

    /**
     * What {@code def} and {@code lambda} have in common.
     *
     * @param height how deep its deepest expression is nested
     */
    record Function(int at, String name, List<Parameter> parameters, List<Stmt> body, int height) {}

    /** A whole file. */
    record Module(List<Stmt> body, int height) {}
}
