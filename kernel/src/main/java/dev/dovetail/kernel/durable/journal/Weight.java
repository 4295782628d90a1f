package dev.dovetail.kernel.durable.journal;

import dev.dovetail.spi.host.HostReply;

/** How much memory a journal takes, about: a line is a tree of objects, several times as large as its text. Thread-safe. */
final class Weight {
    private static final int TREE = 4;
    private static final long LINE = 400;

    private long kept;
    private long writing;
    private long coming;

    /** So many bytes were read. */
    synchronized void loaded(long bytes) {
        kept += bytes;
    }

    /** This is to be written with what comes. */
    synchronized void comes(HostReply reply) {
        coming += reply instanceof HostReply.Value value ? value.json().size() : 0;
    }

    /** So many bytes are written now, with all that has come. */
    synchronized void writes(long bytes) {
        writing = bytes;
        coming = 0;
    }

    synchronized void wrote() {
        kept += writing;
        writing = 0;
    }

    synchronized long of(int lines) {
        return TREE * (kept + writing + coming) + LINE * lines;
    }
}
