package dev.dovetail.worker.wire;

import dev.dovetail.spi.Bytes;
import java.io.IOException;

/** A connection to one worker. Thread-safe. */
public interface Link extends AutoCloseable {
    /**
     * Sends a frame; returns when the system has taken all of it.
     *
     * @throws IOException if the worker has gone, or the link was closed
     * @throws InterruptedException if the caller was interrupted while the worker took nothing; a frame of which a part was
     *     sent closes the link
     */
    void send(Kind kind, byte[] header, Bytes payload) throws IOException, InterruptedException;

    /** How long a frame of the worker's may be from now on, in bytes. */
    void allow(int bytes);

    /** Whether it sent the beginning of a large frame, for which others may wait, and has kept the rest back for long. */
    boolean stalls();

    /** Closing twice does nothing. Its {@link Ear} hears no more. */
    @Override
    void close();

    /** Hears what a worker sends, on a thread that many workers share: it does not wait for anything. */
    interface Ear {
        void heard(Frame frame);

        /** The last that is heard: the worker closed the link, or sent what is no frame. */
        void lost(String why);
    }
}
