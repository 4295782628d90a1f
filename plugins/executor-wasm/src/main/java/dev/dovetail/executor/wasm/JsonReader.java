package dev.dovetail.executor.wasm;

/** Checks a text that is to be one JSON value, and leaves out the space between its parts. */
final class JsonReader {
    private static final int DEEPEST = 500;

    private final String text;
    private final StringBuilder compact;
    private int at;

    JsonReader(String text) {
        this.text = text;
        this.compact = new StringBuilder(text.length());
    }

    String value() throws Json.Malformed {
        read(0);
        space();
        if (at < text.length()) {
            throw wrong("something after its end");
        }
        return compact.toString();
    }

    private Json.Malformed wrong(String found) {
        return new Json.Malformed("not JSON: " + found + " at character " + (at + 1));
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws Json.Malformed {
        space();
        if (at == text.length()) {
            throw wrong(at == 0 ? "nothing" : "the end");
        }
        return text.charAt(at);
    }

    private void take() {
        compact.append(text.charAt(at++));
    }

    private void read(int depth) throws Json.Malformed {
        if (depth > DEEPEST) {
            throw wrong("more than " + DEEPEST + " levels");
        }
        char c = peek();
        switch (c) {
            case '{' -> group('}', true, depth);
            case '[' -> group(']', false, depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number(c);
        }
    }

    private void group(char close, boolean named, int depth) throws Json.Malformed {
        take();
        if (peek() == close) {
            take();
            return;
        }
        while (true) {
            if (named) {
                if (peek() != '"') {
                    throw wrong("no name of a field");
                }
                string();
                if (peek() != ':') {
                    throw wrong("no colon");
                }
                take();
            }
            read(depth + 1);
            char next = peek();
            if (next != ',' && next != close) {
                throw wrong("neither a comma nor " + close);
            }
            take();
            if (next == close) {
                return;
            }
        }
    }

    private void word(String word) throws Json.Malformed {
        if (!text.startsWith(word, at)) {
            throw wrong("an unknown word");
        }
        compact.append(word);
        at += word.length();
    }

    private void number(char first) throws Json.Malformed {
        int from = at;
        if (first == '-') {
            at++;
        }
        int digits = digits();
        if (digits == 0 || digits > 1 && text.charAt(at - digits) == '0') {
            at = from;
            throw wrong("no value");
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            if (digits() == 0) {
                throw wrong("no digit after the point");
            }
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            if (digits() == 0) {
                throw wrong("no digit in the exponent");
            }
        }
        compact.append(text, from, at);
    }

    private int digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private void string() throws Json.Malformed {
        int from = at++;
        while (true) {
            if (at >= text.length()) {
                throw wrong("the end within a string");
            }
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                compact.append(text, from, at);
                return;
            }
            if (c < ' ') {
                throw wrong("a control character within a string");
            }
            at++;
            if (c == '\\') {
                escape();
            }
        }
    }

    private void escape() throws Json.Malformed {
        char c = at < text.length() ? text.charAt(at) : ' ';
        if ("\"\\/bfnrt".indexOf(c) >= 0) {
            at++;
        } else if (c == 'u'
                && at + 5 <= text.length()
                && text.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}")) {
            at += 5;
        } else {
            throw wrong("an unknown escape");
        }
    }

    /** Where a string of a checked text ends that begins here: the index after its closing quote. */
    static int endOfString(String text, int from) {
        int i = from + 1;
        while (text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /** The characters that a checked string stands for. */
    static String unquoted(String string) {
        if (string.indexOf('\\') < 0) {
            return string.substring(1, string.length() - 1);
        }
        StringBuilder out = new StringBuilder(string.length());
        for (int i = 1; i < string.length() - 1; i++) {
            char c = string.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = string.charAt(++i);
            switch (escaped) {
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    out.append((char) Integer.parseInt(string, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> out.append(escaped);
            }
        }
        return out.toString();
    }
}
