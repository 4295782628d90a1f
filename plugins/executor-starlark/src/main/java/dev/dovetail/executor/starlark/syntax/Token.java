package dev.dovetail.executor.starlark.syntax;

import java.util.HashMap;
import java.util.Map;

/** The kinds of tokens, each with the text it is written as. */
enum Token {
    EOF("end of file"),
    NEWLINE("end of line"),
    INDENT("indentation"),
    OUTDENT("end of the block"),
    IDENTIFIER("name"),
    INT("int"),
    FLOAT("float"),
    STRING("string"),
    BYTES("bytes"),
    PLUS("+"),
    MINUS("-"),
    STAR("*"),
    SLASH("/"),
    SLASH_SLASH("//"),
    PERCENT("%"),
    STAR_STAR("**"),
    TILDE("~"),
    AMPERSAND("&"),
    PIPE("|"),
    CARET("^"),
    LESS_LESS("<<"),
    GREATER_GREATER(">>"),
    DOT("."),
    COMMA(","),
    EQUALS("="),
    SEMICOLON(";"),
    COLON(":"),
    LEFT_PAREN("("),
    RIGHT_PAREN(")"),
    LEFT_BRACKET("["),
    RIGHT_BRACKET("]"),
    LEFT_BRACE("{"),
    RIGHT_BRACE("}"),
    LESS("<"),
    GREATER(">"),
    GREATER_EQUALS(">="),
    LESS_EQUALS("<="),
    EQUALS_EQUALS("=="),
    NOT_EQUALS("!="),
    PLUS_EQUALS("+="),
    MINUS_EQUALS("-="),
    STAR_EQUALS("*="),
    SLASH_EQUALS("/="),
    SLASH_SLASH_EQUALS("//="),
    PERCENT_EQUALS("%="),
    AMPERSAND_EQUALS("&="),
    PIPE_EQUALS("|="),
    CARET_EQUALS("^="),
    LESS_LESS_EQUALS("<<="),
    GREATER_GREATER_EQUALS(">>="),
    AND("and"),
    BREAK("break"),
    CONTINUE("continue"),
    DEF("def"),
    ELIF("elif"),
    ELSE("else"),
    FOR("for"),
    IF("if"),
    IN("in"),
    LAMBDA("lambda"),
    LOAD("load"),
    NOT("not"),
    OR("or"),
    PASS("pass"),
    RETURN("return");

    private static final Map<String, Token> KEYWORDS = new HashMap<>();
    private static final Map<String, Token> OPERATORS = new HashMap<>();

    static {
        for (Token token : values()) {
            if (token.ordinal() >= AND.ordinal()) {
                KEYWORDS.put(token.text, token);
            } else if (token.ordinal() >= PLUS.ordinal()) {
                OPERATORS.put(token.text, token);
            }
        }
    }

    final String text;

    Token(String text) {
        this.text = text;
    }

    /** The keyword or {@link #IDENTIFIER} that a word is. */
    static Token word(String word) {
        return KEYWORDS.getOrDefault(word, IDENTIFIER);
    }

    /** The longest operator that the text has here, or {@link #EOF} if none. */
    static Token operator(String text, int at) {
        for (int length = Math.min(3, text.length() - at); length > 0; length--) {
            Token token = OPERATORS.get(text.substring(at, at + length));
            if (token != null) {
                return token;
            }
        }
        return EOF;
    }
}
