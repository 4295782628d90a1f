package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.Used;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What keeps the processes of a cell together: limits, counts and ends them. Thread-safe. */
interface Hold {
    /** Files into which the first process writes its own number before it becomes the program. */
    List<Path> doors();

    /** The program has started: from now on it has its share of the processors and no more. */
    void ready();

    /** Whether one of them was killed because all needed more memory than they may have. */
    boolean starved();

    /** Why they were killed, if it was for something else; as in "was killed: ...". */
    default Optional<String> reason() {
        return Optional.empty();
    }

    Used used();

    /**
     * Allows so many bytes more than the plan, or again no more. What a process needed before it was taken out into another
     * hold stays on the account of the one that it came from.
     */
    default void spare(long bytes) {}

    /** Its processes, as this machine counts them; empty where nobody but the machine could tell which they are. */
    default List<Long> members() {
        return List.of();
    }

    /** @return whether none is left */
    boolean kill();

    /** Removes what stands for them on the machine, once none is left. */
    void release() throws IOException;
}
