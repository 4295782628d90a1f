package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Starts child processes, each in a {@link Cell} of its own, as far apart from the machine as this machine allows. What is
 * possible is measured once, when the sandbox is opened. Thread-safe.
 */
public interface Sandbox extends AutoCloseable {
    /**
     * Measures what the machine offers by starting programs, which takes a part of a second, and removes what a kernel that is
     * dead left in the control groups.
     */
    static Sandbox open(SandboxSettings settings, Context context) throws IOException {
        return LocalSandbox.open(settings, context);
    }

    /** The strongest level that was reached when it was tried. */
    Isolation level();

    /** What keeps the level from being stricter, each with what an operator can do about it; empty at STRICT. */
    List<String> lacks();

    /**
     * Starts a process. One long-lived platform thread spawns all of them.
     *
     * @throws dev.dovetail.spi.PluginException of kind REJECTED if {@link CellPlan#atLeast} is more than {@link #level},
     *     EXHAUSTED if the machine has no room for it
     * @throws InterruptedException if whoever asked gave up; nothing is left of the process
     */
    Cell start(CellPlan plan) throws IOException, InterruptedException;

    /** Whether {@link #adopt} is possible here: it takes control groups and namespaces. */
    boolean adopts();

    /**
     * Gives a process that a cell's program has made of itself limits and counts of its own: those of the cell's plan. All that
     * it makes from then on is ended with it. The walls stay those that the cell has, and its end is theirs.
     *
     * @param family a cell of this sandbox
     * @param inside the process's number as the processes of that cell see it; it should wait until this has returned
     * @param status completed by whoever learns how the process ended, as a shell counts
     * @throws IOException if the cell has no such process
     */
    Cell adopt(Cell family, long inside, CompletableFuture<Integer> status) throws IOException;

    /** Ends all cells that are left. Closing twice does nothing. */
    @Override
    void close();
}
