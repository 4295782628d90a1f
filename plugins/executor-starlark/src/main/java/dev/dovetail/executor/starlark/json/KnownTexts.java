package dev.dovetail.executor.starlark.json;

import java.nio.charset.StandardCharsets;

/**
 * Short texts that were read before: the keys of many objects are few, and one string that has its hash is quicker to find
 * and to compare than many that are equal.
 */
final class KnownTexts {
    private static final int SIZE = 128;
    private static final int LONGEST = 32;

    private final String[] known = new String[SIZE];

    /** The text of bytes that are all ASCII. */
    String text(byte[] from, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(from, start, length, StandardCharsets.ISO_8859_1);
        }
        int slot = (from[start] * 31 + from[end - 1]) * 31 + from[start + (length >> 1)] * 7 + length & SIZE - 1;
        String candidate = known[slot];
        if (candidate != null && same(candidate, from, start, length)) {
            return candidate;
        }
        String text = new String(from, start, length, StandardCharsets.ISO_8859_1);
        known[slot] = text;
        return text;
    }

    private static boolean same(String text, byte[] from, int start, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != from[start + i]) {
                return false;
            }
        }
        return true;
    }
}
