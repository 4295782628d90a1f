package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;

/**
 * A frame as it came.
 *
 * @param header a JSON object in UTF-8, or nothing, which is an empty object
 * @param payload what is not looked into on the way
 * @param done gives back the room that it takes; run once by whoever is given the frame, when it is needed no longer
 */
public record Frame(Kind kind, byte[] header, Bytes payload, Runnable done) {
    /** Length, kind and the length of the header. */
    static final int PREFIX = 9;

    /** One that takes no room which others may wait for. */
    public Frame(Kind kind, byte[] header, Bytes payload) {
        this(kind, header, payload, () -> {});
    }

    /** Of a frame with these parts, all of it. */
    public static byte[] encode(Kind kind, byte[] header, Bytes payload) {
        byte[] out = new byte[PREFIX + header.length + payload.size()];
        java.nio.ByteBuffer.wrap(out)
                .putInt(out.length - 4)
                .put(kind.code())
                .putInt(header.length)
                .put(header)
                .put(payload.buffer());
        return out;
    }
}
