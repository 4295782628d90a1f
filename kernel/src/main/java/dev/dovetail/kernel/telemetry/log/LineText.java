package dev.dovetail.kernel.telemetry.log;

/** Text of a log line under construction: escapes what would break the line, and shortens what would burst it. */
final class LineText {
    private static final String CUT = "...";
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder text;

    LineText(int expected) {
        text = new StringBuilder(expected);
    }

    /** Adds text that needs no escape. */
    LineText raw(String part) {
        text.append(part);
        return this;
    }

    /** Adds a comma and a JSON member whose value takes at most this many bytes. */
    LineText field(String name, String value, int mostBytes) {
        text.append(",\"").append(name).append("\":\"");
        escaped(value, mostBytes, true);
        text.append('"');
        return this;
    }

    /** Adds text for people: control characters, which could forge lines or drive a terminal, are shown as escapes. */
    LineText plain(String value, int mostBytes) {
        escaped(value, mostBytes, false);
        return this;
    }

    private void escaped(String value, int mostBytes, boolean json) {
        int left = mostBytes - CUT.length();
        int i = 0;
        while (i < value.length()) {
            int c = value.codePointAt(i);
            int cost = escape(c, json, left);
            if (cost > left) {
                text.append(CUT);
                return;
            }
            left -= cost;
            i += Character.charCount(c);
        }
    }

    /** Appends the character if it fits, and answers the bytes it takes. */
    private int escape(int c, boolean json, int left) {
        boolean control = c < 0x20 || c >= 0x7f && c < 0xa0 || c >= 0xd800 && c <= 0xdfff || c == 0x2028 || c == 0x2029;
        int cost = control ? 6 : json && (c == '"' || c == '\\') ? 2 : utf8Bytes(c);
        if (cost > left) {
            return cost;
        }
        if (json && c == '\n') {
            text.append("\\n");
        } else if (json && c == '\t') {
            text.append("\\t");
        } else if (!json && c == '\t') {
            text.append("    ");
        } else if (control) {
            text.append("\\u").append(HEX[c >> 12 & 15]).append(HEX[c >> 8 & 15]);
            text.append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
        } else {
            if (cost == 2 && (c == '"' || c == '\\')) {
                text.append('\\');
            }
            text.appendCodePoint(c);
        }
        return cost;
    }

    private static int utf8Bytes(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
