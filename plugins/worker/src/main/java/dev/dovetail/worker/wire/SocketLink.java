package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/** A link over a socket that never blocks, so that an interrupted writer does not close it for the others. */
final class SocketLink implements Link {
    private static final int SLICE = 1 << 17;
    /** So much is read of a frame before it is known whether there is room for it. */
    private static final int FIRST = 1 << 15;

    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final Switchboard board;
    private final Decoder decoder;
    private final ReentrantLock writing = new ReentrantLock();
    private final Semaphore room = new Semaphore(0);
    private volatile Ear ear;
    private volatile boolean closed;
    /** What was read and has to wait. Of the switchboard's thread. */
    private byte[] rest = NOTHING;

    SocketLink(SocketChannel channel, Switchboard board, int most) {
        this.channel = channel;
        this.board = board;
        this.decoder = new Decoder(most, board.room(), () -> board.goOn(this, channel));
        this.ear = new Ear() {
            @Override
            public void heard(Frame frame) {}

            @Override
            public void lost(String why) {}
        };
    }

    void hear(Ear who) {
        ear = who;
    }

    @Override
    public void send(Kind kind, byte[] header, Bytes payload) throws IOException, InterruptedException {
        ByteBuffer out = ByteBuffer.wrap(Frame.encode(kind, header, payload));
        int length = out.limit();
        writing.lockInterruptibly();
        try {
            while (out.hasRemaining()) {
                if (closed) {
                    throw new IOException("The link to the worker is closed");
                }
                // in slices: what is on the heap is copied before it is sent
                out.limit(Math.min(length, out.position() + SLICE));
                int written = channel.write(out);
                out.limit(length);
                if (written == 0) {
                    board.awaitRoom(this, channel);
                    room.acquire();
                }
            }
        } catch (InterruptedException e) {
            if (out.position() > 0) {
                shut();
            }
            throw e;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void allow(int bytes) {
        decoder.allow(bytes);
    }

    @Override
    public boolean stalls() {
        return decoder.stalls();
    }

    /** On the switchboard's thread. */
    void ready(SelectionKey key, ByteBuffer shared) {
        if (key.isValid() && key.isWritable()) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            room.release();
        }
        if (key.isValid() && key.isReadable()) {
            try {
                shared.clear();
                if (!decoder.reads()) {
                    shared.limit(FIRST);
                }
                if (channel.read(shared) < 0) {
                    lost("it closed the link");
                    return;
                }
                take(key, shared.flip());
            } catch (IOException e) {
                lost("the link broke: " + e.getMessage());
            }
        }
    }

    /** On the switchboard's thread: there is room for the frame that waited. */
    void goOn(SelectionKey key) {
        ByteBuffer waited = ByteBuffer.wrap(rest);
        rest = NOTHING;
        key.interestOpsOr(SelectionKey.OP_READ);
        take(key, waited);
    }

    private void take(SelectionKey key, ByteBuffer bytes) {
        boolean waits = decoder.waits();
        try {
            while (bytes.hasRemaining() && !closed && !waits) {
                Optional<Frame> frame = decoder.feed(bytes);
                if (frame.isPresent()) {
                    ear.heard(frame.get());
                }
                waits = decoder.waits();
            }
        } catch (Decoder.BadFrame e) {
            lost("it sent " + e.getMessage());
            return;
        }
        if (!closed && waits) { // as it was when the last was taken: if there is room by now, it goes on after this
            rest = new byte[bytes.remaining()];
            bytes.get(rest);
            key.interestOpsAnd(~SelectionKey.OP_READ);
        }
    }

    private void lost(String why) {
        if (!closed) {
            shut();
            ear.lost(why);
        }
    }

    private void shut() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
        decoder.close();
        room.release(1 << 20);
        board.wake();
    }

    @Override
    public void close() {
        if (!closed) {
            shut();
        }
    }
}
