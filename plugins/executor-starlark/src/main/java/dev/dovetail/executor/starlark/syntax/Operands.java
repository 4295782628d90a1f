package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.executor.starlark.syntax.Tree.Clause;
import dev.dovetail.executor.starlark.syntax.Tree.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses what expressions are made of: names, literals, and what stands in brackets. */
final class Operands {
    private final Expressions expressions;
    private final Scanner scanner;

    Operands(Expressions expressions, Scanner scanner) {
        this.expressions = expressions;
        this.scanner = scanner;
    }

    Expr operand() {
        int at = scanner.at;
        Object value = scanner.value;
        switch (scanner.token) {
            case IDENTIFIER -> {
                scanner.advance();
                return expressions.made(new Tree.Name(at, (String) value), at, 1);
            }
            case INT, FLOAT -> {
                scanner.advance();
                return expressions.made(new Tree.Literal(at, value), at, 1);
            }
            case STRING, BYTES -> {
                scanner.advance();
                if (scanner.token == Token.STRING || scanner.token == Token.BYTES) {
                    throw Scanner.wrong(scanner.at, "Two strings beside each other", "write + between them");
                }
                return expressions.made(new Tree.Literal(at, value), at, 1);
            }
            case LEFT_PAREN -> {
                return parenthesized(at);
            }
            case LEFT_BRACKET -> {
                return list(at);
            }
            case LEFT_BRACE -> {
                return dict(at);
            }
            default -> throw Scanner.wrong(at, "Expected an expression, found " + expressions.found());
        }
    }

    private Expr parenthesized(int at) {
        scanner.advance();
        if (expressions.past(Token.RIGHT_PAREN)) {
            return expressions.made(new Tree.Sequence(at, false, List.of()), at, 1);
        }
        Expr first = expressions.single();
        if (expressions.past(Token.RIGHT_PAREN)) {
            return expressions.made(first, at, expressions.height + 1);
        }
        if (expressions.at(Token.FOR)) {
            throw Scanner.wrong(scanner.at, "There are no generators", "write a list: [x for x in items]");
        }
        List<Expr> items = rest(first, Token.RIGHT_PAREN, "a tuple");
        return expressions.made(new Tree.Sequence(at, false, items), at, expressions.height + 1);
    }

    private Expr list(int at) {
        scanner.advance();
        if (expressions.past(Token.RIGHT_BRACKET)) {
            return expressions.made(new Tree.Sequence(at, true, List.of()), at, 1);
        }
        Expr first = expressions.single();
        if (expressions.at(Token.FOR)) {
            List<Clause> clauses = expressions.clauses(expressions.height);
            expressions.expect(Token.RIGHT_BRACKET, "after a comprehension");
            return expressions.made(
                    new Tree.Comprehension(at, first, Optional.empty(), clauses), at, expressions.height + 1);
        }
        List<Expr> items = rest(first, Token.RIGHT_BRACKET, "a list");
        return expressions.made(new Tree.Sequence(at, true, items), at, expressions.height + 1);
    }

    /** The items after the first, and what closes them; afterwards the height is the greatest of all. */
    private List<Expr> rest(Expr first, Token close, String what) {
        List<Expr> items = new ArrayList<>(List.of(first));
        int high = expressions.height;
        while (!expressions.at(close)) {
            expressions.expect(Token.COMMA, "or '" + close.text + "' in " + what);
            if (!expressions.at(close)) {
                items.add(expressions.single());
                high = Math.max(high, expressions.height);
            }
        }
        scanner.advance();
        expressions.height = high;
        return items;
    }

    private Expr dict(int at) {
        scanner.advance();
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        int high = 0;
        while (!expressions.at(Token.RIGHT_BRACE)) {
            keys.add(expressions.single());
            high = Math.max(high, expressions.height);
            if (keys.size() == 1 && (expressions.at(Token.COMMA) || expressions.at(Token.RIGHT_BRACE))) {
                throw Scanner.wrong(scanner.at, "A dict's entry without a value", "write set([...]) for a set");
            }
            expressions.expect(Token.COLON, "after a key");
            values.add(expressions.single());
            high = Math.max(high, expressions.height);
            if (keys.size() == 1 && expressions.at(Token.FOR)) {
                List<Clause> clauses = expressions.clauses(high);
                expressions.expect(Token.RIGHT_BRACE, "after a comprehension");
                Optional<Expr> value = Optional.of(values.getFirst());
                return expressions.made(
                        new Tree.Comprehension(at, keys.getFirst(), value, clauses), at, expressions.height + 1);
            }
            if (!expressions.at(Token.RIGHT_BRACE)) {
                expressions.expect(Token.COMMA, "or '}' in a dict");
            }
        }
        scanner.advance();
        return expressions.made(new Tree.DictOf(at, keys, values), at, high + 1);
    }
}
