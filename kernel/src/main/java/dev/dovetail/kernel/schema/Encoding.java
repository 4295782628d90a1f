package dev.dovetail.kernel.schema;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whether bytes are text as JSON has it between systems: UTF-8 without a byte order mark (RFC 8259, section 8.1), whose escapes name
 * whole characters (RFC 7493, section 2.1). A parser is more lenient, each in its own way: what passes here means the same to all
 * that read it afterwards.
 */
final class Encoding {
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

    private Encoding() {}

    /** What is wrong with it, in words that follow "Not JSON: ". */
    static Optional<String> flaw(ByteBuffer text) {
        for (int i = 0; i < Math.min(4, text.limit()); i++) {
            if (text.get(i) == 0) {
                return Optional.of("it is not UTF-8: byte " + i + " is zero, as in UTF-16 or UTF-32");
            }
        }
        if (text.limit() >= 3
                && text.get(0) == (byte) 0xef
                && text.get(1) == (byte) 0xbb
                && text.get(2) == (byte) 0xbf) {
            return Optional.of("it begins with a byte order mark; JSON is UTF-8 without one");
        }
        int plain = plain(text, 0);
        if (plain == text.limit()) {
            return Optional.empty();
        }
        return utf8(text).or(() -> escapes(text, plain));
    }

    /** From here on eight bytes at once are ASCII and no escapes; answers the first place where that may be over. */
    private static int plain(ByteBuffer text, int from) {
        int i = from;
        for (; i + 8 <= text.limit(); i += 8) {
            long eight = text.getLong(i);
            long escaped = eight ^ BACKSLASHES; // a byte that is zero now was a backslash
            if (((eight | (escaped - ONES) & ~escaped) & HIGH_BITS) != 0) {
                return i;
            }
        }
        while (i < text.limit() && text.get(i) >= 0 && text.get(i) != '\\') {
            i++;
        }
        return i;
    }

    private static Optional<String> utf8(ByteBuffer text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = text.duplicate();
        CharBuffer out = CharBuffer.allocate(4096);
        while (true) {
            CoderResult result = decoder.decode(in, out.clear(), true);
            if (result.isError()) {
                return Optional.of("it is not UTF-8 at byte " + in.position());
            }
            if (result.isUnderflow()) {
                return Optional.empty();
            }
        }
    }

    /** Escaped halves of characters stand in pairs. Whether the rest of an escape is one, the parser says. */
    private static Optional<String> escapes(ByteBuffer text, int from) {
        int i = from;
        while (i < text.limit()) {
            if (text.get(i) != '\\') {
                int next = plain(text, i);
                i = next > i ? next : i + 1;
                continue;
            }
            int unit = unit(text, i);
            if (Character.isLowSurrogate((char) unit)
                    || Character.isHighSurrogate((char) unit) && !Character.isLowSurrogate((char) unit(text, i + 6))) {
                return Optional.of("half a character is escaped at byte " + i);
            }
            i += unit == 0 ? 2 : Character.isHighSurrogate((char) unit) ? 12 : 6;
        }
        return Optional.empty();
    }

    /** What the escape of the form {@code \}{@code uXXXX} at this place stands for; 0 if there is none. */
    private static int unit(ByteBuffer text, int at) {
        if (at + 6 > text.limit() || text.get(at) != '\\' || text.get(at + 1) != 'u') {
            return 0;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(text.get(i), 16);
            if (digit < 0) {
                return 0;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
