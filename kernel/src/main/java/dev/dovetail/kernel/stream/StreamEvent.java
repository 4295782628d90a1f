package dev.dovetail.kernel.stream;

import dev.dovetail.spi.Bytes;
import java.util.Locale;

/**
 * One event of a stream.
 *
 * @param number from 1, without gaps
 * @param data one JSON value: {@code {"progress": 0.5, "message": "half"}}, a piece, the answer, or
 *     {@code {"fault": {...}, "traceId": "..."}}
 */
public record StreamEvent(long number, Kind kind, Bytes data) {
    private static final int ENVELOPE = 64;

    /** What an event is. */
    public enum Kind {
        PROGRESS,
        CHUNK,
        /** The last: it ended well. */
        RESULT,
        /** The last: it did not. */
        ERROR;

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether nothing comes after it. */
        public boolean last() {
            return this == RESULT || this == ERROR;
        }
    }

    /** Its size with what is around it. */
    int weight() {
        return data.size() + ENVELOPE;
    }
}
