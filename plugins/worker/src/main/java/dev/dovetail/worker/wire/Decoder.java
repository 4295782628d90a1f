package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Makes frames of bytes as they come. For one thread. */
public final class Decoder {
    private static final int LONGEST_HEADER = 1 << 20;
    private static final int FIRST = 1 << 14;

    private final byte[] prefix = new byte[Frame.PREFIX];
    private int filled;
    private Kind kind = Kind.HELLO;
    private int headerLength;
    private int bodyLength;
    private byte[] body = {};
    private volatile int most;

    /** @param most bytes after the first four that a frame may have */
    public Decoder(int most) {
        this.most = most;
    }

    /** A frame that the protocol does not have. The message says what was expected. */
    public static final class BadFrame extends Exception {
        private static final long serialVersionUID = 1;

        BadFrame(String message) {
            super(message);
        }
    }

    /** From the next frame on. */
    public void allow(int bytes) {
        most = bytes;
    }

    /** The next frame, if it is complete with these bytes; takes no more of them than belong to it. */
    public Optional<Frame> feed(ByteBuffer bytes) throws BadFrame {
        if (filled < Frame.PREFIX) {
            int part = Math.min(bytes.remaining(), Frame.PREFIX - filled);
            bytes.get(prefix, filled, part);
            filled += part;
            if (filled < Frame.PREFIX) {
                return Optional.empty();
            }
            begin();
        }
        int done = filled - Frame.PREFIX;
        int part = Math.min(bytes.remaining(), bodyLength - done);
        if (done + part > body.length) {
            // room is made as bytes come, and not as they are promised
            body = Arrays.copyOf(body, Math.min(bodyLength, Math.max(done + part, body.length * 2)));
        }
        bytes.get(body, done, part);
        filled += part;
        if (done + part < bodyLength) {
            return Optional.empty();
        }
        Frame frame = headerLength == bodyLength
                ? new Frame(kind, body, Bytes.empty())
                : new Frame(
                        kind,
                        Arrays.copyOf(body, headerLength),
                        Bytes.given(Arrays.copyOfRange(body, headerLength, bodyLength)));
        filled = 0;
        body = new byte[0];
        return Optional.of(frame);
    }

    private void begin() throws BadFrame {
        ByteBuffer head = ByteBuffer.wrap(prefix);
        long length = Integer.toUnsignedLong(head.getInt());
        int code = head.get();
        long header = Integer.toUnsignedLong(head.getInt());
        if (length < Frame.PREFIX - 4) {
            throw new BadFrame("a frame of " + length + " bytes; expected at least " + (Frame.PREFIX - 4));
        }
        kind = Kind.fromWorker(code)
                .orElseThrow(() -> new BadFrame("a frame of kind " + code + ", which no worker sends"));
        if (length > most) {
            throw new BadFrame("a frame of " + length + " bytes; at most " + most + " are allowed");
        }
        if (header > length - (Frame.PREFIX - 4) || header > LONGEST_HEADER) {
            throw new BadFrame("a header of " + header + " bytes in a frame of " + length);
        }
        headerLength = (int) header;
        bodyLength = (int) length - (Frame.PREFIX - 4);
        body = new byte[Math.min(bodyLength, FIRST)];
    }
}
