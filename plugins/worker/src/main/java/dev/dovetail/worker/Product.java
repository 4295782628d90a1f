package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import java.util.Optional;

/**
 * What is made of one version's code before any of that code runs, such as classes of sources, and is kept so that it is made once.
 * Whoever makes it does so behind walls, but has only read what the function's author wrote and run nothing of it: a worker is
 * believed what it says it made if that is the first frame after it was given its code. Thread-safe.
 */
public interface Product {
    /** More than this is not kept. */
    int MOST_BYTES = 4 << 20;

    /** What was kept of it; empty if it has to be made. */
    Optional<Bytes> find();

    /**
     * Keeps what was made, if it looks as it should; or does not, and then it is made again.
     *
     * @param made of at most {@link #MOST_BYTES}, as it came from behind the walls
     */
    void keep(Bytes made);
}
