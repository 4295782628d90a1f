package dev.dovetail.executor.starlark.syntax;

import java.util.Arrays;
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
    /** Operators by their first character; the last place is for all others. */
    private static final Token[][] STARTING = new Token[128][];

    static {
        for (Token token : values()) {
            if (token.ordinal() >= AND.ordinal()) {
                KEYWORDS.put(token.text, token);
            }
        }
        for (int c = 0; c < STARTING.length; c++) {
            String first = String.valueOf((char) c);
            STARTING[c] = Arrays.stream(values())
                    .filter(token -> token.ordinal() >= PLUS.ordinal() && token.ordinal() < AND.ordinal())
                    .filter(token -> token.text.startsWith(first))
                    .toArray(Token[]::new);
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
        Token longest = EOF;
        for (Token token : STARTING[Math.min(text.charAt(at), STARTING.length - 1)]) {
            if (token.text.length() > longest.length() && text.startsWith(token.text, at)) {
                longest = token;
            }
        }
        return longest;
    }

    private int length() {
        return this == EOF ? 0 : text.length();
    }
}
