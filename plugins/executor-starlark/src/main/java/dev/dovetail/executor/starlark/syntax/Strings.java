package dev.dovetail.executor.starlark.syntax;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads string and bytes literals. */
final class Strings {
    record Read(Object value, int end) {}

    private final String text;
    private final boolean raw;
    private final boolean bytes;
    private final StringBuilder chars = new StringBuilder();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private int position;

    private Strings(String text, int position, boolean raw, boolean bytes) {
        this.text = text;
        this.position = position;
        this.raw = raw;
        this.bytes = bytes;
    }

    /** @param prefix how many letters come before the quote */
    static Read read(String text, int start, int prefix) {
        String letters = text.substring(start, start + prefix);
        Strings reading = new Strings(text, start + prefix, letters.contains("r"), letters.contains("b"));
        Object value = reading.whole(start);
        return new Read(value, reading.position);
    }

    private Object whole(int start) {
        char quote = text.charAt(position);
        String triple = String.valueOf(quote).repeat(3);
        boolean multiline = text.startsWith(triple, position);
        String closing = multiline ? triple : String.valueOf(quote);
        position += closing.length();
        while (!text.startsWith(closing, position)) {
            if (position >= text.length() || !multiline && text.charAt(position) == '\n') {
                throw Scanner.wrong(start, "The string is not closed", "end it with " + closing);
            }
            char c = text.charAt(position);
            if (c == '\\') {
                escape();
            } else if (c == '\r' && text.startsWith("\n", position + 1)) {
                position++;
            } else {
                plain(c);
                position++;
            }
        }
        position += closing.length();
        flush();
        return bytes ? octets.toByteArray() : chars.toString();
    }

    private void plain(char c) {
        chars.append(c);
    }

    /** Bytes collect text until an octet must go between. */
    private void flush() {
        if (bytes) {
            octets.writeBytes(chars.toString().getBytes(StandardCharsets.UTF_8));
            chars.setLength(0);
        }
    }

    private void escape() {
        int at = position++;
        if (position >= text.length()) {
            throw Scanner.wrong(at, "The file ends inside a string");
        }
        char c = text.charAt(position++);
        if (raw) {
            if (c == '\r' && text.startsWith("\n", position)) {
                c = text.charAt(position++);
            }
            chars.append('\\').append(c);
            return;
        }
        switch (c) {
            case '\n' -> {}
            case '\r' -> position += text.startsWith("\n", position) ? 1 : 0;
            case '\\', '\'', '"' -> chars.append(c);
            case 'a' -> chars.append('\u0007');
            case 'b' -> chars.append('\b');
            case 'f' -> chars.append('\f');
            case 'n' -> chars.append('\n');
            case 'r' -> chars.append('\r');
            case 't' -> chars.append('\t');
            case 'v' -> chars.append('\u000b');
            case 'x' -> element(at, digits(at, 2, 2, 16));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                position--;
                element(at, digits(at, 1, 3, 8));
            }
            case 'u' -> codePoint(at, digits(at, 4, 4, 16));
            case 'U' -> codePoint(at, digits(at, 8, 8, 16));
            default ->
                throw Scanner.wrong(
                        at, "Unknown escape \\" + c, "write \\\\ for a backslash, or a raw string r\"...\"");
        }
    }

    private int digits(int at, int least, int most, int radix) {
        long value = 0;
        int count = 0;
        while (count < most && position < text.length() && Character.digit(text.charAt(position), radix) >= 0) {
            value = value * radix + Character.digit(text.charAt(position++), radix);
            count++;
        }
        if (count < least) {
            throw Scanner.wrong(at, "An escape that needs " + least + " digits has " + count);
        }
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private void element(int at, int value) {
        if (bytes) {
            if (value > 255) {
                throw Scanner.wrong(at, "An escape of more than 255 in bytes");
            }
            flush();
            octets.write(value);
        } else if (value > 127) {
            throw Scanner.wrong(
                    at,
                    "An octal or hexadecimal escape of more than 127 in a string",
                    "write \\u00" + Integer.toHexString(value));
        } else {
            chars.append((char) value);
        }
    }

    private void codePoint(int at, int value) {
        if (value > Character.MAX_CODE_POINT || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
            throw Scanner.wrong(
                    at,
                    "Not a Unicode code point: U+" + Integer.toHexString(value).toUpperCase(java.util.Locale.ROOT));
        }
        chars.appendCodePoint(value);
    }
}
