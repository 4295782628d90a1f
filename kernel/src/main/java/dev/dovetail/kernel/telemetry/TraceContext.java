package dev.dovetail.kernel.telemetry;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a piece of work stands in a trace, as the W3C's {@code traceparent} carries it.
 *
 * @param traceHigh the first eight bytes of the trace's id; not both these and the last eight are zero
 * @param traceLow the last eight bytes of the trace's id
 * @param span the id of the span that is the parent of whatever receives this; not zero
 */
public record TraceContext(long traceHigh, long traceLow, long span, boolean sampled) {
    private static final int LENGTH = 55;

    public TraceContext {
        if ((traceHigh | traceLow) == 0 || span == 0) {
            throw new IllegalArgumentException("Not a trace context: the ids " + hex(traceHigh) + hex(traceLow)
                    + " and " + hex(span) + "; expected neither to be zero");
        }
    }

    /** The beginning of a new trace. */
    public static TraceContext begin(boolean sampled) {
        return new TraceContext(id(), id(), id(), sampled);
    }

    /** Another span of the same trace. */
    public TraceContext child() {
        return new TraceContext(traceHigh, traceLow, id(), sampled);
    }

    /** The context in a {@code traceparent} header; nothing if the header is not valid. */
    public static Optional<TraceContext> parse(String header) {
        String text = header.strip();
        if (text.length() < LENGTH || !shaped(text)) {
            return Optional.empty();
        }
        long high = number(text, 3, 19);
        long low = number(text, 19, 35);
        long span = number(text, 36, 52);
        if ((high | low) == 0 || span == 0) {
            return Optional.empty();
        }
        return Optional.of(new TraceContext(high, low, span, (number(text, 53, 55) & 1) == 1));
    }

    private static boolean shaped(String text) {
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 2 || i == 35 || i == 52;
            if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        // version 00 ends here; a later one may go on after a dash; ff is none
        return switch (text.substring(0, 2)) {
            case "00" -> text.length() == LENGTH;
            case "ff" -> false;
            default -> text.length() == LENGTH || text.charAt(LENGTH) == '-';
        };
    }

    private static long number(String text, int from, int to) {
        return HexFormat.fromHexDigitsToLong(text, from, to);
    }

    /** The trace's id, as 32 hexadecimal digits. */
    public String traceId() {
        return hex(traceHigh).concat(hex(traceLow));
    }

    /** The span's id, as 16 hexadecimal digits. */
    public String spanId() {
        return hex(span);
    }

    /** The header that tells the next one where it stands. */
    public String traceparent() {
        return "00-" + traceId() + "-" + spanId() + (sampled ? "-01" : "-00");
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }

    private static long id() {
        // uniqueness is all that is asked of it: it opens no door
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }

    @Override
    public String toString() {
        return traceparent();
    }
}
