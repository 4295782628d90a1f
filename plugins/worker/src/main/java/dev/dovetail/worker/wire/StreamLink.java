package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** A link over a worker's standard streams, for where no socket can be had: one platform thread reads it. */
public final class StreamLink implements Link {
    private static final int PIECE = 1 << 16;

    private final InputStream in;
    private final OutputStream out;
    private final Decoder decoder;
    private final ReentrantLock writing = new ReentrantLock();
    private final Semaphore granted = new Semaphore(0);
    private volatile boolean closed;

    private StreamLink(InputStream in, OutputStream out, int most, FrameRoom room) {
        this.in = in;
        this.out = out;
        this.decoder = new Decoder(most, room, granted::release);
    }

    /** @param platform makes platform threads: a blocked read of a pipe would hold a virtual one's carrier */
    public static StreamLink open(
            InputStream in,
            OutputStream out,
            int most,
            FrameRoom room,
            Function<Link, Ear> ears,
            ThreadFactory platform) {
        StreamLink link = new StreamLink(in, out, most, room);
        Ear ear = ears.apply(link);
        platform.newThread(() -> link.listen(ear)).start();
        return link;
    }

    private void listen(Ear ear) {
        byte[] piece = new byte[PIECE];
        String why = "it closed the link";
        try {
            for (int read = in.read(piece); read >= 0 && !closed; read = in.read(piece)) {
                ByteBuffer bytes = ByteBuffer.wrap(piece, 0, read);
                while (bytes.hasRemaining() && !closed) {
                    Optional<Frame> frame = decoder.feed(bytes);
                    if (frame.isPresent()) {
                        ear.heard(frame.get());
                    } else if (decoder.waits()) {
                        granted.acquire();
                    }
                }
            }
        } catch (IOException e) {
            why = "the link broke: " + e.getMessage();
        } catch (Decoder.BadFrame e) {
            why = "it sent " + e.getMessage();
        } catch (InterruptedException e) {
            why = "it closed the link"; // the plugin is being unloaded
        }
        if (!closed) {
            close();
            ear.lost(why);
        }
    }

    @Override
    public void send(Kind kind, byte[] header, Bytes payload) throws IOException, InterruptedException {
        byte[] frame = Frame.encode(kind, header, payload);
        writing.lockInterruptibly();
        try {
            if (closed) {
                throw new IOException("The link to the worker is closed");
            }
            out.write(frame);
            out.flush();
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

    /** The streams are the cell's, which closes them when it kills the worker. */
    @Override
    public void close() {
        closed = true;
        decoder.close();
        granted.release();
    }
}
