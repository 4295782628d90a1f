package dev.dovetail.executor.starlark.syntax;

import dev.dovetail.executor.starlark.syntax.Tree.Expr;
import dev.dovetail.executor.starlark.syntax.Tree.Stmt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses a file. The first thing that is wrong ends it. */
public final class Parser {
    private static final Set<Token> AUGMENTED = Set.of(
            Token.PLUS_EQUALS,
            Token.MINUS_EQUALS,
            Token.STAR_EQUALS,
            Token.SLASH_EQUALS,
            Token.SLASH_SLASH_EQUALS,
            Token.PERCENT_EQUALS,
            Token.AMPERSAND_EQUALS,
            Token.PIPE_EQUALS,
            Token.CARET_EQUALS,
            Token.LESS_LESS_EQUALS,
            Token.GREATER_GREATER_EQUALS);

    private final Scanner scanner;
    private final Expressions expressions;

    private Parser(Source source) {
        scanner = new Scanner(source);
        expressions = new Expressions(scanner);
    }

    /** @throws Flaw.Found at the first flaw */
    public static Tree.Module parse(Source source) {
        if (source.text().length() > Source.LONGEST) {
            throw new Flaw.Found(Flaw.of(
                    "SOURCE_TOO_LARGE",
                    "The file has " + source.text().length() + " characters; at most " + Source.LONGEST
                            + " are allowed",
                    0));
        }
        return new Parser(source).module();
    }

    private Tree.Module module() {
        scanner.advance();
        List<Stmt> body = new ArrayList<>();
        while (!expressions.at(Token.EOF)) {
            if (expressions.at(Token.INDENT)) {
                throw Scanner.wrong(scanner.at, "This line is indented, but no block begins before it");
            }
            if (!expressions.past(Token.NEWLINE)) {
                statement(body);
            }
        }
        return new Tree.Module(body, expressions.deepest);
    }

    private void statement(List<Stmt> into) {
        switch (scanner.token) {
            case DEF -> into.add(definition());
            case IF -> into.add(condition());
            case FOR -> into.add(loop());
            default -> simpleLine(into);
        }
    }

    private void simpleLine(List<Stmt> into) {
        do {
            if (expressions.at(Token.NEWLINE)) {
                break;
            }
            into.add(small());
        } while (expressions.past(Token.SEMICOLON));
        if (!expressions.past(Token.NEWLINE) && !expressions.at(Token.EOF)) {
            throw Scanner.wrong(scanner.at, "Expected the end of the line, found " + expressions.found());
        }
    }

    private Stmt small() {
        int at = scanner.at;
        switch (scanner.token) {
            case RETURN -> {
                scanner.advance();
                boolean bare =
                        expressions.at(Token.NEWLINE) || expressions.at(Token.SEMICOLON) || expressions.at(Token.EOF);
                return new Tree.Return(at, bare ? Optional.empty() : Optional.of(expressions.several()));
            }
            case BREAK, CONTINUE, PASS -> {
                String word = scanner.token.text;
                scanner.advance();
                return new Tree.Jump(at, word);
            }
            case LOAD -> {
                scanner.advance();
                expressions.expect(Token.LEFT_PAREN, "after load");
                while (!expressions.past(Token.RIGHT_PAREN)) {
                    scanner.advance();
                }
                return new Tree.Load(at);
            }
            default -> {
                return expression();
            }
        }
    }

    private Stmt expression() {
        int at = scanner.at;
        Expr left = expressions.several();
        int op = scanner.at;
        if (expressions.past(Token.EQUALS)) {
            Expr value = expressions.several();
            if (expressions.at(Token.EQUALS)) {
                throw Scanner.wrong(scanner.at, "Assignments cannot be chained", "assign one after the other");
            }
            return new Tree.Assign(op, left, value);
        }
        if (AUGMENTED.contains(scanner.token)) {
            String text = scanner.token.text;
            scanner.advance();
            Expr value = expressions.several();
            return new Tree.Augment(op, left, text.substring(0, text.length() - 1), value);
        }
        return new Tree.Do(at, left);
    }

    private Stmt definition() {
        scanner.advance();
        int at = scanner.at;
        String name = expressions.name("after def");
        expressions.expect(Token.LEFT_PAREN, "after the function's name");
        List<Tree.Parameter> parameters = new Suffixes(expressions, scanner).parameters(Token.RIGHT_PAREN);
        expressions.expect(Token.RIGHT_PAREN, "after the parameters");
        expressions.expect(Token.COLON, "after def " + name + "(...)");
        int outerDeepest = expressions.deepest;
        expressions.deepest = 0;
        List<Stmt> body = suite();
        int height = expressions.deepest;
        expressions.deepest = outerDeepest;
        return new Tree.Def(at, new Tree.Function(at, name, parameters, body, height));
    }

    private Stmt condition() {
        int at = scanner.at;
        List<Expr> conditions = new ArrayList<>();
        List<List<Stmt>> blocks = new ArrayList<>();
        do {
            scanner.advance();
            conditions.add(expressions.single());
            expressions.expect(Token.COLON, "after the condition");
            blocks.add(suite());
        } while (expressions.at(Token.ELIF));
        if (expressions.past(Token.ELSE)) {
            expressions.expect(Token.COLON, "after else");
            blocks.add(suite());
        }
        return new Tree.If(at, conditions, blocks);
    }

    private Stmt loop() {
        int at = scanner.at;
        scanner.advance();
        Expr target = expressions.targets();
        expressions.expect(Token.IN, "after the loop variables");
        Expr items = expressions.several();
        expressions.expect(Token.COLON, "after the loop's items");
        return new Tree.For(at, target, items, suite());
    }

    /** A block, each level of which costs three levels of stack when it runs. */
    private List<Stmt> suite() {
        List<Stmt> body = new ArrayList<>();
        int outer = expressions.deepest;
        expressions.deepest = 0;
        if (expressions.past(Token.NEWLINE)) {
            if (!expressions.past(Token.INDENT)) {
                throw Scanner.wrong(
                        scanner.at,
                        "Expected an indented block, found " + expressions.found(),
                        "write \"pass\" for a block that does nothing");
            }
            while (!expressions.past(Token.OUTDENT)) {
                if (expressions.at(Token.INDENT)) {
                    throw Scanner.wrong(scanner.at, "This line is indented, but no block begins before it");
                }
                if (expressions.at(Token.EOF)) {
                    break;
                }
                if (!expressions.past(Token.NEWLINE)) {
                    statement(body);
                }
            }
        } else {
            simpleLine(body);
        }
        expressions.deepest = Math.max(outer, expressions.deepest + 3);
        return body;
    }
}
