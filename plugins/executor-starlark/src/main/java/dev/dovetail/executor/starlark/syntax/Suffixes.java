package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.executor.starlark.syntax.Tree.Argument;
import dev.dovetail.executor.starlark.syntax.Tree.Expr;
import dev.dovetail.executor.starlark.syntax.Tree.Parameter;
import dev.dovetail.executor.starlark.syntax.Tree.Star;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses what comes after an operand - attributes, calls, indexes - and the parameters that calls fill. */
final class Suffixes {
    private final Expressions expressions;
    private final Scanner scanner;

    Suffixes(Expressions expressions, Scanner scanner) {
        this.expressions = expressions;
        this.scanner = scanner;
    }

    /** Parameters up to the token that ends them; their defaults' expressions.height is the expressions.height afterwards. */
    List<Parameter> parameters(Token close) {
        List<Parameter> parameters = new ArrayList<>();
        int high = 0;
        while (!expressions.at(close)) {
            int at = scanner.at;
            if (expressions.past(Token.STAR)) {
                parameters.add(new Parameter(
                        at, Star.ARGS, expressions.at(Token.IDENTIFIER) ? expressions.name("") : "", Optional.empty()));
            } else if (expressions.past(Token.STAR_STAR)) {
                parameters.add(new Parameter(at, Star.KWARGS, expressions.name("after **"), Optional.empty()));
            } else {
                String name = expressions.name("of a parameter");
                Optional<Expr> standard = Optional.empty();
                if (expressions.past(Token.EQUALS)) {
                    standard = Optional.of(expressions.single());
                    high = Math.max(high, expressions.height);
                }
                parameters.add(new Parameter(at, Star.NONE, name, standard));
            }
            if (!expressions.past(Token.COMMA)) {
                break;
            }
        }
        expressions.height = high;
        return parameters;
    }

    /** What may be assigned to, and a call's function: an operand with its suffixes. */
    Expr suffixed() {
        Expr made = new Operands(expressions, scanner).operand();
        int high = expressions.height;
        while (true) {
            int at = scanner.at;
            if (expressions.past(Token.DOT)) {
                made = new Tree.Dot(scanner.at, made, expressions.name("after '.'"));
            } else if (expressions.past(Token.LEFT_PAREN)) {
                List<Argument> arguments = arguments();
                high = Math.max(high, expressions.height);
                made = new Tree.Call(at, made, arguments);
            } else if (expressions.past(Token.LEFT_BRACKET)) {
                made = subscript(at, made);
                high = Math.max(high, expressions.height);
            } else {
                expressions.height = high;
                return made;
            }
            made = expressions.made(made, at, ++high);
        }
    }

    private List<Argument> arguments() {
        List<Argument> arguments = new ArrayList<>();
        int high = 0;
        while (!expressions.at(Token.RIGHT_PAREN)) {
            int at = scanner.at;
            Star star = expressions.past(Token.STAR)
                    ? Star.ARGS
                    : expressions.past(Token.STAR_STAR) ? Star.KWARGS : Star.NONE;
            Expr value = expressions.single();
            String name = "";
            if (star == Star.NONE && value instanceof Tree.Name(int _, String text) && expressions.past(Token.EQUALS)) {
                star = Star.NAMED;
                name = text;
                value = expressions.single();
            }
            high = Math.max(high, expressions.height);
            arguments.add(new Argument(at, star, name, value));
            if (!expressions.past(Token.COMMA)) {
                break;
            }
        }
        expressions.expect(Token.RIGHT_PAREN, "after the arguments");
        expressions.height = high;
        return arguments;
    }

    private Expr subscript(int at, Expr object) {
        int high = 0;
        Optional<Expr> from = Optional.empty();
        if (!expressions.at(Token.COLON)) {
            Expr key = expressions.several();
            high = expressions.height;
            if (expressions.past(Token.RIGHT_BRACKET)) {
                return new Tree.Index(at, object, key);
            }
            from = Optional.of(key);
        }
        expressions.expect(Token.COLON, "or ']' in an index");
        Optional<Expr> to = Optional.empty();
        Optional<Expr> step = Optional.empty();
        if (!expressions.at(Token.COLON) && !expressions.at(Token.RIGHT_BRACKET)) {
            to = Optional.of(expressions.single());
            high = Math.max(high, expressions.height);
        }
        if (expressions.past(Token.COLON) && !expressions.at(Token.RIGHT_BRACKET)) {
            step = Optional.of(expressions.single());
            high = Math.max(high, expressions.height);
        }
        expressions.expect(Token.RIGHT_BRACKET, "after a slice");
        expressions.height = high;
        return new Tree.Slice(at, object, from, to, step);
    }
}
