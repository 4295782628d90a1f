package dev.dovetail.kernel.schema;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

    private Encoding() {}

    /** What is wrong with it, in words that follow "Not JSON: ". */
    static Optional<String> flaw(byte[] text) {
        for (int i = 0; i < Math.min(4, text.length); i++) {
            if (text[i] == 0) {
                return Optional.of("it is not UTF-8: byte " + i + " is zero, as in UTF-16 or UTF-32");
            }
        }
        if (text.length >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf) {
            return Optional.of("it begins with a byte order mark; JSON is UTF-8 without one");
        }
        return isAscii(text) ? escapes(text) : utf8(text).or(() -> escapes(text));
    }

    private static boolean isAscii(byte[] text) {
        int i = 0;
        for (; i + 8 <= text.length; i += 8) {
            if (((long) EIGHT.get(text, i) & HIGH_BITS) != 0) {
                return false;
            }
        }
        while (i < text.length && text[i] >= 0) {
            i++;
        }
        return i == text.length;
    }

    /** The next backslash from here on; the end if there is none. */
    private static int backslash(byte[] text, int from) {
        int i = from;
        for (; i + 8 <= text.length; i += 8) {
            long escaped = (long) EIGHT.get(text, i) ^ BACKSLASHES; // a byte that is zero now was a backslash
            if (((escaped - ONES) & ~escaped & HIGH_BITS) != 0) {
                break;
            }
        }
        while (i < text.length && text[i] != '\\') {
            i++;
        }
        return i;
    }

    private static Optional<String> utf8(byte[] text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(text);
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
    private static Optional<String> escapes(byte[] text) {
        for (int i = backslash(text, 0); i < text.length; ) {
            int unit = unit(text, i);
            if (Character.isLowSurrogate((char) unit)
                    || Character.isHighSurrogate((char) unit) && !Character.isLowSurrogate((char) unit(text, i + 6))) {
                return Optional.of("half a character is escaped at byte " + i);
            }
            i = backslash(text, i + (unit == 0 ? 2 : Character.isHighSurrogate((char) unit) ? 12 : 6));
        }
        return Optional.empty();
    }

    /** What the escape of the form {@code \}{@code uXXXX} at this place stands for; 0 if there is none. */
    private static int unit(byte[] text, int at) {
        if (at + 6 > text.length || text[at] != '\\' || text[at + 1] != 'u') {
            return 0;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return 0;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
