package dev.dovetail.cli.local;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;

/** Hears what running code says, at once. Called from several threads. */
public interface Listener {
    void log(HostNote.Log log);

    void progress(HostNote.Progress progress);

    /** A piece of a streamed answer: one JSON value. Pieces come one after the other. */
    void chunk(Bytes data);

    /** A line that the code wrote to its standard streams. */
    void print(String line);
}
