package dev.dovetail.kernel.record;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Execution ids: UUIDs of version 7 (RFC 9562), which order by the millisecond in which they were made; and numbers that order as texts. */
public final class Ids {
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final String ZEROS = "0".repeat(20);

    private Ids() {}

    public static String next(Instant now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = now.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000);
        long low = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        char[] text = new char[36];
        hex(high >>> 32, text, 0, 8);
        text[8] = '-';
        hex(high >>> 16, text, 9, 4);
        text[13] = '-';
        hex(high, text, 14, 4);
        text[18] = '-';
        hex(low >>> 48, text, 19, 4);
        text[23] = '-';
        hex(low, text, 24, 12);
        return new String(text);
    }

    private static void hex(long value, char[] into, int at, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            into[at + i] = HEX[(int) (value & 15)];
            value >>>= 4;
        }
    }

    /** Whether this is such an id. */
    public static boolean isId(String text) {
        if (text.length() != 36 || text.charAt(14) != '7') {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** When an id was made, in milliseconds since 1970. */
    public static long millis(String id) {
        return Long.parseLong(id, 0, 8, 16) << 16 | Long.parseLong(id, 9, 13, 16);
    }

    /**
     * A number as it stands in keys, so that their order is its own: in decimal with leading zeros.
     *
     * @param number 0 or more
     * @param digits how many there are at the least, up to 20; a number that has more keeps them
     */
    public static String padded(long number, int digits) {
        if (number < 0) {
            throw new IllegalArgumentException("The number is " + number + "; expected 0 or more");
        }
        String text = Long.toString(number);
        return text.length() >= digits
                ? text
                : ZEROS.substring(text.length(), digits).concat(text);
    }
}
