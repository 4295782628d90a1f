package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.Used;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/** The hold of a cell for as long as the cell is open, and what its processes had used by then. Thread-safe. */
final class Keep {
    private final Hold hold;
    private final Undo undo;
    private boolean closed;
    private volatile Used last;

    /** @param undo what is to be done when it is closed and nothing is left of the processes */
    Keep(Hold hold, Undo undo) {
        this.hold = hold;
        this.undo = undo;
    }

    synchronized void ready() {
        if (!closed) {
            hold.ready();
        }
    }

    Used used() {
        Used known = last;
        return known == null ? hold.used() : known;
    }

    /**
     * Closing twice does nothing.
     *
     * @param pid of the first process, for the message
     * @param end ends the processes, and says whether none is left
     * @throws IllegalStateException if some are left
     */
    synchronized void close(long pid, BooleanSupplier end) {
        if (closed) {
            return;
        }
        closed = true;
        boolean gone = end.getAsBoolean();
        last = hold.used();
        try {
            undo.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!gone) {
            throw new IllegalStateException("Processes that " + pid + " had started do not end");
        }
    }
}
