package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Makes frames of bytes as they come. For one thread, but for {@link #close} and {@link #stalls}. */
public final class Decoder implements AutoCloseable {
    private static final int LONGEST_HEADER = 1 << 20;

    private final FrameRoom room;
    private final Runnable then;
    private final byte[] prefix = new byte[Frame.PREFIX];
    private int filled;
    private Kind kind = Kind.HELLO;
    private byte[] header = NOTHING;
    private byte[] payload = NOTHING;
    private int headerLength;
    private int bodyLength;
    private boolean made;
    private volatile Optional<FrameRoom.Place> place = Optional.empty();
    private volatile boolean closed;
    private volatile int most;

    private static final byte[] NOTHING = {};

    /**
     * @param most bytes after the first four that a frame may have
     * @param then run, by any thread, when there is room for the frame that {@link #waits}
     */
    public Decoder(int most, FrameRoom room, Runnable then) {
        this.most = most;
        this.room = room;
        this.then = then;
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

    /** Whether the frame that has begun waits for room: until there is some, nothing can be fed. */
    public boolean waits() {
        return place.isPresent() && !place.get().held();
    }

    /** Whether it is in the middle of a frame for which there is room. */
    boolean reads() {
        return made;
    }

    /** Whether the rest of a large frame has not come for so long that others may wait for its room. */
    boolean stalls() {
        return place.filter(FrameRoom.Place::heldTooLong).isPresent();
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
        if (waits()) {
            return Optional.empty();
        }
        if (!made) {
            header = new byte[headerLength];
            payload = new byte[bodyLength - headerLength];
            made = true;
        }
        int done = filled - Frame.PREFIX;
        int ofHeader = Math.clamp(headerLength - (long) done, 0, bytes.remaining());
        bytes.get(header, Math.min(done, headerLength), ofHeader);
        done += ofHeader;
        int ofPayload = Math.min(bodyLength - done, bytes.remaining());
        bytes.get(payload, Math.max(0, done - headerLength), ofPayload);
        done += ofPayload;
        filled = Frame.PREFIX + done;
        return done < bodyLength ? Optional.empty() : Optional.of(end());
    }

    private Frame end() {
        Frame frame = new Frame(kind, header, Bytes.given(payload), place.orElseThrow()::close);
        filled = 0;
        made = false;
        header = NOTHING;
        payload = NOTHING;
        place = Optional.empty();
        return frame;
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
        place = Optional.of(room.place(bodyLength, then));
        if (closed) {
            place.get().close();
        }
    }

    /** No more is fed: gives back the room of a frame that is not complete. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        place.ifPresent(FrameRoom.Place::close);
    }
}
