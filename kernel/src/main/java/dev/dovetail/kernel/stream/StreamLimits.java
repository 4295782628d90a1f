package dev.dovetail.kernel.stream;

import java.time.Duration;

/**
 * How much a stream may hold, and for how long.
 *
 * @param windowEvents how many events code may be ahead of whoever reads furthest
 * @param windowBytes the same in bytes
 * @param mostBytes of all events of a stream but its last
 * @param patience how long code waits for a reader that reads nothing
 * @param retention how long a stream is kept after its end
 */
public record StreamLimits(int windowEvents, long windowBytes, long mostBytes, Duration patience, Duration retention) {
    /** The largest piece, in bytes of JSON. */
    public static final int LARGEST_PIECE = 256 * 1024;

    /** How many pieces code may have begun to send and not waited for. */
    static final int MOST_OPEN = 16;

    /** How many pieces of an input wait at the most. */
    public static final int MOST_WAITING = 64;
}
