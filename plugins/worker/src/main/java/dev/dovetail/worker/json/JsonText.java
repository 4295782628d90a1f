package dev.dovetail.worker.json;

import dev.dovetail.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes one JSON value, piece by piece. For one thread. */
public final class JsonText {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(160);
    private boolean comma;

    /** Begins an object, as a value. */
    public JsonText object() {
        return open('{');
    }

    public JsonText array() {
        return open('[');
    }

    private JsonText open(char c) {
        separate();
        out.append(c);
        comma = false;
        return this;
    }

    /** Ends the object. */
    public JsonText end() {
        out.append('}');
        comma = true;
        return this;
    }

    public JsonText endArray() {
        out.append(']');
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
        comma = true;
    }

    public JsonText key(String key) {
        separate();
        quote(key);
        out.append(':');
        comma = false;
        return this;
    }

    public JsonText value(String text) {
        separate();
        quote(text);
        return this;
    }

    public JsonText value(long number) {
        separate();
        out.append(number);
        return this;
    }

    public JsonText value(boolean flag) {
        separate();
        out.append(flag);
        return this;
    }

    /** A value that is JSON already. */
    public JsonText raw(Bytes json) {
        separate();
        out.append(json.text());
        return this;
    }

    public JsonText value(List<String> texts) {
        array();
        texts.forEach(this::value);
        return endArray();
    }

    public JsonText value(Map<String, String> texts) {
        object();
        texts.forEach(this::field);
        return end();
    }

    public JsonText field(String key, String text) {
        return key(key).value(text);
    }

    public JsonText field(String key, long number) {
        return key(key).value(number);
    }

    public JsonText field(String key, boolean flag) {
        return key(key).value(flag);
    }

    private void quote(String text) {
        out.append('"');
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) && !paired(text, i)) {
                escape(c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Half a character has no UTF-8. */
    private static boolean paired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    private void escape(char c) {
        out.append("\\u")
                .append(DIGITS[c >> 12])
                .append(DIGITS[c >> 8 & 15])
                .append(DIGITS[c >> 4 & 15])
                .append(DIGITS[c & 15]);
    }

    public byte[] utf8() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    public Bytes bytes() {
        return Bytes.given(utf8());
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
