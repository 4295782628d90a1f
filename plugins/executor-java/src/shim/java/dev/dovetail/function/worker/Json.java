package dev.dovetail.function.worker;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into maps, lists, text, numbers, booleans and null. For one text, and one thread. */
final class Json {
    private static final int DEEPEST = 1000;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    static Object read(byte[] bytes, int offset, int length) {
        try {
            return read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
    }

    static Object read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /** @throws IllegalArgumentException that says where it is no JSON */
    static Object read(String text) {
        Json json = new Json(text);
        json.space();
        Object value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.wrong("the end");
        }
        return value;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("no JSON: expected " + expected + " at character " + (at + 1));
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private Object value() {
        if (at == text.length()) {
            throw wrong("a value");
        }
        switch (text.charAt(at)) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private void deeper() {
        at++;
        if (++depth > DEEPEST) {
            throw wrong("at most " + DEEPEST + " levels");
        }
        space();
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        deeper();
        if (!take('}')) {
            do {
                space();
                if (at == text.length() || text.charAt(at) != '"') {
                    throw wrong("a key");
                }
                String key = string();
                space();
                if (!take(':')) {
                    throw wrong("a colon");
                }
                space();
                map.put(key, value());
                space();
            } while (take(','));
            if (!take('}')) {
                throw wrong("a comma or the end of the object");
            }
        }
        depth--;
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        deeper();
        if (!take(']')) {
            do {
                space();
                list.add(value());
                space();
            } while (take(','));
            if (!take(']')) {
                throw wrong("a comma or the end of the array");
            }
        }
        depth--;
        return list;
    }

    private String string() {
        int begin = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
            control();
            at++;
        }
        if (take('"')) {
            return text.substring(begin, at - 1);
        }
        StringBuilder out = new StringBuilder().append(text, begin, at);
        while (at < text.length()) {
            char each = text.charAt(at);
            if (each == '"') {
                at++;
                return out.toString();
            }
            control();
            at++;
            out.append(each == '\\' ? escaped() : each);
        }
        throw wrong("the end of the text");
    }

    private void control() {
        if (text.charAt(at) < ' ') {
            throw wrong("no control character in a text");
        }
    }

    private char escaped() {
        char kind = at < text.length() ? text.charAt(at++) : ' ';
        switch (kind) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                if (at + 4 <= text.length()) {
                    try {
                        char code = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                        at += 4;
                        return code;
                    } catch (NumberFormatException e) {
                        throw wrong("four hexadecimal digits");
                    }
                }
                throw wrong("four hexadecimal digits");
            case '"':
            case '\\':
            case '/':
                return kind;
            default:
                throw wrong("an escape");
        }
    }

    private Number number() {
        int begin = at;
        boolean whole = true;
        take('-');
        int first = at;
        digits();
        if (at - first > 1 && text.charAt(first) == '0') {
            throw wrong("no number that begins with 0");
        }
        if (take('.')) {
            whole = false;
            digits();
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) {
                take('-');
            }
            digits();
        }
        return whole ? integer(text.substring(begin, at)) : fraction(text.substring(begin, at));
    }

    private void digits() {
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == begin) {
            throw wrong("a value");
        }
    }

    /** The smallest type that has room for it. */
    private static Number integer(String digits) {
        if (digits.length() < 19) {
            long value = Long.parseLong(digits);
            if (value == (int) value && !digits.equals("-0")) {
                return (int) value;
            }
            return value == 0 ? (Number) (-0.0) : (Number) value;
        }
        BigInteger value = new BigInteger(digits);
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    /** A double where it says the same, and else the number as it was written. */
    private static Number fraction(String digits) {
        double value = Double.parseDouble(digits);
        BigDecimal exact = new BigDecimal(digits);
        return !Double.isInfinite(value) && new BigDecimal(Double.toString(value)).compareTo(exact) == 0
                ? (Number) value
                : exact;
    }
}
