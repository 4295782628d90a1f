package dev.dovetail.worker.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON in UTF-8 by RFC 8259 and nothing beside it: objects as maps in their order (a key that comes twice keeps the
 * last), arrays as lists, numbers as {@link Long} or {@link Double}, and null as {@link Nothing#NULL}.
 */
public final class Json {
    private static final int DEEPEST = 1000;

    private final byte[] text;
    private final boolean build;
    private int at;

    /** JSON's null. */
    public enum Nothing {
        NULL
    }

    /** Text that is not JSON; the message says where, and never quotes more than one character. */
    public static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;

        public NotJson(String message) {
            super(message);
        }
    }

    private Json(byte[] text, boolean build) {
        this.text = text;
        this.build = build;
    }

    public static Object read(byte[] text) throws NotJson {
        return new Json(text, true).whole();
    }

    /** Whether it is one JSON value, without keeping anything of it. */
    public static void check(byte[] text) throws NotJson {
        new Json(text, false).whole();
    }

    private Object whole() throws NotJson {
        Object value = value(DEEPEST);
        space();
        if (at < text.length) {
            throw expected("the end");
        }
        return value;
    }

    private NotJson expected(String what) {
        String found = at >= text.length ? "the end" : "'" + (char) (text[at] & 0x7F) + "'";
        return new NotJson("not JSON: at byte " + at + " expected " + what + ", found " + found);
    }

    private void space() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    private Object value(int room) throws NotJson {
        if (room == 0) {
            throw new NotJson("JSON is nested more than " + DEEPEST + " deep");
        }
        space();
        if (at >= text.length) {
            throw expected("a value");
        }
        return switch (text[at]) {
            case '{' -> object(room - 1);
            case '[' -> array(room - 1);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", Nothing.NULL);
            default -> number();
        };
    }

    private Object word(String word, Object value) throws NotJson {
        for (int i = 0; i < word.length(); i++) {
            if (at >= text.length || text[at] != word.charAt(i)) {
                throw expected("\"" + word + "\"");
            }
            at++;
        }
        return value;
    }

    private Object object(int room) throws NotJson {
        at++;
        Map<String, Object> fields = build ? new LinkedHashMap<>() : Map.of();
        space();
        if (at < text.length && text[at] == '}') {
            at++;
            return fields;
        }
        do {
            space();
            if (at >= text.length || text[at] != '"') {
                throw expected("a key in double quotes");
            }
            String key = string();
            space();
            if (at >= text.length || text[at] != ':') {
                throw expected("':'");
            }
            at++;
            Object value = value(room);
            if (build) {
                fields.put(key, value);
            }
        } while (more('}'));
        return fields;
    }

    private Object array(int room) throws NotJson {
        at++;
        List<Object> list = build ? new ArrayList<>() : List.of();
        space();
        if (at < text.length && text[at] == ']') {
            at++;
            return list;
        }
        do {
            Object value = value(room);
            if (build) {
                list.add(value);
            }
        } while (more(']'));
        return list;
    }

    /** Whether a comma follows, and not what closes. */
    private boolean more(char close) throws NotJson {
        space();
        if (at < text.length && (text[at] == ',' || text[at] == close)) {
            return text[at++] == ',';
        }
        throw expected("',' or '" + close + "'");
    }

    private String string() throws NotJson {
        int start = ++at;
        boolean ascii = true;
        boolean escapes = false;
        while (at < text.length && text[at] != '"') {
            byte octet = text[at];
            if (octet >= 0 && octet < ' ') {
                throw expected("an escape instead of a control character");
            }
            if (octet == '\\') {
                escapes = true;
                at++;
                escape();
            } else {
                ascii &= octet >= 0;
                at++;
            }
        }
        if (at >= text.length) {
            throw expected("'\"'");
        }
        int end = at++;
        if (!build && ascii) {
            return "";
        }
        String raw = ascii ? new String(text, start, end - start, StandardCharsets.ISO_8859_1) : utf8(start, end);
        return escapes && build ? unescaped(raw) : raw;
    }

    private String utf8(int start, int end) throws NotJson {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NotJson("not JSON: the text from byte " + start + " to " + end + " is not UTF-8");
        }
    }

    private void escape() throws NotJson {
        if (at >= text.length || "\"\\/bfnrtu".indexOf(text[at]) < 0) {
            throw expected("one of \"\\/bfnrtu after a backslash");
        }
        if (text[at++] == 'u') {
            for (int i = 0; i < 4; i++) {
                if (at >= text.length || Character.digit(text[at], 16) < 0) {
                    throw expected("four hexadecimal digits");
                }
                at++;
            }
        }
    }

    private static String unescaped(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = raw.charAt(++i);
            switch (c) {
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    out.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private Object number() throws NotJson {
        int start = at;
        boolean whole = true;
        if (at < text.length && text[at] == '-') {
            at++;
        }
        if (at < text.length && text[at] == '0') {
            at++;
        } else {
            digits();
        }
        if (at < text.length && text[at] == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
            whole = false;
            at++;
            if (at < text.length && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            digits();
        }
        if (!build) {
            return Nothing.NULL;
        }
        String digits = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
        return whole && digits.length() < 19 ? (Object) Long.parseLong(digits) : (Object) Double.parseDouble(digits);
    }

    private void digits() throws NotJson {
        int start = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw expected("a value");
        }
    }
}
