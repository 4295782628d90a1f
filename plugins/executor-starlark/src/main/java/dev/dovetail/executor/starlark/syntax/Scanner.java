package dev.dovetail.executor.starlark.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts a source into tokens, indentation among them. */
final class Scanner {
    private static final Set<String> RESERVED = Set.of(
            "as",
            "assert",
            "async",
            "await",
            "class",
            "del",
            "except",
            "finally",
            "from",
            "global",
            "import",
            "is",
            "nonlocal",
            "raise",
            "try",
            "while",
            "with",
            "yield");
    private static final int DEEPEST_INDENT = 100;

    private final String text;
    private final List<Integer> indents = new ArrayList<>(List.of(0));
    private final List<Character> open = new ArrayList<>();
    private int position;
    private int outdents;
    private boolean lineStart = true;
    private boolean lineHasTokens;

    /** What was read last. */
    Token token = Token.EOF;

    int at;
    int end;
    /** The name of an identifier, or what a literal stands for. */
    Object value = "";

    Scanner(Source source) {
        text = source.text();
        if (text.startsWith("\uFEFF")) {
            position = 1;
        }
    }

    static Flaw.Found wrong(int at, String message) {
        return new Flaw.Found(Flaw.of("SYNTAX_ERROR", message, at));
    }

    static Flaw.Found wrong(int at, String message, String remedy) {
        return new Flaw.Found(Flaw.of("SYNTAX_ERROR", message, at, remedy));
    }

    /** Reads the next token. */
    void advance() {
        if (outdents > 0) {
            outdents--;
            token = Token.OUTDENT;
            return;
        }
        if (lineStart && open.isEmpty()) {
            lineStart = false;
            if (indentation()) {
                return;
            }
        }
        skipSpace();
        at = position;
        if (position >= text.length()) {
            endOfFile();
        } else if (text.charAt(position) == '\n') {
            position++;
            lineStart = true;
            lineHasTokens = false;
            token = Token.NEWLINE;
        } else {
            lineHasTokens = true;
            read(text.charAt(position));
        }
        end = position;
    }

    private void endOfFile() {
        if (!open.isEmpty()) {
            throw wrong(at, "The file ends before '" + open.getLast() + "' is closed");
        }
        if (lineHasTokens) {
            lineHasTokens = false;
            lineStart = true;
            token = Token.NEWLINE;
        } else {
            token = Token.EOF;
        }
    }

    /** Whether the new line's indentation made a token. */
    private boolean indentation() {
        int start;
        do {
            start = position;
            while (position < text.length() && text.charAt(position) == ' ') {
                position++;
            }
            int spaces = position;
            skipSpace();
            if (position < text.length() && text.charAt(position) == '\n') {
                position++;
                continue;
            }
            if (position > spaces
                    && position < text.length()
                    && text.substring(spaces, position).indexOf('\t') >= 0) {
                throw wrong(spaces, "A tab in the indentation", "indent with spaces only");
            }
            position = spaces;
            break;
        } while (true);
        int width = position - start;
        skipSpace();
        if (position >= text.length()) {
            width = 0;
        }
        at = position;
        end = position;
        int now = indents.getLast();
        if (width > now) {
            if (indents.size() > DEEPEST_INDENT) {
                throw wrong(at, "Blocks are nested more than " + DEEPEST_INDENT + " deep");
            }
            indents.add(width);
            token = Token.INDENT;
            return true;
        }
        while (width < indents.getLast()) {
            indents.removeLast();
            outdents++;
        }
        if (width != indents.getLast()) {
            throw wrong(
                    at,
                    "This line's indentation of " + width + " spaces fits no open block; expected " + indents.getLast()
                            + " or " + now);
        }
        if (outdents > 0) {
            outdents--;
            token = Token.OUTDENT;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n' && !open.isEmpty()) {
                position++;
            } else if (c == '#') {
                int newline = text.indexOf('\n', position);
                position = newline < 0 ? text.length() : newline;
            } else if (c == '\\' && text.startsWith("\n", position + 1)) {
                position += 2;
            } else if (c == '\\' && text.startsWith("\r\n", position + 1)) {
                position += 3;
            } else {
                return;
            }
        }
    }

    private void read(char c) {
        if (c >= '0' && c <= '9' || c == '.' && digitAt(position + 1)) {
            Numerals.Read read = Numerals.read(text, position);
            position = read.end();
            value = read.value();
            token = value instanceof Double ? Token.FLOAT : Token.INT;
        } else if (c == '"' || c == '\'') {
            string(0);
        } else if (Character.isLetter(c) || c == '_') {
            word();
        } else {
            operator(c);
        }
    }

    private boolean digitAt(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private void word() {
        int start = position;
        while (position < text.length()
                && (Character.isLetterOrDigit(text.charAt(position)) || text.charAt(position) == '_')) {
            position++;
        }
        String word = text.substring(start, position);
        boolean quote = position < text.length() && (text.charAt(position) == '"' || text.charAt(position) == '\'');
        if (quote && Set.of("r", "b", "rb", "br").contains(word)) {
            position = start;
            string(word.length());
            return;
        }
        // after a dot it can be nothing but an attribute, such as ctx.await
        if (RESERVED.contains(word) && token != Token.DOT) {
            throw Remedies.reserved(word, start);
        }
        token = Token.word(word);
        value = word.intern();
    }

    private void string(int prefix) {
        Strings.Read read = Strings.read(text, position, prefix);
        position = read.end();
        value = read.value();
        token = value instanceof byte[] ? Token.BYTES : Token.STRING;
    }

    private void operator(char c) {
        token = Token.operator(text, position);
        if (token == Token.EOF) {
            String shown = c < ' '
                    ? String.format(Locale.ROOT, "\\x%02x", (int) c)
                    : new String(Character.toChars(text.codePointAt(position)));
            throw wrong(
                    position,
                    "Unexpected character '" + shown + "'",
                    c == '!' ? "write \"not\" or \"!=\"" : "remove it");
        }
        switch (token) {
            case LEFT_PAREN, LEFT_BRACKET, LEFT_BRACE -> open.add(c);
            case RIGHT_PAREN, RIGHT_BRACKET, RIGHT_BRACE -> close(c);
            default -> {}
        }
        position += token.text.length();
        value = token.text;
    }

    private void close(char c) {
        char expected = c == ')' ? '(' : c == ']' ? '[' : '{';
        if (open.isEmpty()) {
            throw wrong(position, "'" + c + "' closes nothing: there is no '" + expected + "' before it");
        }
        if (open.removeLast() != expected) {
            throw wrong(position, "'" + c + "' does not close what was opened last");
        }
    }
}
