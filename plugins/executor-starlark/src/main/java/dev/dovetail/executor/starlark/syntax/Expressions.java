package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.executor.starlark.syntax.Tree.Clause;
import dev.dovetail.executor.starlark.syntax.Tree.Expr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses expressions, and measures how deep they are nested so that nothing later can run out of stack. */
final class Expressions {
    static final int DEEPEST = 200;

    /** Each bracket counts twice, once for itself and once for what is in it. */
    private static final int MOST_NESTED = 2 * DEEPEST;

    /** By token; 0 for what is no operator between two operands, which is less than any that is asked for. */
    private static final int[] PRECEDENCE = new int[Token.values().length];

    static {
        List<List<Token>> levels = List.of(
                List.of(Token.OR),
                List.of(Token.AND),
                List.of(),
                List.of(
                        Token.EQUALS_EQUALS,
                        Token.NOT_EQUALS,
                        Token.LESS,
                        Token.GREATER,
                        Token.LESS_EQUALS,
                        Token.GREATER_EQUALS,
                        Token.IN,
                        Token.NOT),
                List.of(Token.PIPE),
                List.of(Token.CARET),
                List.of(Token.AMPERSAND),
                List.of(Token.LESS_LESS, Token.GREATER_GREATER),
                List.of(Token.PLUS, Token.MINUS),
                List.of(Token.STAR, Token.SLASH, Token.SLASH_SLASH, Token.PERCENT));
        for (int i = 0; i < levels.size(); i++) {
            for (Token token : levels.get(i)) {
                PRECEDENCE[token.ordinal()] = i + 1;
            }
        }
    }

    private static final int NOT = 3;
    private static final int COMPARISON = 4;

    private final Scanner scanner;
    private int nested;

    /** The height of the expression that was parsed last. */
    int height;

    /** The greatest height since it was set to 0. */
    int deepest;

    Expressions(Scanner scanner) {
        this.scanner = scanner;
    }

    boolean at(Token token) {
        return scanner.token == token;
    }

    /** Goes past the token if it is this one. */
    boolean past(Token token) {
        if (scanner.token != token) {
            return false;
        }
        scanner.advance();
        return true;
    }

    void expect(Token token, String where) {
        if (!past(token)) {
            throw Scanner.wrong(scanner.at, "Expected '" + token.text + "' " + where + ", found " + found());
        }
    }

    String found() {
        return switch (scanner.token) {
            case EOF, NEWLINE, INDENT, OUTDENT -> "the " + scanner.token.text;
            case STRING, BYTES -> "a " + scanner.token.text;
            case IDENTIFIER, INT, FLOAT -> "\"" + scanner.value + "\"";
            default -> "'" + scanner.token.text + "'";
        };
    }

    String name(String where) {
        if (!at(Token.IDENTIFIER)) {
            throw Scanner.wrong(scanner.at, "Expected a name " + where + ", found " + found());
        }
        String name = (String) scanner.value;
        scanner.advance();
        return name;
    }

    /** Notes the height of what was just made and refuses what is too high. */
    <T> T made(T node, int at, int newHeight) {
        height = newHeight;
        deepest = Math.max(deepest, newHeight);
        if (newHeight > DEEPEST) {
            throw tooDeep(at);
        }
        return node;
    }

    private static Flaw.Found tooDeep(int at) {
        return Scanner.wrong(
                at, "The expression is nested more than " + DEEPEST + " deep", "give parts of it names of their own");
    }

    /** One expression, or several with commas between, which make a tuple. */
    Expr several() {
        int at = scanner.at;
        Expr first = single();
        if (!at(Token.COMMA)) {
            return first;
        }
        List<Expr> items = new ArrayList<>(List.of(first));
        int high = height;
        while (past(Token.COMMA)) {
            if (!startsExpression()) {
                throw Scanner.wrong(
                        scanner.at,
                        "A comma at the end of an expression without parentheses",
                        "write (x,) for a tuple of one");
            }
            items.add(single());
            high = Math.max(high, height);
        }
        return made(new Tree.Sequence(at, false, items), at, high + 1);
    }

    private boolean startsExpression() {
        return switch (scanner.token) {
            case IDENTIFIER, INT, FLOAT, STRING, BYTES, PLUS, MINUS, TILDE, NOT, LAMBDA -> true;
            case LEFT_PAREN, LEFT_BRACKET, LEFT_BRACE -> true;
            default -> false;
        };
    }

    Expr single() {
        if (++nested > MOST_NESTED) {
            throw tooDeep(scanner.at);
        }
        Expr made = at(Token.LAMBDA) ? lambda() : conditional();
        nested--;
        return made;
    }

    private Expr conditional() {
        int at = scanner.at;
        Expr then = binary(1);
        int high = height;
        if (!past(Token.IF)) {
            return then;
        }
        Expr condition = binary(1);
        high = Math.max(high, height);
        if (!past(Token.ELSE)) {
            throw Scanner.wrong(scanner.at, "A conditional expression without else", "write: x if condition else y");
        }
        Expr otherwise = single();
        return made(new Tree.Conditional(at, condition, then, otherwise), at, Math.max(high, height) + 1);
    }

    private Expr unconditional() {
        if (++nested > MOST_NESTED) {
            throw tooDeep(scanner.at);
        }
        Expr made = at(Token.LAMBDA) ? lambda() : binary(1);
        nested--;
        return made;
    }

    private Expr lambda() {
        int at = scanner.at;
        scanner.advance();
        List<Tree.Parameter> parameters = new Suffixes(this, scanner).parameters(Token.COLON);
        int high = height;
        expect(Token.COLON, "after the parameters of lambda");
        int outer = deepest;
        Expr body = single();
        List<Tree.Stmt> statements = List.of(new Tree.Return(body.at(), Optional.of(body)));
        Tree.Function function = new Tree.Function(at, "lambda", parameters, statements, height + 1);
        deepest = outer;
        return made(new Tree.Lambda(at, function), at, high + 1);
    }

    /** An expression of operators that bind at least so tightly. */
    private Expr binary(int least) {
        Expr left = at(Token.NOT) && least <= NOT ? negation() : unary();
        int high = height;
        int precedence;
        while ((precedence = PRECEDENCE[scanner.token.ordinal()]) >= least) {
            int at = scanner.at;
            String op = scanner.token.text;
            scanner.advance();
            if (op.equals("not")) {
                expect(Token.IN, "after \"not\"");
                op = "not in";
            }
            Expr right = binary(precedence + 1);
            high = Math.max(high, height) + 1;
            left = made(new Tree.Binary(at, op, left, right), at, high);
            if (precedence == COMPARISON && PRECEDENCE[scanner.token.ordinal()] == COMPARISON) {
                throw Scanner.wrong(scanner.at, "Comparisons cannot be chained", "write: a < b and b < c");
            }
        }
        return left;
    }

    private Expr negation() {
        if (++nested > MOST_NESTED) {
            throw tooDeep(scanner.at);
        }
        int at = scanner.at;
        scanner.advance();
        Expr operand = binary(NOT);
        nested--;
        return made(new Tree.Unary(at, "not", operand), at, height + 1);
    }

    private Expr unary() {
        int at = scanner.at;
        if (at(Token.PLUS) || at(Token.MINUS) || at(Token.TILDE)) {
            if (++nested > MOST_NESTED) {
                throw tooDeep(at);
            }
            String op = scanner.token.text;
            scanner.advance();
            Expr operand = unary();
            nested--;
            if (op.equals("-") && operand instanceof Tree.Literal(int _, Object value)) {
                if (value instanceof Long number && number != Long.MIN_VALUE) {
                    return made(new Tree.Literal(at, -number), at, 1);
                } else if (value instanceof Double number) {
                    return made(new Tree.Literal(at, -number), at, 1);
                } else if (value instanceof BigInteger number) {
                    BigInteger negative = number.negate();
                    return made(
                            new Tree.Literal(at, negative.bitLength() < 64 ? (Object) negative.longValue() : negative),
                            at,
                            1);
                }
            }
            return made(new Tree.Unary(at, op, operand), at, height + 1);
        }
        return suffixed();
    }

    /** What may be assigned to, and a call's function: an operand with its suffixes. */
    Expr suffixed() {
        if (++nested > MOST_NESTED) {
            throw tooDeep(scanner.at);
        }
        Expr made = new Suffixes(this, scanner).suffixed();
        nested--;
        return made;
    }

    /** The clauses of a comprehension, up to the token that closes it. */
    List<Clause> clauses(int start) {
        List<Clause> clauses = new ArrayList<>();
        int high = start;
        while (at(Token.FOR) || at(Token.IF)) {
            int at = scanner.at;
            if (past(Token.FOR)) {
                Expr target = targets();
                expect(Token.IN, "after the loop variables");
                clauses.add(new Clause.ForIn(at, target, unconditional()));
            } else {
                scanner.advance();
                clauses.add(new Clause.When(unconditional()));
            }
            high = Math.max(high, height) + 1;
        }
        height = high;
        return clauses;
    }

    /** Loop variables: operands, with commas between. */
    Expr targets() {
        int at = scanner.at;
        Expr first = suffixed();
        if (!at(Token.COMMA)) {
            return first;
        }
        List<Expr> items = new ArrayList<>(List.of(first));
        while (past(Token.COMMA) && !at(Token.IN)) {
            items.add(suffixed());
        }
        return new Tree.Sequence(at, false, items);
    }
}
